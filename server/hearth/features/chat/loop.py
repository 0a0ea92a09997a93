"""Small models fall into loops; what only repeats itself is no answer."""

from __future__ import annotations

_REPEATS = 4
"""Equal passages in a row that are a loop: tables and lists repeat themselves too, but not so exactly."""

_SHORTEST = 120
"""Characters that the repeats must fill together, so that rules, dots and blank lines may be."""

_LONGEST_PASSAGE = 240


def looping(text: str) -> int:
    """Length of ``text`` without the repeats that it ends in, the first of them kept; its whole length if none."""
    for length in range(1, min(_LONGEST_PASSAGE, len(text) // _REPEATS) + 1):
        repeats = max(_REPEATS, -(-_SHORTEST // length))
        if len(text) >= length * repeats and text.endswith(text[-length:] * repeats):
            return len(text) - length * (repeats - 1)
    return len(text)
