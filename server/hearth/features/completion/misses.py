"""Suggestions in the word at the cursor that were typed over: the model does not know this word, and need not be asked
at each of its letters.
"""

from __future__ import annotations

import re

from .request import Request

_WORD = re.compile(r"\w*\Z")


class Misses:
    """Counts them for the word where somebody types."""

    def __init__(self) -> None:
        self._word: tuple[str, int] | None = None
        """The document, and where in it the word begins."""
        self._shown: tuple[int, str] | None = None
        """Where something was suggested last, and what."""
        self._count = 0

    def key(self, uri: str, request: Request) -> int:
        """A key was typed; how many suggestions in this word, or where it begins, were wrong so far."""
        before = _WORD.search(request.line_before)
        word = uri, request.offset - len(before[0] if before is not None else "")
        if word != self._word:
            self._word, self._shown, self._count = word, None, 0
        if self._shown is not None:
            offset, text = self._shown
            if offset > request.offset:
                self._shown = None
            elif not text.startswith(request.text[offset : request.offset]):
                self._shown, self._count = None, self._count + 1
        return self._count

    def shown(self, uri: str, request: Request, text: str) -> None:
        """A suggestion is on the screen."""
        if self._word is not None and self._word[0] == uri and text:
            self._shown = request.offset, text
