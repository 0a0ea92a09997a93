"""The window of a document around the cursor.

Its start does not move while somebody types: a prompt whose first token changed is evaluated again as a whole.
"""

from __future__ import annotations

import re

import attrs

_LINE_END = re.compile(r"\r\n|\r|\n")
_STEPS = 4
"""The start moves in steps of a quarter of the budget: it moves seldom, and at least three quarters are always used."""


@attrs.frozen
class Window:
    """Text around the cursor."""

    prefix: str
    suffix: str


def window(text: str, offset: int, prefix_chars: int, suffix_chars: int) -> Window:
    """At most ``prefix_chars`` before ``offset`` and ``suffix_chars`` behind it, cut at line ends if there are any."""
    return Window(text[_start(text, offset, prefix_chars) : offset], text[offset : _end(text, offset, suffix_chars)])


def _start(text: str, offset: int, budget: int) -> int:
    if offset <= budget:
        return 0
    step = max(1, budget // _STEPS)
    anchor = -(-(offset - budget) // step) * step
    line_end = _LINE_END.search(text, anchor - 1, offset)
    return line_end.end() if line_end else min(anchor, offset)


def _end(text: str, offset: int, budget: int) -> int:
    limit = offset + budget
    if limit >= len(text):
        return len(text)
    cut = max(text.rfind("\n", offset, limit), text.rfind("\r", offset, limit))
    return cut + 1 if cut >= 0 else limit
