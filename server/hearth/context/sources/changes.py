"""What differs from the last commit in other files, where it bears on the place: one change often asks for another."""

from __future__ import annotations

import functools

from hearth.context.frame import Changes
from hearth.context.snippet import Origin, Snippet
from hearth.context.words import FEWEST, alike, before, words

_MOST = 3
_LOOKED_AT = 400
"""Changes, the newest first."""
_LINES = 24
"""Shown of one change."""
_LEAST = 0.08
"""Words in common. Changes have few words, so less than for whole windows of code is no chance."""


async def find(text: str, offset: int, path: str, changes: Changes) -> list[Snippet]:
    """The changes that have most in common with the lines before ``offset``, as parts of a diff."""
    here = before(text, offset)
    if len(here) < FEWEST:
        return []
    found: list[Snippet] = []
    for each in (await changes.hunks())[:_LOOKED_AT]:
        score = alike(_words(each.lines), here) if each.path != path else 0.0
        if score > _LEAST:
            shown = "\n".join(each.lines[:_LINES])
            why = f"changed since the last commit, {score:.0%} of its words are here too"
            found.append(Snippet(f"{each.path}.diff", shown, each.start, each.end, Origin.CHANGED, score, why))
    return sorted(found, key=lambda each: -each.score)[:_MOST]


@functools.lru_cache(maxsize=_LOOKED_AT)
def _words(lines: tuple[str, ...]) -> frozenset[str]:
    """Of one change. The same ones are looked at with every key."""
    return words("\n".join(lines))
