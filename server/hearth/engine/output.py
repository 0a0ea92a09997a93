"""From tokens to text: whole characters only, and nothing that may turn out to be a stop text."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextOutput:
    """Turns the bytes of tokens into text that is safe to send.

    Held back are the bytes of an unfinished character and the longest end of the text that begins a stop text.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._decoded = self._before = 0
        self.given = 0
        """Characters that were released."""
        self.stopped = False
        """A stop text was met; it and what follows is dropped."""

    def push(self, piece: bytes) -> str:
        """Text that is certain now; may be empty."""
        if self.stopped:
            return ""
        text = self._decoder.decode(piece)
        self._before, self._decoded = self._decoded, self._decoded + len(text)
        return self._release(text)

    def start(self, piece: bytes) -> int:
        """How many characters of the answer stand before ``piece``, which was pushed last."""
        if piece and piece[0] & 0b1100_0000 == 0b1000_0000:  # It goes on with a character.
            return self._before
        return self._decoded - len(codecs.utf_8_decode(piece, "replace", False)[0])

    def finish(self) -> str:
        """What was held back and is certain because nothing follows."""
        if self.stopped:
            return ""
        text = self._release(self._decoder.decode(b"", True)) + self._held
        self.given += len(self._held)
        self._held = ""
        return text

    def _release(self, text: str) -> str:
        text = self._held + text
        first = min((at for stop in self._stops if (at := text.find(stop)) >= 0), default=-1)
        if first >= 0:
            self.stopped = True
            self._held = ""
            self.given += first
            return text[:first]
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - keep :]
        self.given += len(text) - keep
        return text[: len(text) - keep]


def _overlap(text: str, stop: str) -> int:
    """Length of the longest proper beginning of ``stop`` that ends ``text``."""
    for length in range(min(len(stop) - 1, len(text)), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
