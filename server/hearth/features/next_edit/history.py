"""What each document was before somebody began to edit the place they are at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import attrs

_KEPT = 4
"""Documents. Of each, one older text is held."""
_SAME_LINES = 1
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
        here = burst is not None and abs(burst.line - line) <= _SAME_LINES
        self._bursts[key] = Burst(burst.before if burst is not None and here else text(), line)
        self._bursts.move_to_end(key)
        while len(self._bursts) > _KEPT:
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
