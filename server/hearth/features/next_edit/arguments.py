"""The arguments of a call, or the parameters of a function, as they are written."""

from __future__ import annotations

import re

import attrs

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "\"'`"
_PIECE = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|//|/\*|[#\"'`()\[\]{},]")
"""What must be looked at: strings, brackets, commas; and what is not read here: comments, strings that do not end."""
_MOST_CHARS = 2000
"""Longer lists are not looked at."""


@attrs.frozen
class Arguments:
    """Offsets in the text: behind the opening bracket, of the closing one, and of each argument without blanks."""

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]


def arguments(text: str, offset: int) -> Arguments | None:
    """The list whose opening bracket is at ``offset``. None if there is none, or its end is not found: comments, and
    strings over lines, are not read."""
    if text[offset : offset + 1] != "(":
        return None
    open_: list[str] = []
    commas = [offset]
    for found in _PIECE.finditer(text, offset, offset + _MOST_CHARS):
        piece = found.group()
        if piece in _PAIRS:
            open_.append(_PAIRS[piece])
        elif piece in ")]}":
            if not open_ or open_.pop() != piece:
                return None
            if not open_:
                return _split(text, commas, found.start())
        elif piece == ",":
            if len(open_) == 1:
                commas.append(found.start())
        elif piece[-1] not in _QUOTES or len(piece) == 1:
            return None
    return None


def _split(text: str, commas: list[int], end: int) -> Arguments:
    spans = []
    for first, last in zip(commas, [*commas[1:], end], strict=True):
        piece = text[first + 1 : last]
        if piece.strip():
            start = first + 1 + len(piece) - len(piece.lstrip())
            spans.append((start, start + len(piece.strip())))
    return Arguments(commas[0] + 1, end, tuple(spans))
