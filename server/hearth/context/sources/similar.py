"""Code like that around the cursor: windows of open files by common words, as Copilot's first prompts chose them."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.context.frame import OpenFile
from hearth.context.snippet import Origin, Snippet
from hearth.context.words import FEWEST, alike, before, words

_LINES = 16
"""Lines of a window."""
_STEP = 8
_LEAST = 0.15
"""Less in common is chance."""
_MOST = 3
_LARGEST = 200_000
"""Characters of a file that are looked at."""


def find(text: str, offset: int, path: str, others: Sequence[OpenFile]) -> list[Snippet]:
    """The windows of other files that have most in common with the lines before ``offset``; one a file."""
    here = before(text, offset)
    if len(here) < FEWEST:
        return []
    found = [best for each in others if each.path != path and (best := _best(each, here)) is not None]
    return sorted(found, key=lambda each: -each.score)[:_MOST]


def _best(other: OpenFile, here: frozenset[str]) -> Snippet | None:
    lines = other.text[:_LARGEST].split("\n")
    best, score = 0, _LEAST
    for first in range(0, max(1, len(lines) - _STEP), _STEP):
        found = alike(words("\n".join(lines[first : first + _LINES])), here)
        if found > score:
            best, score = first, found
    if score <= _LEAST:
        return None
    shown = "\n".join(lines[best : best + _LINES]).strip("\n")
    return Snippet(
        other.path, shown, best + 1, best + _LINES, Origin.SIMILAR, score, f"{score:.0%} of its words are here too"
    )
