"""How much two pieces of code have in common: Jaccard's measure, the share of identifiers that are in both."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d]\w{2,}")
_LINES = 16
"""Lines before the cursor that say what it is about."""
FEWEST = 4
"""Words below which a place says nothing."""


def words(text: str) -> frozenset[str]:
    """The identifiers of a text, without those of one or two letters."""
    return frozenset(_WORD.findall(text))


def before(text: str, offset: int) -> frozenset[str]:
    """The identifiers of the lines before a cursor (code points)."""
    start = offset
    for _ in range(_LINES):
        start = max(0, text.rfind("\n", 0, start))
    return words(text[start:offset])


def alike(some: frozenset[str], others: frozenset[str]) -> float:
    """From 0 to 1."""
    union = len(some | others)
    return len(some & others) / union if union else 0.0
