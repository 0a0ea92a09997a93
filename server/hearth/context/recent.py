"""Where somebody was lately, editing or only looking: a ring of places, told apart by document and line."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

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


@attrs.frozen
class Burst:
    """Edits of one place that followed one another."""

    before: str = attrs.field(repr=False)
    """The document as it was."""
    line: int
    """Where the last of them was, from 0."""


class History:
    """The newest burst of each document."""

    def __init__(self) -> None:
        self._bursts: OrderedDict[str, Burst] = OrderedDict()

    def edited(self, key: str, line: int, text: Callable[[], str]) -> None:
        """A line (from 0) is about to change. ``text`` gives the document; it is asked once for a burst."""
        burst = self._bursts.get(key)
        here = burst is not None and abs(burst.line - line) <= _BURST_LINES
        self._bursts[key] = Burst(burst.before if burst is not None and here else text(), line)
        self._bursts.move_to_end(key)
        while len(self._bursts) > _BURSTS:
            self._bursts.popitem(last=False)

    def forget(self, key: str) -> None:
        """A document is closed, or what was edited there is of no use any more."""
        self._bursts.pop(key, None)

    def before(self, key: str) -> str | None:
        """The document before its newest burst; None if there is none."""
        burst = self._bursts.get(key)
        return burst.before if burst is not None else None

    def latest(self) -> str | None:
        """The document that was edited last."""
        return next(reversed(self._bursts), None)
