"""How fast the model reads and writes: as its server measured it, then as its answers tell."""

from __future__ import annotations

from hearth.providers.base import Speed, Usage

_LEAST_TOKENS = 32
"""Fewer evaluated tokens say more about the clock than about the model."""
_LEAST_WRITTEN = 8
_WEIGHT = 0.3
"""Of the newest answer in a running mean."""
_UNKNOWN_TOKENS = 256
"""What may be shown beside the file before anything is known."""
_LEAST_OTHERS = 128
"""Tokens of other files that are shown even to the slowest model: a signature or two."""
_PATIENCE_S = 1.5
"""How long a model may read other files, once for each place where somebody works: they stay in its cache."""


class Pace:
    """Running means, in tokens a second; None while unknown."""

    def __init__(self) -> None:
        self.reads: float | None = None
        self.writes: float | None = None

    def told(self, speed: Speed | None) -> None:
        """What the server measured; answers know better."""
        if speed is not None:
            self.reads = self.reads or speed.prefill
            self.writes = self.writes or speed.decode

    def learn(self, usage: Usage | None) -> None:
        """Take in what an answer tells."""
        if usage is None:
            return
        evaluated = (usage.prompt_tokens or 0) - (usage.cached_tokens or 0)
        self.reads = _mean(self.reads, evaluated, usage.prompt_ms, _LEAST_TOKENS)
        self.writes = _mean(self.writes, usage.completion_tokens or 0, usage.completion_ms, _LEAST_WRITTEN)

    def readable(self, seconds: float) -> int | None:
        """Tokens that are read in that time; None if nobody knows."""
        return None if self.reads is None else int(self.reads * seconds)

    def writable(self, seconds: float) -> int | None:
        """Tokens that are written in that time; None if nobody knows."""
        return None if self.writes is None else int(self.writes * seconds)

    def others(self, most: int) -> int:
        """Tokens of other files that are worth their evaluation, at most ``most``."""
        readable = self.readable(_PATIENCE_S)
        return min(most, _UNKNOWN_TOKENS if readable is None else max(_LEAST_OTHERS, readable))


def _mean(known: float | None, tokens: int, milliseconds: float | None, least: int) -> float | None:
    if tokens < least or not milliseconds or milliseconds <= 0:
        return known
    speed = tokens / milliseconds * 1000
    return speed if known is None else (1 - _WEIGHT) * known + _WEIGHT * speed
