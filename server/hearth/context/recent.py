"""Where somebody was lately, editing or only looking: a ring of places, told apart by document and line."""

from __future__ import annotations

from collections.abc import Sequence

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


def snippet(path: str, lines: Sequence[str], line: int, age: int, origin: Origin) -> Snippet:
    """The lines around a place; ``age`` counts the newer ones."""
    first, last = max(0, line - _LINES), min(len(lines), line + _LINES + 1)
    text = "\n".join(lines[first:last]).strip("\n")
    return Snippet(path, text, first + 1, last, origin, _FADING**age, _WHY[origin])


_WHY = {Origin.EDITED: "edited a moment ago", Origin.VIEWED: "looked at a moment ago"}
