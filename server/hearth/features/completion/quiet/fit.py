"""Logistic regression with a ridge, fitted by Newton's method (iteratively reweighted least squares).

Method: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition, section 4.4.1 (the Newton
step) and 4.4.4 (the quadratic penalty). With some thirty signs and at most some thousand rows each step is one small
linear system, and a fit takes milliseconds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import attrs

from .signs import Signs

_RIDGE = 1.0
"""Penalty on each squared weight but the intercept: that of a standard normal prior, for signs within 0..1."""
_STEPS = 25
_SMALL = 1e-6
_RARE = 10
"""A sign that fewer rows have is not learned from."""


@attrs.frozen
class Example:
    """A suggestion and what became of it."""

    signs: Signs
    accepted: bool
    weight: float = 1.0
    """How many like it stand behind it: those that are shown by chance only count for the hidden ones too."""


@attrs.frozen
class Judge:
    """How likely a suggestion is to be accepted."""

    intercept: float
    weights: Signs

    def probability(self, signs: Signs) -> float:
        """In 0..1."""
        total = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in signs.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def fit(examples: Sequence[Example]) -> Judge:
    """The judge that explains ``examples`` best. Imports numpy: not to be called on an event loop."""
    import numpy as np  # noqa: PLC0415 (a server that has nothing to learn from does without)

    counts = Counter(name for example in examples for name in example.signs)
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    rows = np.array([[1.0, *(each.signs.get(name, 0.0) for name in names)] for each in examples])
    wanted = np.array([float(each.accepted) for each in examples])
    share = np.array([each.weight for each in examples])
    ridge = np.diag([_SMALL, *[_RIDGE] * len(names)])
    weights = np.zeros(len(names) + 1)
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (share * (wanted - expected)) - ridge @ weights
        bend = (rows.T * (share * expected * (1 - expected))) @ rows + ridge
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if float(np.abs(step).max()) < _SMALL:
            break
    return Judge(float(weights[0]), dict(zip(names, weights[1:].tolist(), strict=True)))
