"""From bytes of UTF-8, which tree-sitter counts, to code points, which Python counts, and back."""

from __future__ import annotations

_STEP = 4096
"""Code points between two marks: a conversion encodes or decodes at most this many."""


def encoded(text: str) -> bytes:
    """UTF-8 of a text. Half of a surrogate pair, which has no encoding, becomes one question mark."""
    return text.encode("utf-8", "replace")


class Offsets:
    """Both ways for one text. A text of ASCII alone costs nothing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._marks: list[int] = []

    def byte(self, offset: int) -> int:
        """Byte of a code point offset; an offset outside the text is moved to its nearer end."""
        offset = max(0, min(offset, len(self._text)))
        if self._ascii:
            return offset
        mark = offset // _STEP
        return self._table()[mark] + len(encoded(self._text[mark * _STEP : offset]))

    def char(self, byte: int) -> int:
        """Code point offset of a byte; inside a character it is that character's offset."""
        if self._ascii:
            return max(0, min(byte, len(self._text)))
        table = self._table()
        low, high = 0, len(table) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if table[middle] <= byte else (low, middle - 1)
        piece = encoded(self._text[low * _STEP : (low + 1) * _STEP])[: max(0, byte - table[low])]
        return low * _STEP + len(piece.decode("utf-8", "ignore"))

    def _table(self) -> list[int]:
        """Byte offset of each `_STEP`-th code point."""
        if not self._marks:
            total = 0
            for start in range(0, len(self._text) + 1, _STEP):
                self._marks.append(total)
                total += len(encoded(self._text[start : start + _STEP]))
        return self._marks
