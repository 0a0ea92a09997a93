"""A file cut into the pieces that are searched, embedded and shown: whole functions, class headers, runs of statements.

The spans of the chunks of a file do not overlap, and what is between them is blank. The same text gives the same
chunks. A file in no known language, or one that cannot be parsed in time, is cut by lines.
"""

from __future__ import annotations

import hashlib
from typing import Self

import attrs

from . import describe, plan
from .languages import Language
from .offsets import encoded
from .parse import DEADLINE, parse

_CHARS_PER_TOKEN = 3.2
"""Of source code in the vocabulary of a BERT model. An estimate on the safe side."""

_DIGEST = 16


@attrs.frozen
class ChunkLimits:
    """Sizes in characters (of a file that is not ASCII: bytes of UTF-8)."""

    most: int = 2400
    """A longer function or run of statements is split, at statement boundaries where it has any."""
    small: int = 480
    """A class of up to this many stays whole; sections and keys are put together up to this many."""
    deadline: float = DEADLINE
    """Seconds for parsing one file."""

    @classmethod
    def of_tokens(cls, window: int) -> Self:
        """For an embedder that reads ``window`` tokens."""
        most = max(200, int(window * _CHARS_PER_TOKEN))
        return cls(most=most, small=min(480, most // 2))


@attrs.frozen
class Chunk:
    """One piece of a file."""

    text: str
    path: str
    language: str
    """Name of the language; empty if it is unknown."""
    kind: str
    """`function`, `method`, `class` (any type), `namespace`, `section` (of data or prose), `module` (statements at the
    top of a file) or `lines` (no syntax was known)."""
    scope: tuple[str, ...]
    """Names of the enclosing scopes, the outermost first, without the chunk's own."""
    symbol: str
    """Name of the function, class or section that this is or is a part of; empty for a run at the top of a file."""
    signature: str
    """Header of that function or class on one line, without its body."""
    docstring: str
    """What its documentation says, comment marks off."""
    start_byte: int
    end_byte: int
    """Bytes of the text as UTF-8."""
    start_line: int
    end_line: int
    """Lines from 0, the end exclusive."""
    defines: tuple[str, ...]
    """Names that are defined here, in order."""
    uses: tuple[str, ...]
    """Names that are called, inherited or stand for types here, by their first use; those defined here are left out."""

    @property
    def qualified(self) -> str:
        """Scope and symbol: `Outer.method`."""
        return ".".join((*self.scope, self.symbol)) if self.symbol else ".".join(self.scope)

    @property
    def hash(self) -> str:
        """BLAKE2b, 16 bytes in hexadecimal, of the qualified name and the text.

        The path does not enter: a renamed or copied file has the hashes it had. Where the path is embedded with the
        text, the vector's key is ``keyed(path)``.
        """
        return _digest(self.qualified, self.text)

    def keyed(self, path: str) -> str:
        """The hash with a path (or the part of it that is embedded) in it."""
        return _digest(path, self.qualified, self.text)


def chunks(text: str, path: str, language: Language | None, limits: ChunkLimits | None = None) -> list[Chunk]:
    """The chunks of a file in order. Never raises for a text, whatever it holds."""
    limits = limits or ChunkLimits()
    tree = parse(text, language, deadline=limits.deadline) if language and text.strip() else None
    data = tree.data if tree else encoded(text)
    pieces = plan.by_syntax(tree, limits.most, limits.small) if tree else plan.by_lines(data, limits.most)
    facts = describe.Facts(tree) if tree else None
    name = language.name if language else ""
    result: list[Chunk] = []
    line, seen = 0, 0
    for piece in pieces:
        line += _line_ends(data, seen, piece.start)
        last = line + _line_ends(data, piece.start, piece.end)
        result.append(
            Chunk(
                text=data[piece.start : piece.end].decode("utf-8", "replace"),
                path=path,
                language=name,
                kind=piece.kind,
                scope=piece.scope,
                symbol=piece.region.name if piece.region else "",
                signature=facts.signature(piece.region) if facts and piece.region else "",
                docstring=facts.docstring(piece.region) if facts and piece.region else "",
                start_byte=piece.start,
                end_byte=piece.end,
                start_line=line,
                end_line=last + 1,
                defines=facts.defines(piece.start, piece.end) if facts else (),
                uses=facts.uses(piece.start, piece.end) if facts else (),
            )
        )
        line, seen = last, piece.end
    return result


def _line_ends(data: bytes, start: int, end: int) -> int:
    """Line ends as editors count them: a carriage return alone is one too."""
    returns = data.count(b"\r", start, end)
    return data.count(b"\n", start, end) + (returns - data.count(b"\r\n", start, end) if returns else 0)


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=_DIGEST).hexdigest()
