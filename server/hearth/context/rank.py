"""Which snippets are shown: the best that fit, each line once, none that is on the screen anyway."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from .counting import Tokens
from .frame import Fate, Ranked
from .snippet import Origin, Snippet

_WEIGHT = {
    Origin.DEFINITION: 1.0,
    Origin.RELATED: 0.6,
    Origin.EDITED: 0.5,
    Origin.SIMILAR: 0.4,
    Origin.CLIPBOARD: 0.5,
}
"""What a source's best snippet is worth beside those of the others."""
_ALIKE = 0.7
"""Share of lines that two snippets have in common from which on the second says nothing new."""
_GREEDY = 0.6
"""Of the budget that one snippet may take."""
_HEADER_TOKENS = 12
"""A file's name and the token that opens it."""


def rank(found: Sequence[Snippet], path: str, budget: int, tokens: Tokens) -> list[Ranked]:
    """All of ``found``, the best first; those that are shown take at most ``budget`` tokens.

    ``path`` is the file that is completed: what is shown of it, its own prompt shows.
    """
    ordered = sorted(found, key=lambda each: (-each.score * _WEIGHT[each.origin], each.path, each.start))
    shown: list[Snippet] = []
    ranked: list[Ranked] = []
    left = budget
    for each in ordered:
        fate = _fate(each, path, shown)
        cost = tokens.of(each.text) + _HEADER_TOKENS
        if fate is Fate.SHOWN and each.brief and cost > min(left, budget * _GREEDY):
            each = attrs.evolve(each, text=each.brief, brief="", shortened=True)  # noqa: PLW2901
            cost = tokens.of(each.text) + _HEADER_TOKENS
        if fate is Fate.SHOWN and cost > budget * _GREEDY:
            fate = Fate.TOO_LONG
        elif fate is Fate.SHOWN and cost > left:
            fate = Fate.NO_ROOM
        if fate is Fate.SHOWN:
            shown.append(each)
            left -= cost
        ranked.append(Ranked(each, cost, fate))
    return ranked


def _fate(each: Snippet, path: str, shown: Sequence[Snippet]) -> Fate:
    if each.path == path:
        return Fate.VISIBLE
    if any(each.overlaps(other) for other in shown):
        return Fate.OVERLAPS
    return Fate.ALIKE if any(_alike(each.text, other.text) for other in shown) else Fate.SHOWN


def _alike(a: str, b: str) -> bool:
    lines, others = ({line.strip() for line in text.split("\n") if line.strip()} for text in (a, b))
    smaller = min(len(lines), len(others))
    return smaller > 0 and len(lines & others) / smaller >= _ALIKE
