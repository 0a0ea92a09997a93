"""Which snippets are shown: the best that fit, each line once, none that is on the screen anyway."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

import attrs

from .counting import Tokens
from .frame import Fate, Ranked
from .snippet import Origin, Snippet

_WEIGHT = {
    Origin.DEFINITION: 1.0,
    Origin.SIGNATURE: 1.0,
    Origin.RELATED: 0.6,
    Origin.EDITED: 0.5,
    Origin.SIMILAR: 0.4,
    Origin.PROBLEM: 0.5,
    Origin.CLIPBOARD: 0.5,
    Origin.CHANGED: 0.4,
    Origin.VIEWED: 0.3,
    Origin.TAB: 0.2,
}
"""What a source's best snippet is worth beside those of the others."""
_ALIKE = 0.7
"""Share of lines that two snippets have in common from which on the second says nothing new."""
_GREEDY = 0.6
"""Of the budget that one snippet may take."""
_HEADER_TOKENS = 12
"""A file's name and the token that opens it."""
_GAP_TOKENS = 2
"""Between two snippets of one file."""


def rank(found: Sequence[Snippet], path: str, budget: int, tokens: Tokens) -> list[Ranked]:
    """All of ``found``, the best first; those that are shown take at most ``budget`` tokens.

    ``path`` is the file that is completed: what is shown of it, its own prompt shows.
    """
    ordered = sorted(found, key=lambda each: (-each.score * _WEIGHT[each.origin], each.path, each.start))
    ordered = _merged(ordered, lambda each: tokens.of(each.text) + _HEADER_TOKENS <= budget * _GREEDY)
    chosen: dict[int, Snippet] = {}
    fates: list[Fate] = []
    left = budget
    for index, each in enumerate(ordered):  # First all in few words: that something is there matters most.
        fate = _fate(each, path, list(chosen.values()))
        short = _short(each)
        cost = _cost(short, chosen.values(), tokens)
        if fate is Fate.SHOWN and cost > min(left, budget * _GREEDY):
            fate = Fate.NO_ROOM if cost <= budget * _GREEDY else Fate.TOO_LONG
        if fate is Fate.SHOWN:
            chosen[index] = short
            left -= cost
        fates.append(fate)
    for index, short in chosen.items():  # Then more of the best, as long as there is room.
        more = tokens.of(ordered[index].text) - tokens.of(short.text)
        if more <= min(left, budget * _GREEDY):
            chosen[index] = ordered[index]
            left -= more
    return [
        Ranked(chosen.get(index, each), tokens.of(chosen.get(index, each).text) + _HEADER_TOKENS, fates[index])
        for index, each in enumerate(ordered)
    ]


def _merged(ordered: Sequence[Snippet], fits: Callable[[Snippet], bool]) -> list[Snippet]:
    """The better of two that share lines of a file gets those of the other, so that neither is lost nor said twice."""
    merged = list(ordered)
    for index, each in enumerate(merged):
        for other in merged[index + 1 :]:
            both = each.joined(other) if each.overlaps(other) else None
            if both is not None and fits(both):
                merged[index] = each = both  # noqa: PLW2901
    return merged


def _short(each: Snippet) -> Snippet:
    return attrs.evolve(each, text=each.brief, brief="", shortened=True) if each.brief else each


def _cost(each: Snippet, shown: Iterable[Snippet], tokens: Tokens) -> int:
    """Tokens that showing it takes: a file's name is written once."""
    opens = all(other.path != each.path for other in shown)
    return tokens.of(each.text) + (_HEADER_TOKENS if opens else _GAP_TOKENS)


def _fate(each: Snippet, path: str, shown: Sequence[Snippet]) -> Fate:
    if each.path == path and each.origin is not Origin.SIGNATURE:  # That one is far from what is shown.
        return Fate.VISIBLE
    if any(each.overlaps(other) for other in shown):
        return Fate.OVERLAPS
    return Fate.ALIKE if any(_alike(each.text, other.text) for other in shown) else Fate.SHOWN


def _alike(a: str, b: str) -> bool:
    lines, others = _lines(a), _lines(b)
    smaller = min(len(lines), len(others))
    return smaller > 0 and len(lines & others) / smaller >= _ALIKE


@functools.lru_cache(maxsize=512)
def _lines(text: str) -> frozenset[str]:
    """Each snippet is compared with each that is shown, and most are the same with every key."""
    return frozenset(stripped for line in text.split("\n") if (stripped := line.strip()))
