"""What a step costs by its rows: on a graphics card eight tokens take hardly longer than one, on a processor thrice."""

from __future__ import annotations

import itertools

SIZES = (1, 2, 3, 4, 8, 16, 32)
"""Rows whose cost is followed. Matrix products take their rows in blocks, so that sizes in between are no bargain."""

MEASURED = 16
"""Rows of the larger step that is measured at the start."""

_FALL, _RISE = 0.3, 0.25
"""How fast the measure follows a step: by that share of the difference to a shorter time, by at most that share of
itself to a longer one. So it is what a step takes that nothing comes between, which is what sizes are compared by."""

_FADING = 0.998
"""What is believed of the larger steps at each step of one row although a guess was there: else one bad measure would
keep them from ever being tried again."""


class Costs:
    """What steps take, in any unit of time."""

    def __init__(self, one: float = 1.0, many: float = 1.0) -> None:
        """A step of one row took ``one``, a step of :data:`MEASURED` took ``many``; the rest is taken from a line."""
        rise = max(0.0, (many - one) / (MEASURED - 1))
        self._times = [one + rise * (size - 1) for size in SIZES]

    def learn(self, rows: int, time: float) -> None:
        """A step of ``rows`` took ``time``; only the sizes that are followed count."""
        if rows in SIZES:
            at = SIZES.index(rows)
            known = self._times[at]
            self._times[at] = min(time, known * (1 + _RISE)) if time > known else known + _FALL * (time - known)

    def refused(self) -> None:
        """There was a guess, and it was too dear to be checked."""
        self._times[1:] = [max(self._times[0], time * _FADING) for time in self._times[1:]]

    def of(self, rows: int) -> float:
        """What a step of ``rows`` takes, between two sizes that are followed and beyond the last by a line."""
        for (low, high), (less, more) in zip(itertools.pairwise(SIZES), itertools.pairwise(self._times), strict=True):
            if rows <= high:
                return less + (more - less) * (rows - low) / (high - low)
        return self._times[-1] * rows / SIZES[-1]
