"""A document at one moment: what handlers and features work on while the editor goes on changing it."""

from __future__ import annotations

from pathlib import Path

import attrs

from hearth.core.text import Encoding, LineIndex


@attrs.frozen
class Snapshot:
    """Text and identity of a document; never changes."""

    uri: str
    path: Path | None
    """Where it is on disk; None for a document that is not a file."""
    version: int
    language: str
    """LSP language identifier."""
    text: str = attrs.field(repr=False)
    encoding: Encoding
    """How the client counts columns."""
    index: LineIndex = attrs.field(repr=False, eq=False)
    """Where its lines begin."""

    def offset(self, line: int, column: int) -> int:
        """Offset in ``text`` of a position of the client."""
        return self.index.offset(line, column, self.encoding)

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) for the client of an offset in ``text``."""
        return self.index.position(offset, self.encoding)
