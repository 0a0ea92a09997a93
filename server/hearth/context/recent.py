"""Where somebody was lately, editing or only looking: a ring of places, told apart by document and line."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import attrs

from hearth.core.text import LineIndex

from .snippet import Origin, Snippet

_KEPT = 12
_SAME_LINES = 12
"""Places so near to one another are one."""
_LINES = 8
"""Shown on each side of a place."""
_FADING = 0.8
"""What a place is worth beside the one after it."""
_MOST = 3


class Recent:
    """The places, the newest last."""

    def __init__(self) -> None:
        self._places: list[tuple[str, int]] = []

    def at(self, key: str, line: int) -> None:
        """Somebody is at a line (from 0) of a document."""
        self._places = [place for place in self._places if place[0] != key or abs(place[1] - line) > _SAME_LINES]
        self._places.append((key, line))
        del self._places[:-_KEPT]

    def forget(self, key: str) -> None:
        """A document is gone."""
        self._places = [place for place in self._places if place[0] != key]

    def documents(self, but: str) -> list[str]:
        """The documents of all places but one, that of the newest place first."""
        return list(dict.fromkeys(key for key, _ in reversed(self._places) if key != but))

    def places(self, but: str) -> Sequence[tuple[str, int]]:
        """(document, line) of the newest places outside of one document, the newest first."""
        return [place for place in reversed(self._places) if place[0] != but][:_MOST]


def snippet(path: str, lines: LineIndex, line: int, age: int, origin: Origin) -> Snippet:
    """The lines around a place; ``age`` counts the newer ones."""
    first, last = max(0, line - _LINES), min(lines.line_count, line + _LINES + 1)
    text = "\n".join(map(lines.line, range(first, last))).strip("\n")
    return Snippet(path, text, first + 1, last, origin, _FADING**age, _WHY[origin])


_WHY = {Origin.EDITED: "edited a moment ago", Origin.VIEWED: "looked at a moment ago"}


_BURSTS = 4
"""Documents. Of each, one older text is held."""
_BURST_LINES = 1
"""An edit this near to the last one goes on with it."""
_PAST = 8
"""Bursts that are over. Of each, two texts are held, mostly shared with the bursts around it."""
_PAST_CHARS = 300_000
"""A larger document's are not kept."""


@attrs.frozen
class Burst:
    """Edits of one place that followed one another."""

    before: str = attrs.field(repr=False)
    """The document as it was."""
    line: int
    """Where the last of them was, from 0."""
    number: int = 0
    """Counts bursts, whatever document they are in."""


@attrs.frozen
class Past:
    """A burst that is over."""

    key: str
    """Of the document."""
    before: str = attrs.field(repr=False)
    after: str = attrs.field(repr=False)
    number: int = 0


class History:
    """The newest burst of each document, and some that are over."""

    def __init__(self) -> None:
        self._bursts: OrderedDict[str, Burst] = OrderedDict()
        self._past: list[Past] = []
        self._count = 0

    def edited(self, key: str, line: int, text: Callable[[], str]) -> None:
        """A line (from 0) is about to change. ``text`` gives the document; it is asked once for a burst."""
        burst = self._bursts.get(key)
        here = burst is not None and abs(burst.line - line) <= _BURST_LINES
        if burst is not None and here:
            self._bursts[key] = attrs.evolve(burst, line=line)
        else:
            self._begin(key, burst, line, text())
        self._bursts.move_to_end(key)
        while len(self._bursts) > _BURSTS:
            self._bursts.popitem(last=False)

    def forget(self, key: str) -> None:
        """A document is closed, or what was edited there is of no use any more."""
        self._bursts.pop(key, None)
        self._past = [each for each in self._past if each.key != key]

    def before(self, key: str) -> str | None:
        """The document before its newest burst; None if there is none."""
        burst = self._bursts.get(key)
        return burst.before if burst is not None else None

    def latest(self) -> str | None:
        """The document that was edited last."""
        return next(reversed(self._bursts), None)

    def past(self, texts: Mapping[str, str], but: str = "") -> list[Past]:
        """All bursts in the order of time, but the newest one of the document ``but``. ``texts`` are the documents as
        they are now; what is not among them is left out."""
        newest = [
            Past(key, each.before, texts[key], each.number)
            for key, each in self._bursts.items()
            if key != but and key in texts
        ]
        older = [each for each in self._past if each.key in texts]
        return sorted([*older, *newest], key=lambda each: each.number)

    def _begin(self, key: str, over: Burst | None, line: int, now: str) -> None:
        if over is not None and over.before != now and max(len(over.before), len(now)) <= _PAST_CHARS:
            self._past = [*self._past[1 - _PAST :], Past(key, over.before, now, over.number)]
        self._count += 1
        self._bursts[key] = Burst(now, line, self._count)
