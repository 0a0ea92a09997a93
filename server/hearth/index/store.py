"""The table of chunks. One process writes it, any number reads it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Self

from . import schema
from .conditions import quoted_list
from .lance import AsyncConnection, AsyncTable, close, connect
from .records import Header, IndexedFile, Record

_MAX_LIST = 1_000
"""Strings in one filter; LanceDB parses longer ones slowly."""
_COLUMNS = ["path", "gen", "language", "kind", "symbol", "signature", "start", "end", "hash", "text"]
_HEADER_COLUMNS = ["path", "gen", "kind", "symbol", "signature", "start", "end"]


class Store:
    """Chunks by file. A file is replaced by adding a new generation and then deleting the older ones: whoever reads in
    between, or after a crash in between, finds it twice at the most, and never missing."""

    def __init__(self, connection: AsyncConnection, chunks: AsyncTable) -> None:
        self.connection = connection
        self.chunks = chunks
        self.commits = 0
        """Since the table was last compacted by this process."""
        self.compacted = time.monotonic()
        """When that was, by the monotonic clock."""
        self.indexed = False
        """The table is known to have its indexes."""
        self._gen = 0

    @classmethod
    async def create(cls, uri: str) -> Self:
        """Open the database for writing; tables of other versions are dropped. Raises IndexUnavailable and whatever
        LanceDB raises for files that are broken."""
        connection = await connect(uri)
        for name in await table_names(connection):
            if schema.is_outdated(name):
                await connection.drop_table(name)
        chunks = await connection.create_table(schema.CHUNKS, schema=schema.CHUNKS_SCHEMA, exist_ok=True)
        if (await chunks.schema()).names != schema.CHUNKS_SCHEMA.names:
            raise ValueError("the table of chunks has other columns")
        return cls(connection, chunks)

    @classmethod
    async def open(cls, uri: str) -> Self | None:
        """Open the database for reading; None if nobody has created it yet. Raises IndexUnavailable."""
        connection = await connect(uri)
        try:
            if schema.CHUNKS not in await table_names(connection):
                return None
            return cls(connection, await connection.open_table(schema.CHUNKS))
        except (OSError, RuntimeError, ValueError):
            return None  # It is created, moved aside or repaired just now.

    async def replace(self, files: Mapping[str, tuple[str, Sequence[Record]]], older: Collection[str]) -> None:
        """Write files, given as path → (hash of the file, its chunks), in one commit, and one more if some of them are
        among ``older``, the files that may have chunks already. A file without chunks is removed."""
        gen = self._next_gen()
        # Splitting identifiers takes a second for a large batch.
        rows = await asyncio.to_thread(schema.chunk_rows, files, gen)
        if rows.num_rows:
            await self.chunks.add(rows)
            self.commits += 1
        await self._delete([path for path in files if path in older], f"gen < {gen} AND ")

    async def remove(self, paths: Iterable[str]) -> None:
        """Remove files."""
        await self._delete(paths, "")

    async def drop_older(self, files: Mapping[str, int]) -> None:
        """Keep only the generation that is given for each of these files."""
        for path, gen in files.items():
            await self._delete([path], f"gen < {gen} AND ")

    async def files(self) -> dict[str, IndexedFile]:
        """All files that have chunks."""
        found: dict[str, dict[int, tuple[str, int]]] = {}
        columns = await self.chunks.query().select(["path", "gen", "file_hash"]).to_arrow()
        for path, gen, file_hash in zip(*(columns[name].to_pylist() for name in columns.column_names), strict=True):
            generations = found.setdefault(path, {})
            generations[gen] = (file_hash, generations.get(gen, ("", 0))[1] + 1)
        result = {}
        for path, generations in found.items():
            newest = max(generations)
            result[path] = IndexedFile(*generations[newest], generations=len(generations), newest=newest)
        return result

    async def hashes(self) -> dict[str, str]:
        """Content hash → a path that has it, of all chunks."""
        columns = await self.chunks.query().select(["hash", "path"]).to_arrow()
        return dict(zip(columns["hash"].to_pylist(), columns["path"].to_pylist(), strict=True))

    async def by_hash(self, hashes: Sequence[str], where: str = "") -> list[dict[str, Any]]:
        """Chunks with these content hashes, in no order."""
        rows: list[dict[str, Any]] = []
        for start in range(0, len(hashes), _MAX_LIST):
            condition = f"hash IN {quoted_list(list(hashes[start : start + _MAX_LIST]))}"
            query = self.chunks.query().where(f"{condition} AND ({where})" if where else condition)
            rows += (await query.select(_COLUMNS).to_arrow()).to_pylist()
        return rows

    async def of_file(self, path: str) -> list[dict[str, Any]]:
        """Chunks of a file in order."""
        query = self.chunks.query().where(f"path IN {quoted_list([path])}").select(_COLUMNS)
        rows = (await query.to_arrow()).to_pylist()
        newest = max((row["gen"] for row in rows), default=0)
        return sorted((row for row in rows if row["gen"] == newest), key=lambda row: int(row["start"]))

    async def headers(self, paths: Sequence[str]) -> dict[str, list[Header]]:
        """Headers of the functions and classes of files, each in order; without the files that have none."""
        query = self.chunks.query().where(f"path IN {quoted_list(list(paths))}").select(_HEADER_COLUMNS)
        rows = (await query.to_arrow()).to_pylist()
        newest: dict[str, int] = {}
        for row in rows:
            newest[row["path"]] = max(newest.get(row["path"], 0), row["gen"])
        found: dict[str, list[Header]] = {}
        for row in sorted(rows, key=lambda row: int(row["start"])):
            if row["gen"] == newest[row["path"]] and row["symbol"] and row["signature"]:
                fields = {name: row[name] for name in ("symbol", "kind", "signature", "start", "end")}
                found.setdefault(row["path"], []).append(Header(**fields))
        return found

    async def count(self) -> int:
        """Chunks."""
        return await self.chunks.count_rows()

    def close(self) -> None:
        """Close the tables and the connection."""
        close(self.chunks)
        close(self.connection)

    def _next_gen(self) -> int:
        """Grows across processes and restarts, and in one process even when the clock is set back."""
        self._gen = max(self._gen + 1, time.time_ns())
        return self._gen

    async def _delete(self, paths: Iterable[str], condition: str) -> None:
        every = list(paths)
        for start in range(0, len(every), _MAX_LIST):
            part = every[start : start + _MAX_LIST]
            await self.chunks.delete(f"{condition}path IN {quoted_list(part)}")
            self.commits += 1


async def table_names(connection: AsyncConnection) -> list[str]:
    """All tables of a database."""
    names: list[str] = []
    token = None
    while True:
        page = await connection.list_tables(page_token=token) if token else await connection.list_tables()
        names += page.tables
        token = page.page_token
        if not token:
            return names
