"""What a person feels of an answer: time to its first text, and its speed."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs

from hearth.core.aio import closing
from hearth.providers.base import Chunk, CompletionRequest, Delta, Done, Usage


@attrs.define
class Clock:
    """Times of one answer, in seconds since its request."""

    began: float = attrs.field(factory=time.perf_counter)
    first: float | None = None
    last: float = 0.0
    pieces: int = 0
    usage: Usage = attrs.field(factory=Usage)

    def saw(self) -> None:
        """A piece of text came."""
        self.last = time.perf_counter() - self.began
        self.first = self.last if self.first is None else self.first
        self.pieces += 1

    @property
    def tokens_per_second(self) -> float | None:
        """The provider's own figure, or pieces over the time between the first and the last."""
        if self.usage.tokens_per_second is not None:
            return self.usage.tokens_per_second
        if self.first is None or self.pieces < 2 or self.last <= self.first:
            return None
        return (self.pieces - 1) / (self.last - self.first)

    def facts(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "time_to_first_token_ms": None if self.first is None else round(self.first * 1000, 1),
            "tokens_per_second": None if (speed := self.tokens_per_second) is None else round(speed, 1),
            "usage": attrs.asdict(self.usage),
        }

    def line(self) -> str:
        """For a person."""
        parts = []
        if self.first is not None:
            parts.append(f"first token {self.first * 1000:.0f} ms")
        if (speed := self.tokens_per_second) is not None:
            parts.append(f"{speed:.0f} tokens/s")
        usage = self.usage
        if usage.completion_tokens is not None:
            parts.append(f"{usage.completion_tokens} tokens")
        if usage.prompt_tokens is not None:
            cached = f", {usage.cached_tokens} from the cache" if usage.cached_tokens else ""
            parts.append(f"prompt {usage.prompt_tokens} tokens{cached}")
        return " · ".join(parts) or "no tokens"


@attrs.define
class Tap:
    """A completer that shows each token as it passes, before rules and filters have their say."""

    inner: Any
    clock: Clock
    show: Callable[[str], None]

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        """Pass the inner completer's stream on."""
        self.clock.began = time.perf_counter()
        async with closing(self.inner.complete(request)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Delta):
                    self.clock.saw()
                    self.show(chunk.text)
                elif isinstance(chunk, Done):
                    self.clock.usage = chunk.usage
                yield chunk
