"""How likely tokens were, out of the scores of a whole vocabulary."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

LEAST = -9999.0
"""What OpenAI's API tells in place of minus infinity, which JSON has no number for."""


def logprobs(logits: npt.NDArray[np.float32], token: int, most: int) -> tuple[float, list[tuple[int, float]]]:
    """Natural logarithms of probabilities: that of ``token``, and (token, value) of the ``most`` likeliest, best first.

    They are the model's own, before any sampler, and within -9999..0. This passes over the whole vocabulary: 0.05 ms
    for 32,000 tokens, 0.3 ms for 150,000. So it is for those who ask.
    """
    with np.errstate(invalid="ignore"):
        highest = logits.max()
        total = float(highest) + float(np.log(np.exp(logits - highest).sum()))

    def value(each: int) -> float:
        found = float(logits[each]) - total
        return max(LEAST, min(0.0, found)) if math.isfinite(found) else LEAST

    most = min(most, len(logits))
    likely: list[int] = np.argpartition(logits, -most)[-most:].tolist() if most else []
    best = sorted(((value(each), -each) for each in likely), reverse=True)
    return value(token), [(-each, logprob) for logprob, each in best]
