"""What is known of each file of the workspace: so that an unchanged one is never read, let alone parsed, again.

SQLite, beside the database, because one row changes at a time. It is written after the database: a crash in between
leaves a file whose content is in the database already, which :func:`hearth.index.audit.audit` sees.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

import attrs

_BUSY_S = 10.0
"""Longest wait for another process that holds the manifest."""
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash TEXT NOT NULL,
    chunks INTEGER NOT NULL, reason TEXT NOT NULL, indexed REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (path TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
UNKNOWN = -1
"""Size of a file that has to be read again, whatever its time says."""


@attrs.frozen
class State:
    """One file, as it was when it was last read."""

    size: int
    mtime_ns: int
    hash: str
    chunks: int
    reason: str = ""
    """Why its content is not in the index, as words that follow "it"; empty if it is."""
    indexed: float = attrs.field(factory=time.time)
    """Seconds since the epoch."""


class Manifest:
    """An open manifest. Its calls take well under a millisecond, except :meth:`all`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create it; one that is broken or of another version begins anew. Raises OSError, sqlite3.Error."""
        try:
            return cls(_connect(path))
        except sqlite3.OperationalError:
            raise  # The disk is full, or somebody holds it: what is there is whole.
        except sqlite3.DatabaseError:
            for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
                each.unlink(missing_ok=True)
            return cls(_connect(path))

    @classmethod
    @contextlib.contextmanager
    def reading(cls, path: Path) -> Iterator[Self | None]:
        """The manifest for a reader; None if there is none that can be read."""
        manifest = None
        try:
            with contextlib.suppress(sqlite3.Error):
                manifest = cls.open_reading(path)
            yield manifest
        finally:
            if manifest is not None:
                manifest.close()

    @classmethod
    def open_reading(cls, path: Path) -> Self:
        """The manifest for a reader, which closes it. Raises sqlite3.Error if there is none that can be read."""
        uri = f"{path.as_uri()}?mode=ro"
        return cls(sqlite3.connect(uri, uri=True, timeout=_BUSY_S, check_same_thread=False))

    def all(self) -> dict[str, State]:
        """Every file."""
        rows = self._connection.execute("SELECT path, size, mtime_ns, hash, chunks, reason, indexed FROM files")
        return {path: State(*rest) for path, *rest in rows}

    def paths(self) -> list[str]:
        """Every file that is in the index."""
        return [path for (path,) in self._connection.execute("SELECT path FROM files WHERE reason = ''")]

    def version(self) -> int:
        """Differs between two calls if another process wrote in between."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def get(self, path: str) -> State | None:
        """One file."""
        query = "SELECT size, mtime_ns, hash, chunks, reason, indexed FROM files WHERE path = ?"
        row = self._connection.execute(query, (path,)).fetchone()
        return None if row is None else State(*row)

    def below(self, folder: str) -> list[str]:
        """Files in a folder."""
        rows = self._connection.execute("SELECT path FROM files WHERE substr(path, 1, ?) = ?",
                                        (len(folder) + 1, f"{folder}/"))  # fmt: skip
        return [path for (path,) in rows]

    def update(self, states: Mapping[str, State], gone: Iterable[str] = ()) -> None:
        """Write what was read, and forget what is gone, in one transaction."""
        rows = [(path, *attrs.astuple(state)) for path, state in states.items()]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            self._connection.executemany("DELETE FROM failures WHERE path = ?", [(path,) for path in states])

    def failed(self, path: str) -> None:
        """Note that a file ended the process that parsed it; forgotten when it is read to its end."""
        with self._connection:
            self._connection.execute(
                "INSERT INTO failures VALUES (?, 1) ON CONFLICT (path) DO UPDATE SET times = times + 1", (path,)
            )

    def failures(self) -> dict[str, int]:
        """Files that ended the process, and how often."""
        return dict(self._connection.execute("SELECT path, times FROM failures").fetchall())

    def counts(self) -> tuple[int, int, int]:
        """Files in the index, chunks, and files whose content keeps them out."""
        query = "SELECT count(*) FILTER (WHERE reason = ''), coalesce(sum(chunks), 0), " \
                "count(*) FILTER (WHERE reason <> '') FROM files"  # fmt: skip
        files, chunks, out = self._connection.execute(query).fetchone()
        return files, chunks, out

    def fact(self, name: str) -> str:
        """A remembered fact; empty if there is none."""
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a fact."""
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_S, check_same_thread=False)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"version {version}")
        # A kill loses nothing; a power cut may lose the last transactions, which only costs reading files again.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection
