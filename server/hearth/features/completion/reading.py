"""What the model has read of each document, so that what a prompt costs is known before it is sent."""

from __future__ import annotations

import attrs

from hearth.context.frame import Assembled
from hearth.core.text import common_end, common_start

_SAME_SHARE = 0.5
"""A text after the cursor that has so much of its end in common with the one that was read is the same, moved on."""


@attrs.frozen
class _Read:
    others: tuple[str, ...]
    prefix: str
    suffix: str


class Reading:
    """The last whole prompt that was read, by document."""

    def __init__(self) -> None:
        self._read: dict[str, _Read] = {}

    def unread(self, key: str, made: Assembled) -> int:
        """Characters of a prompt that the model has to read; the rest is in its cache."""
        others = tuple(each.text for each in made.others)
        every = sum(map(len, others)) + len(made.prefix) + len(made.suffix)
        known = self._read.get(key)
        if known is None or known.others != others:
            return every
        behind = common_end(known.suffix, made.suffix) >= _SAME_SHARE * len(made.suffix)
        return len(made.prefix) - common_start(known.prefix, made.prefix) + (0 if behind else len(made.suffix))

    def read(self, key: str, made: Assembled) -> None:
        """The model has begun to answer this prompt."""
        self._read[key] = _Read(tuple(each.text for each in made.others), made.prefix, made.suffix)

    def forget(self, key: str) -> None:
        """A document is closed."""
        self._read.pop(key, None)

    def clear(self) -> None:
        """Another model."""
        self._read.clear()
