"""When a judge may hide suggestions: only after it has shown, on feedback it had not seen, that this is worth it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from .fit import Example, Judge, fit

FEWEST, FEWEST_OF_EACH = 200, 30
"""Seen suggestions, and accepted and rejected ones among them, before anything is learned."""
_HELD_OUT = 4
"""One part in so many, the latest, is kept from the training of the judge that is examined."""
_FEWEST_RIGHT = 5
"""Accepted ones in that part, below which it says nothing about how many would be lost."""
_WORTH = 0.05
"""Least share of the rejected ones that has to go, or hiding is not worth its mistakes."""
_BINS = 5
_ONE_IN_TWENTY = 1.645
"""Standard deviations above the mean, of a normal distribution."""


@attrs.frozen
class Bin:
    """Suggestions about which the judge thought alike."""

    count: int
    expected: float
    """Mean probability."""
    accepted: float
    """Share."""


@attrs.frozen
class Trial:
    """How a judge did on the feedback that was kept from it."""

    examples: int
    rejected_hidden: float
    """Share of the rejected suggestions that would have been hidden."""
    accepted_lost: float
    """Share of the accepted suggestions that would have been hidden."""
    brier: float
    """Mean squared error of the probability; 0 is perfect."""
    brier_constant: float
    """That of always saying how many are accepted."""
    bins: tuple[Bin, ...]


@attrs.frozen
class Policy:
    """A judge and what it may do."""

    judge: Judge
    threshold: float
    """A suggestion that is less likely to be accepted than this is hidden. 0 hides none."""
    trial: Trial

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return self.threshold > 0


def enough(accepted: int, rejected: int) -> bool:
    """Whether there is enough feedback to learn from."""
    return accepted + rejected >= FEWEST and min(accepted, rejected) >= FEWEST_OF_EACH


def learn(examples: Sequence[Example], most_lost: float) -> Policy | None:
    """A policy that loses at most ``most_lost`` (a share) of the accepted suggestions; None without enough feedback.

    ``examples`` are in the order of time. A judge of the earlier ones is examined on the later ones; only if that went
    well does the one of all of them hide anything. Not to be called on an event loop.
    """
    accepted = sum(each.accepted for each in examples)
    if not enough(accepted, len(examples) - accepted):
        return None
    cut = len(examples) - len(examples) // _HELD_OUT
    early, late = examples[:cut], examples[cut:]
    if not early or len({each.accepted for each in early}) < 2:
        return None
    examined = fit(early)
    trial = _trial(examined, _threshold(examined, early, most_lost), early, late)
    judge = fit(examples)
    right = sum(each.accepted for each in late)
    lost = most_lost + _slack(early, late, most_lost)
    passes = right >= _FEWEST_RIGHT and trial.rejected_hidden >= _WORTH and trial.accepted_lost <= lost
    return Policy(judge, _threshold(judge, examples, most_lost) if passes and most_lost > 0 else 0.0, trial)


def _slack(early: Sequence[Example], late: Sequence[Example], share: float) -> float:
    """By how much the loss among ``late`` may exceed ``share`` and be no proof against it: one suggestion, or chance.

    A threshold is set where that share of ``early`` is lost, so about every second sample exceeds it. What one sample
    in twenty exceeds is a proof.
    """
    ours, theirs = _effective(late), _effective(early)
    if not ours or not theirs:
        return 0.0
    return max(1 / ours, _ONE_IN_TWENTY * math.sqrt(share * (1 - share) * (1 / ours + 1 / theirs)))


def _effective(examples: Sequence[Example]) -> float:
    """How many accepted ones of equal weight would tell as much (Kish's effective sample size)."""
    weights = [each.weight for each in examples if each.accepted]
    return sum(weights) ** 2 / sum(weight * weight for weight in weights) if weights else 0.0


def _threshold(judge: Judge, examples: Sequence[Example], most_lost: float) -> float:
    """The highest threshold below which at most ``most_lost`` of the accepted ones lie."""
    likely = sorted((judge.probability(each.signs), each.weight) for each in examples if each.accepted)
    allowed, lost = most_lost * sum(weight for _, weight in likely), 0.0
    for probability, weight in likely:
        lost += weight
        if lost > allowed:
            return probability
    return 0.0


def _trial(judge: Judge, threshold: float, early: Sequence[Example], late: Sequence[Example]) -> Trial:
    said = [(judge.probability(each.signs), each) for each in late]
    usual = _share([(each.weight, each.accepted) for each in early])
    ranked = sorted(said, key=lambda pair: pair[0])
    size = max(1, -(-len(ranked) // _BINS))
    return Trial(
        examples=len(late),
        rejected_hidden=_share([(each.weight, p < threshold) for p, each in said if not each.accepted]),
        accepted_lost=_share([(each.weight, p < threshold) for p, each in said if each.accepted]),
        brier=_mean([(each.weight, (p - each.accepted) ** 2) for p, each in said]),
        brier_constant=_mean([(each.weight, (usual - each.accepted) ** 2) for _, each in said]),
        bins=tuple(
            Bin(
                len(part),
                _mean([(each.weight, p) for p, each in part]),
                _share([(each.weight, each.accepted) for _, each in part]),
            )
            for part in (ranked[first : first + size] for first in range(0, len(ranked), size))
        ),
    )


def _share(pairs: Sequence[tuple[float, bool]]) -> float:
    return _mean([(weight, float(value)) for weight, value in pairs])


def _mean(pairs: Sequence[tuple[float, float]]) -> float:
    total = sum(weight for weight, _ in pairs)
    return sum(weight * value for weight, value in pairs) / total if total else 0.0
