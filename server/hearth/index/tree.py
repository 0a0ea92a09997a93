"""The names of all files of an index, in memory, as new as the manifest."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

from .manifest import Manifest
from .modules import Modules

_FRESH_S = 2.0
"""So long the names are taken as they were. Reading 100,000 of them takes a fifth of a second of a thread."""


class Tree:
    """Reads the manifest in a thread when it has changed."""

    def __init__(self, manifest: Path) -> None:
        self._path = manifest
        self._connection: Manifest | None = None
        self._modules = Modules(())
        self._version: tuple[int, int] | None = None
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def modules(self) -> Modules:
        """All modules; none if there is no manifest that can be read."""
        if time.monotonic() - self._read_at >= _FRESH_S:
            async with self._lock:
                if time.monotonic() - self._read_at >= _FRESH_S:
                    await asyncio.to_thread(self._read)
                    self._read_at = time.monotonic()
        return self._modules

    async def aclose(self) -> None:
        """Close the manifest."""
        async with self._lock:
            await asyncio.to_thread(self._close)

    def _read(self) -> None:
        try:
            file = self._path.stat().st_ino
            if self._version is None or self._version[0] != file:
                self._close()
            if self._connection is None:
                self._connection = Manifest.open_reading(self._path)
            version = (file, self._connection.version())
            if version != self._version:
                self._modules = Modules(self._connection.paths())
                self._version = version
        except (OSError, sqlite3.Error):
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version = None, None
