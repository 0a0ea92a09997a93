"""Positions in text. LSP counts lines and code units of a negotiated encoding; Python strings count code points.

A line ends at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else (``str.splitlines`` also breaks at form feeds, U+2028 and
their like, which puts every later position on the wrong line).
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import AnyStr

_LINE_END = re.compile(r"\r\n|\r|\n")
_ASTRAL = 0xFFFF
_BLOCK = 8192
"""Characters or bytes that are compared at a time."""


class Encoding(enum.Enum):
    """How a client counts columns."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def units(self, char: str) -> int:
        """Code units of one character."""
        if self is Encoding.UTF32:
            return 1
        if self is Encoding.UTF16:
            return 2 if ord(char) > _ASTRAL else 1
        return len(char.encode("utf-8", "surrogatepass"))

    def length(self, text: str) -> int:
        """Code units of ``text``."""
        if self is Encoding.UTF32 or text.isascii():
            return len(text)
        if self is Encoding.UTF16:
            return len(text) + sum(ord(char) > _ASTRAL for char in text)
        return len(text.encode("utf-8", "surrogatepass"))


class LineIndex:
    """Start offsets of the lines of one text, to go between offsets (code points) and (line, column) pairs."""

    def __init__(self, text: str, lines: Sequence[str] | None = None) -> None:
        """``lines``, where they are at hand, are those of ``text`` with their ends; it saves looking for them."""
        self._text = text
        if lines is None:
            self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        else:
            self._starts = list(accumulate(map(len, lines), initial=0))
            if text and text[-1] not in "\r\n":
                self._starts.pop()

    @property
    def line_count(self) -> int:
        """Lines, the empty one after a final line end counted."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """Line ``number`` (from 0) without its line end; empty past the end."""
        if number >= len(self._starts):
            return ""
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
        return self._text[self._starts[number] : end].rstrip("\r\n")

    def offset(self, line: int, column: int, encoding: Encoding) -> int:
        """Offset of a position; past the end of a line it is the line's end, past the last line the text's end.

        A column inside a character (half a surrogate pair) is moved behind it.
        """
        if line >= len(self._starts):
            return len(self._text)
        body = self.line(line)
        start = self._starts[line]
        if encoding is Encoding.UTF32 or body.isascii():
            return start + min(column, len(body))
        seen = 0
        for index, char in enumerate(body):
            if seen >= column:
                return start + index
            seen += encoding.units(char)
        return start + len(body)

    def position(self, offset: int, encoding: Encoding) -> tuple[int, int]:
        """(line, column in code units) of an offset; between ``\\r`` and ``\\n`` it is the end of the line."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        return line, encoding.length(self._text[self._starts[line] : offset].rstrip("\r"))


def well_formed(text: str) -> str:
    """``text`` with halves of surrogate pairs replaced by U+FFFD: JSON may bring them, and no encoder takes them."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def common_start(one: AnyStr, other: AnyStr) -> int:
    """Length of what both begin with. Blocks are compared, and the one that differs is halved: a loop over characters
    takes a hundred times as long, and halving the whole copies it as often as its length has digits.
    """
    most = min(len(one), len(other))
    same = 0
    while same < most and one[same : same + _BLOCK] == other[same : same + _BLOCK]:
        same += _BLOCK
    if same >= most:
        return most
    left = min(_BLOCK, most - same)
    return same + _longest(left, lambda length: one[same : same + length] == other[same : same + length])


def common_end(one: AnyStr, other: AnyStr, most: int | None = None) -> int:
    """Length of what both end with, at most ``most``."""
    most = min(len(one), len(other)) if most is None else most
    end, behind, same = len(one), len(other), 0
    while most - same >= _BLOCK and one[end - _BLOCK : end] == other[behind - _BLOCK : behind]:
        end, behind, same = end - _BLOCK, behind - _BLOCK, same + _BLOCK
    left = min(_BLOCK, most - same)
    return same + _longest(left, lambda length: one[end - length : end] == other[behind - length : behind])


def difference(old: str, new: str) -> tuple[int, int, int]:
    """(start, end in ``old``, end in ``new``) of the smallest single span that tells two texts apart."""
    start = common_start(old, new)
    behind = common_end(old, new, min(len(old), len(new)) - start)
    return start, len(old) - behind, len(new) - behind


def _longest(most: int, holds: Callable[[int], bool]) -> int:
    """The greatest length for which ``holds``, where it holds for all shorter ones."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        low, most = (middle, most) if holds(middle) else (low, middle - 1)
    return low
