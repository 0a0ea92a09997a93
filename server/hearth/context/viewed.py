"""Which of the places that were looked at say something that the others do not."""

from __future__ import annotations

from collections.abc import Sequence

from .snippet import Snippet

_ALIKE = 0.6
"""Share of lines from which on two places show the same: copies of a file, or one file under two names."""


def different(snippets: Sequence[Snippet]) -> list[Snippet]:
    """Those whose lines are not mostly those of one before."""
    kept: list[tuple[Snippet, frozenset[str]]] = []
    for each in snippets:
        lines = frozenset(line.strip() for line in each.text.split("\n") if line.strip())
        if lines and all(len(lines & other) / len(lines | other) < _ALIKE for _, other in kept):
            kept.append((each, lines))
    return [each for each, _ in kept]
