"""The documents that the editor has open, kept exactly as the editor has them.

pygls splits lines with ``str.splitlines``, which also breaks at form feeds, U+2028 and others; from then on every edit
lands on the wrong line. It also joins and splits the whole document at each keystroke. Here an edit costs the lines
that it touches.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from pathlib import Path

from hearth.core.text import Encoding, LineIndex
from hearth.workspace.uris import to_path

from .snapshots import Snapshot

log = logging.getLogger(__name__)

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end, as LSP defines it: only these three end a line."""

Position = tuple[int, int]
"""(line, column in code units)"""


class Document:
    """One open document."""

    def __init__(self, uri: str, language: str, version: int, text: str, encoding: Encoding) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self._path = to_path(uri)
        self._encoding = encoding
        self._lines = _LINE.findall(text)
        self._snapshot: Snapshot | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._lines)

    def whole(self) -> str:
        """All of it, as a call."""
        return self.text

    def differs(self, text: str) -> int:
        """The first line (from 0) in which ``text`` is another."""
        lines = _LINE.findall(text)
        return next(
            (number for number, (one, other) in enumerate(zip(self._lines, lines, strict=False)) if one != other),
            min(len(self._lines), len(lines)),
        )

    def replace(self, text: str) -> None:
        """Take ``text`` in place of everything."""
        self._lines = _LINE.findall(text)
        self._snapshot = None

    def edit(self, start: Position, end: Position, text: str) -> None:
        """Replace the range by ``text``. Positions past the end of a line or of the text mean that end."""
        if end < start:
            start, end = end, start
        lines = self._lines
        first, head = self._before(start)
        last, tail = self._after(end)
        # A line end may be made or completed where the pieces meet (CR before LF, text after an unterminated last
        # line), so the neighbours take part.
        if first and not head:
            first -= 1
            head = lines[first]
        new = head + text + tail
        if last < len(lines) and not new.endswith("\n"):
            new += lines[last]
            last += 1
        lines[first:last] = _LINE.findall(new)
        self._snapshot = None

    def snapshot(self) -> Snapshot:
        """The document as it is now."""
        if self._snapshot is None or self._snapshot.version != self.version:
            text = self.text
            index = LineIndex(text, self._lines)
            self._snapshot = Snapshot(self.uri, self._path, self.version, self.language, text, self._encoding, index)
        return self._snapshot

    def _before(self, position: Position) -> tuple[int, str]:
        """Number of the line of ``position``, and its text before that."""
        line, column = position
        if line >= len(self._lines):
            return len(self._lines), ""
        return line, self._lines[line][: self._index(line, column)]

    def _after(self, position: Position) -> tuple[int, str]:
        """Number of the line behind the one of ``position``, and the text of that one after it."""
        line, column = position
        if line >= len(self._lines):
            return len(self._lines), ""
        return line + 1, self._lines[line][self._index(line, column) :]

    def _index(self, line: int, column: int) -> int:
        """Index in the line of a column; inside a character it is the end of that character."""
        body = self._lines[line].rstrip("\r\n")
        if self._encoding is Encoding.UTF32 or body.isascii():
            return min(column, len(body))
        seen = 0
        for index, char in enumerate(body):
            if seen >= column:
                return index
            seen += self._encoding.units(char)
        return len(body)


class Documents:
    """All open documents, by URI."""

    def __init__(self, encoding: Encoding = Encoding.UTF16) -> None:
        self.encoding = encoding
        self._open: dict[str, Document] = {}
        self._waiting: list[asyncio.Future[None]] = []

    def open(self, uri: str, language: str, version: int, text: str) -> None:
        """The editor opened a document; one that is open already is replaced."""
        self._open[uri] = Document(uri, language, version, text, self.encoding)

    def close(self, uri: str) -> None:
        """The editor closed it, or can no longer be followed: from now on it is unknown."""
        self._open.pop(uri, None)

    def changed(self) -> None:
        """The editor opened or changed a document: whoever waits for that goes on."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def change(self) -> None:
        """Wait until a document is opened or changed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def get(self, uri: str) -> Document | None:
        """The open document, or None."""
        return self._open.get(uri)

    def snapshot(self, uri: str) -> Snapshot | None:
        """The open document as it is now, or None."""
        document = self._open.get(uri)
        return document.snapshot() if document else None

    def paths(self) -> list[Path]:
        """Paths of the open files, as the editor calls them."""
        return [path for path in map(to_path, self._open) if path is not None]

    def texts(self) -> dict[Path, str]:
        """Text of every open file by its path with symbolic links resolved: it goes before what is on disk."""
        return {_real(shot.path): shot.text for shot in self if shot.path is not None}

    def __iter__(self) -> Iterator[Snapshot]:
        return (document.snapshot() for document in self._open.values())


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
