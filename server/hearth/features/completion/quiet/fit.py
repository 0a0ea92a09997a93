"""Logistic regression with a ridge, fitted by Newton's method (iteratively reweighted least squares).

Method: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition, section 4.4.1 (the Newton
step) and 4.4.4 (the quadratic penalty). With some thirty signs and at most some thousand rows each step is one small
linear system, and a fit takes milliseconds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from .signs import ALL, FIRST, LEAST, TOLD, Signs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_RIDGE = 1.0
"""Penalty on each squared weight but the intercept: that of a standard normal prior, for signs within 0..1."""
_STEPS, _HALVINGS = 25, 20
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
    usual: Signs = attrs.field(factory=dict)
    """What counts where a sign is absent because nobody tells it, and not because it is 0."""

    def probability(self, signs: Signs) -> float:
        """In 0..1."""
        usual = self.usual
        values = ((weight, signs.get(name, usual.get(name, 0.0))) for name, weight in self.weights.items())
        total = self.intercept + sum(weight * value for weight, value in values)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def fit(examples: Sequence[Example]) -> Judge:
    """The judge that explains ``examples`` best. Imports numpy: not to be called on an event loop."""
    import numpy as np  # noqa: PLC0415 (a server that has nothing to learn from does without)

    counts = Counter(name for example in examples for name in example.signs)
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    usual = _usual(examples)
    rows = np.array([[1.0, *(each.signs.get(name, usual.get(name, 0.0)) for name in names)] for each in examples])
    wanted = np.array([float(each.accepted) for each in examples])
    share = np.array([each.weight for each in examples])
    ridge = np.diag([_SMALL, *[_RIDGE] * len(names)])
    weights = np.zeros(len(names) + 1)

    def loss(weights: npt.NDArray[np.float64]) -> float:
        scores = rows @ weights
        return float(share @ (np.logaddexp(0, scores) - wanted * scores) + weights @ ridge @ weights / 2)

    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (share * (wanted - expected)) - ridge @ weights
        bend = (rows.T * (share * expected * (1 - expected))) @ rows + ridge
        step = np.linalg.solve(bend, slope)
        for _ in range(_HALVINGS):  # A whole step may lead astray where nearly all are accepted, or nearly none.
            if loss(weights + step) <= loss(weights):
                break
            step = step / 2
        else:
            break
        weights = weights + step
        if float(np.abs(step).max()) < _SMALL:
            break
    return Judge(float(weights[0]), dict(zip(names, weights[1:].tolist(), strict=True)), usual)


def _usual(examples: Sequence[Example]) -> Signs:
    """The means of the signs that not every model tells."""
    told = [example.signs for example in examples if TOLD in example.signs]
    return {name: sum(signs.get(name, 0.0) for signs in told) / len(told) for name in (FIRST, ALL, LEAST) if told}
