"""Which file is being parsed right now, written so that it outlives the process: a parser is native code."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

_BYTES = 4_096
"""Of the record: as long as a path may be."""


class Flight:
    """One name in a file. Writing it costs microseconds: it is in the kernel, not on the disk, which is enough to
    outlive a process."""

    def __init__(self, handle: int, lost: str) -> None:
        self._handle = handle
        self.lost = lost
        """The file that was in flight when the process before this one ended; empty if none was."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the record and read what the last process left. Raises OSError."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        lost = os.pread(handle, _BYTES, 0).rstrip(b"\0").decode(errors="replace")
        os.ftruncate(handle, 0)
        return cls(handle, lost)

    @contextlib.contextmanager
    def over(self, name: str) -> Iterator[None]:
        """``name`` is in flight while the block runs."""
        os.pwrite(self._handle, name.encode()[:_BYTES].ljust(_BYTES, b"\0"), 0)
        try:
            yield
        finally:
            os.ftruncate(self._handle, 0)

    def close(self) -> None:
        """Close the record."""
        os.close(self._handle)
