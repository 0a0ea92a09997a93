"""Chunks that are in no table, put among the results of a table's full-text search where they belong.

A table does not tell how rare its words are, so both are scored anew, by BM25 within what was found and what is open,
and only to place the latter: the order of the table's own results stays.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Sequence
from typing import Any

_SATURATION, _LENGTH = 1.2, 0.75
_ENDINGS = ("ing", "ed", "es", "s", "e")
_STEM = 4
"""Letters that a word keeps of itself, at the least."""

_Row = dict[str, Any]


def merged(found: Sequence[_Row], others: Sequence[_Row], question: Sequence[str]) -> list[_Row]:
    """``found`` in its order with those of ``others`` that have a word of the question. Rows have a column `words`;
    those of ``others`` have their :func:`stems` too."""
    if not others:
        return list(found)
    wanted = list(dict.fromkeys(map(_stem, question)))
    counts = [*(stems(row["words"]) for row in found), *(row["stems"] for row in others)]
    scores = _scores(counts, wanted)
    of_found, of_others = scores[: len(found)], scores[len(found) :]
    placed: dict[int, list[tuple[float, _Row]]] = {}
    for row, score in zip(others, of_others, strict=True):
        if score > 0:
            place = sum(1 for each in of_found if each > score)
            placed.setdefault(place, []).append((score, row))
    result: list[_Row] = []
    for index in range(len(found) + 1):
        result += [row for _, row in sorted(placed.get(index, []), key=lambda pair: -pair[0])]
        result += found[index : index + 1]
    return result


def stems(words: str) -> collections.Counter[str]:
    """How often each word is there, without its ending."""
    return collections.Counter(map(_stem, words.split()))


def _scores(counts: Sequence[collections.Counter[str]], wanted: Sequence[str]) -> list[float]:
    sizes = [count.total() for count in counts]
    usual = sum(sizes) / len(sizes) or 1.0
    scores = [0.0] * len(counts)
    for word in wanted:
        having = sum(1 for count in counts if word in count)
        rarity = math.log(1 + (len(counts) - having + 0.5) / (having + 0.5))
        for index, count in enumerate(counts):
            if often := count[word]:
                weight = _SATURATION * (1 - _LENGTH + _LENGTH * sizes[index] / usual)
                scores[index] += rarity * often * (_SATURATION + 1) / (often + weight)
    return scores


def _stem(word: str) -> str:
    """Roughly what the table's stemmer does to English words."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending)
    return word
