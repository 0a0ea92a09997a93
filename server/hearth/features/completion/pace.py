"""How fast the model reads, as far as its answers have told."""

from __future__ import annotations

from hearth.providers.base import Usage

_LEAST_TOKENS = 32
"""Fewer evaluated tokens say more about the clock than about the model."""
_WEIGHT = 0.3
"""Of the newest answer in the running mean."""
_UNKNOWN_TOKENS = 256
"""What may be shown beside the file before the first answer."""
_LEAST = 128
"""Tokens that are shown even to the slowest model: a signature or two."""
_PATIENCE_S = 1.5
"""How long a model may read other files, once for each place where somebody works: they stay in its cache."""


class Pace:
    """A running mean of the speed of prompt evaluation."""

    def __init__(self) -> None:
        self.tokens_per_second: float | None = None

    def learn(self, usage: Usage | None) -> None:
        """Take in what an answer tells of its prompt."""
        if usage is None or usage.prompt_ms is None or usage.prompt_tokens is None or usage.prompt_ms <= 0:
            return
        evaluated = usage.prompt_tokens - (usage.cached_tokens or 0)
        if evaluated < _LEAST_TOKENS:
            return
        speed = evaluated / usage.prompt_ms * 1000
        known = self.tokens_per_second
        self.tokens_per_second = speed if known is None else (1 - _WEIGHT) * known + _WEIGHT * speed

    def affordable(self, most: int) -> int:
        """Tokens of other files that are worth their evaluation, at most ``most``."""
        if self.tokens_per_second is None:
            return min(most, _UNKNOWN_TOKENS)
        return min(most, max(_LEAST, int(self.tokens_per_second * _PATIENCE_S)))
