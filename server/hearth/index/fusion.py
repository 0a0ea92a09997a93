"""Reciprocal rank fusion: what several ways of searching agree on comes first, whatever their scores mean."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

K = 10
"""Damping: how little first places count for. Measured on 3,000 functions: 10 gives 0.575 MRR, the usual 60 0.565."""


def fuse(lists: Mapping[str, Sequence[T]], weights: Mapping[str, float]) -> list[tuple[T, float, dict[str, int]]]:
    """(item, score, rank by list) of everything in ``lists``, best first; ranks from 1. A missing weight is 1."""
    scores: dict[T, float] = {}
    ranks: dict[T, dict[str, int]] = {}
    for name, items in lists.items():
        for rank, item in enumerate(dict.fromkeys(items), 1):
            scores[item] = scores.get(item, 0.0) + weights.get(name, 1.0) / (K + rank)
            ranks.setdefault(item, {})[name] = rank
    return [(item, scores[item], ranks[item]) for item in sorted(scores, key=lambda each: -scores[each])]
