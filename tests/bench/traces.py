"""Somebody types lines of real files: the same keystrokes for everybody who is measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

_SLIP = 13
"""Every so many keys, a wrong one is typed and taken back."""
_ACCEPT = 3
"""Every so many lines, the second half is accepted at once, as a completion is."""


@attrs.frozen
class Key:
    """A document after a keystroke, cut at the cursor."""

    before: str
    after: str
    kind: str
    """"jump" (the cursor is somewhere else), "insert", "delete" or "accept"."""


@attrs.frozen
class Place:
    """A line that is typed."""

    before: str
    line: str
    after: str


def keys(places: Sequence[Place]) -> Iterator[Key]:
    """The keystrokes that type the line of each place in turn."""
    count = 0
    for number, place in enumerate(places):
        start = len(place.line) - len(place.line.lstrip())
        yield Key(place.before + place.line[:start], place.after, "jump")
        accepted = start + (len(place.line) - start) // 2 if number % _ACCEPT == _ACCEPT - 1 else None
        for length in range(start + 1, len(place.line) + 1):
            if accepted is not None and length > accepted:
                yield Key(place.before + place.line, place.after, "accept")
                break
            count += 1
            if count % _SLIP == 0:
                yield Key(place.before + place.line[: length - 1] + "q", place.after, "insert")
                yield Key(place.before + place.line[: length - 1], place.after, "delete")
            yield Key(place.before + place.line[:length], place.after, "insert")
