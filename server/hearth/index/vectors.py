"""Vectors by content hash, one table for each embedder. A new embedder is a new table, so nothing is migrated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from . import schema
from .conditions import quoted_list
from .lance import AsyncConnection, AsyncTable, close, pa
from .store import table_names

_MAX_LIST = 1_000
_CANDIDATES, _MOST_REFINED = 400, 10
"""Vectors that are compared exactly, for all that are wanted, and at the most for each. Without that an IVF_RQ index
finds two thirds of the true neighbours. Among 100,000 vectors with hardly a structure, 360 candidates for 60 give 0.997
of the first ten and 0.984 of the first 50; 600 give all of them and take a third longer."""
_PREFIX = re.compile(r"vectors_v\d+_")


class Vectors:
    """The table of one embedder."""

    def __init__(self, table: AsyncTable, dimensions: int) -> None:
        self.table = table
        self.dimensions = dimensions
        self.commits = 0
        """Since the table was last compacted by this process."""

    @classmethod
    async def create(cls, connection: AsyncConnection, key: str, dimensions: int) -> Self:
        """Open the table of the embedder ``key`` for writing."""
        name, fields = schema.vectors_name(key), schema.vectors_schema(dimensions)
        try:
            return cls(await connection.create_table(name, schema=fields, exist_ok=True), dimensions)
        except ValueError:
            # The model behind the same name makes vectors of another size now.
            return cls(await connection.create_table(name, schema=fields, mode="overwrite"), dimensions)

    @classmethod
    async def open(cls, connection: AsyncConnection, key: str, dimensions: int) -> Self | None:
        """Open it for reading; None if there is no such table (yet)."""
        name = schema.vectors_name(key)
        try:
            if name not in await table_names(connection):
                return None
            return cls(await connection.open_table(name), dimensions)
        except (OSError, RuntimeError, ValueError):
            return None

    async def add(self, hashes: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Add vectors, one row each."""
        flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float16).reshape(-1))
        rows = pa.table(
            {"hash": list(hashes), "vector": pa.FixedSizeListArray.from_arrays(flat, self.dimensions)},
            schema=schema.vectors_schema(self.dimensions),
        )
        await self.table.add(rows)
        self.commits += 1

    async def known(self) -> set[str]:
        """All content hashes that have a vector."""
        return set((await self.table.query().select(["hash"]).to_arrow())["hash"].to_pylist())

    async def missing(self, hashes: Sequence[str]) -> list[str]:
        """Those of ``hashes`` that have no vector, in order."""
        found: set[str] = set()
        for start in range(0, len(hashes), _MAX_LIST):
            condition = f"hash IN {quoted_list(list(hashes[start : start + _MAX_LIST]))}"
            found |= set((await self.table.query().where(condition).select(["hash"]).to_arrow())["hash"].to_pylist())
        return [each for each in dict.fromkeys(hashes) if each not in found]

    async def nearest(
        self, vector: npt.NDArray[np.float32], limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(content hash, cosine similarity) of the nearest vectors, the nearest first."""
        refine = max(2, min(_MOST_REFINED, -(-_CANDIDATES // limit)))
        query: Any = self.table.query().nearest_to(vector).distance_type("cosine").refine_factor(refine)
        if among is not None:
            query = query.where(f"hash IN {quoted_list(list(among))}")
        found = await query.select(["hash", "_distance"]).limit(limit).to_arrow()
        pairs = zip(found["hash"].to_pylist(), found["_distance"].to_pylist(), strict=True)
        nearest: dict[str, float] = {}
        for content_hash, distance in pairs:
            nearest.setdefault(content_hash, 1.0 - distance)
        return list(nearest.items())

    async def forget(self, hashes: Sequence[str]) -> None:
        """Delete the vectors of these contents."""
        for start in range(0, len(hashes), _MAX_LIST):
            await self.table.delete(f"hash IN {quoted_list(list(hashes[start : start + _MAX_LIST]))}")
            self.commits += 1

    async def count(self) -> int:
        """Vectors."""
        return await self.table.count_rows()

    def close(self) -> None:
        """Close the table."""
        close(self.table)


async def drop_others(connection: AsyncConnection, key: str) -> list[str]:
    """Drop the vectors of every other embedder; returns the names of their tables."""
    keep = schema.vectors_name(key)
    others = [name for name in await table_names(connection) if _PREFIX.match(name) and name != keep]
    for name in others:
        await connection.drop_table(name)
    return others
