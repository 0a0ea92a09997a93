"""Prompt-lookup drafts: code repeats what stands before it, so the text after an earlier equal passage is a guess.

A guess is checked in the batch that decodes the next token; what the model would have chosen is kept, so greedy
answers stay what they are. The method is Saxena's *prompt lookup decoding* (2023), after *speculative decoding* by
Leviathan and others (2023).
"""

from __future__ import annotations

from collections.abc import Sequence

_KEY = 3
"""Tokens that must be equal before a passage counts as found: fewer guess too often, more too seldom."""

MAX_DRAFT = 16
"""Most tokens of one guess; a batch of 8 costs about three single tokens on a processor."""


class Lookup:
    """Finds the latest earlier passage that ends like the text."""

    def __init__(self, prompt: Sequence[int]) -> None:
        self._tokens: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        for token in prompt:
            self.add(token)

    def add(self, token: int) -> None:
        """``token`` comes next in the text."""
        if len(self._tokens) >= _KEY:
            self._after[tuple(self._tokens[-_KEY:])] = len(self._tokens)
        self._tokens.append(token)

    def guess(self, count: int) -> tuple[int, ...]:
        """At most ``count`` tokens that may follow; none if the end of the text has not been seen before."""
        start = self._after.get(tuple(self._tokens[-_KEY:]))
        return () if start is None else tuple(self._tokens[start : start + count])
