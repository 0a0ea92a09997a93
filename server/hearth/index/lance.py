"""LanceDB, imported and opened in the only right way. Importing this module takes a second."""

from __future__ import annotations

import os

# Without this it writes a line to stderr for each query that selects no score; it is read when the library is loaded.
os.environ.setdefault("LANCEDB_LOG", "error")

from datetime import timedelta
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
from lancedb import AsyncConnection, AsyncTable
from lancedb.query import MatchQuery

from hearth.core.errors import IndexUnavailable

__all__ = ["AsyncConnection", "AsyncTable", "close", "connect", "match", "pa"]


async def connect(uri: str) -> AsyncConnection:
    """A connection that sees what other processes write at once. Raises IndexUnavailable."""
    if "://" not in uri and not Path(uri).is_absolute():
        raise ValueError(f"not an absolute path: {uri}")
    try:
        return await lancedb.connect_async(uri, read_consistency_interval=timedelta(0))
    except (OSError, RuntimeError, ValueError) as error:
        raise IndexUnavailable(
            f"The index at {uri} cannot be opened ({_first_line(error)}).",
            hint="Look at the setting index.uri, and at the rights of the folder.",
        ) from error


def match(text: str, column: str) -> Any:
    """A full-text query: any of the words of ``text``, by BM25."""
    build: Any = MatchQuery
    return build(text, column)


def close(resource: Any) -> None:
    """Close a table or a connection."""
    resource.close()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
