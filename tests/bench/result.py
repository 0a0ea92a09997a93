"""What a bench returns."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs


class Of(enum.Enum):
    """Which number a target is about."""

    OURS = "ours"
    RATIO = "ours ÷ peer"


@attrs.frozen
class Target:
    """A number that was promised."""

    bound: float
    most: bool
    """The bound is the most that is allowed, not the least."""
    of: Of = Of.OURS

    def met(self, value: float | None) -> bool:
        """``value`` keeps the promise; a number that could not be measured does not."""
        return value is not None and (value <= self.bound if self.most else value >= self.bound)


def at_most(bound: float, of: Of = Of.OURS) -> Target:
    """No more than ``bound``."""
    return Target(bound, most=True, of=of)


def at_least(bound: float, of: Of = Of.OURS) -> Target:
    """No less than ``bound``."""
    return Target(bound, most=False, of=of)


@attrs.frozen
class Figure:
    """One number of ours, beside the peer's where there is one."""

    ours: float
    unit: str
    peer: float | None = None
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def met(self) -> bool | None:
        """The target is met; None without one."""
        if self.target is None:
            return None
        return self.target.met(self.ours if self.target.of is Of.OURS else self.ratio)

    def as_json(self) -> dict[str, Any]:
        """The figure in ``build/bench/NAME.json``."""
        return {"ours": self.ours, "peer": self.peer, "ratio": self.ratio, "unit": self.unit}


@attrs.frozen
class Result:
    """All figures of a bench."""

    figures: Mapping[str, Figure]
    note: str
    """How it was measured, against which peer, and what the figures do not tell. Markdown."""
    target: str = ""
    """The targets in words; empty if there are none."""


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that at least ``percent`` of all values do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]
