"""What windows and the indexer say to one another: lines of JSON over a socket that only this user can reach."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import hashlib
import json
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Self

import attrs

from hearth.core.options import Layer, resolve
from hearth.core.paths import Paths, private_folder
from hearth.core.settings import Settings
from hearth.index.place import Place

_MAX_SOCKET_PATH = 100
"""Bytes; the kernel takes 107 on Linux and 103 on macOS."""
LINE_BYTES = 8_000_000
"""Longest line: the names of some ten thousand files that changed at once."""
_MAX_PATHS = 5_000
"""Paths of one message; for more, everything is compared, which is as fast."""


class Verb(enum.Enum):
    """What a window says."""

    HELLO = "hello"
    """Who it is: a digest of its settings."""
    CHANGED = "changed"
    """Files were written, created or deleted; without paths: compare everything."""
    NEAR = "near"
    """Files that are open; what is close to them comes first."""
    WATCH = "watch"
    """Nobody tells this window about changes, so the indexer has to watch the folders."""
    BUSY = "busy"
    """A completion is being made."""
    FREE = "free"
    PAUSE = "pause"
    RESUME = "resume"
    REBUILD = "rebuild"
    """Delete the index and begin anew."""
    STOP = "stop"
    """End; the next window starts another one."""


@attrs.frozen
class Say:
    """One message of a window."""

    verb: Verb
    paths: tuple[str, ...] = ()
    """Absolute."""
    seconds: float = 0.0
    digest: str = ""

    def to_line(self) -> bytes:
        """One line. Names that are no UTF-8 survive it."""
        paths = self.paths if len(self.paths) <= _MAX_PATHS else ()
        values = {"verb": self.verb.value, "paths": paths, "seconds": self.seconds, "digest": self.digest}
        return json.dumps(values, ensure_ascii=True).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self | None:
        """None for a line that is no message."""
        try:
            values = json.loads(line)
            paths = tuple(str(path) for path in values["paths"])
            return cls(Verb(values["verb"]), paths, float(values["seconds"]), str(values["digest"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return None


@attrs.frozen
class Order:
    """What an indexer needs to begin."""

    roots: tuple[Path, ...]
    settings: Settings
    paths: Paths

    @property
    def place(self) -> Place:
        """Its index."""
        return Place.of(self.roots, self.paths, self.settings.index.uri)

    @property
    def digest(self) -> str:
        """Tells whether an indexer that runs already was begun with the same settings."""
        values = attrs.asdict(self.settings)
        told = json.dumps([values["index"], values["models"]["embedding"]], sort_keys=True)
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()

    def to_json(self) -> str:
        """For the standard input of the indexer: keys of providers are in it, so never for its command line."""
        paths = {name: str(value) for name, value in attrs.asdict(self.paths).items()}
        roots = [os.fsencode(root).hex() for root in self.roots]
        return json.dumps({"roots": roots, "settings": attrs.asdict(self.settings), "paths": paths})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """From :meth:`to_json`. Raises ValueError, KeyError or TypeError."""
        values: dict[str, Any] = json.loads(text)
        settings = resolve([Layer("the order", values["settings"])]).settings
        roots = tuple(Path(os.fsdecode(bytes.fromhex(root))) for root in values["roots"])
        return cls(roots, settings, Paths(**{name: Path(value) for name, value in values["paths"].items()}))


def socket_path(place: Place, paths: Paths) -> Path:
    """Where the indexer of an index listens. The folder exists then, for this user alone. Raises OSError."""
    name = f"index-{place.folder.name}.sock"
    path = paths.runtime / name
    if len(os.fsencode(path)) > _MAX_SOCKET_PATH:
        digest = hashlib.blake2b(os.fsencode(paths.runtime), digest_size=6).hexdigest()
        path = Path(tempfile.gettempdir()) / f"hearth-{os.getuid()}-{digest}" / name
    private_folder(path.parent)
    return path


async def lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Whole lines until the other side is gone; one that is too long ends it."""
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return
        yield line


async def hang_up(writer: asyncio.StreamWriter, limit_s: float = 1.0) -> None:
    """Close a connection, whatever state it is in."""
    writer.close()
    with contextlib.suppress(ConnectionError, TimeoutError, OSError):
        async with asyncio.timeout(limit_s):
            await writer.wait_closed()


def absolute(paths: Sequence[Path]) -> tuple[str, ...]:
    """Paths of a message."""
    return tuple(str(path) for path in paths)
