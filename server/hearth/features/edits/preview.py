"""The code of an answer that is still being written, line by line: what a user may look at, and nothing more."""

from __future__ import annotations

import re

_OPENS = re.compile(r"^[ \t]*(`{3,}|~{3,})[^`]*$")
_STEP_CHARS = 32
"""A line longer than that is shown before it ends."""


class Preview:
    """Follows one answer."""

    def __init__(self) -> None:
        self._answer = ""
        self._shown = ""

    def feed(self, text: str) -> str | None:
        """Take the next piece of the answer; returns all of the code so far if there is more of it than before."""
        self._answer += text
        if "\n" not in text and len(self._answer) % _STEP_CHARS >= len(text):
            return None
        code = _code(self._answer)
        if code == self._shown:
            return None
        self._shown = code
        return code


def _code(answer: str) -> str:
    """The whole lines of the first block."""
    lines: list[str] = []
    mark = ""
    for line in answer.split("\n")[:-1]:
        opened = _OPENS.match(line)
        if not mark:
            mark = opened[1] if opened else ""
        elif opened and line.strip().startswith(mark):
            break
        else:
            lines.append(line)
    return "\n".join(lines)
