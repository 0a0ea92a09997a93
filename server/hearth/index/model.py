"""A model that a search may use: loaded when it is first wanted, and looked for again if it could not be had."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

_AGAIN_S = 5.0
"""Before a model that could not be had is looked for again."""


class Closable(Protocol):
    """What can be closed."""

    async def aclose(self) -> None:
        """Free it."""
        ...


T = TypeVar("T", bound=Closable)


class Model(Generic[T]):
    """At most one model, however many ask for it at once."""

    def __init__(self, load: Callable[[], Awaitable[T | None]] | None) -> None:
        self.held: T | None = None
        """The model, once it was loaded."""
        self._load = load
        self._lock = asyncio.Lock()
        self._after = 0.0

    async def get(self) -> T | None:
        """The model; None if there is none, or none now. Raises what loading raises, and then nothing for a while."""
        async with self._lock:
            if self.held is None and self._load is not None and time.monotonic() >= self._after:
                self._after = time.monotonic() + _AGAIN_S
                self.held = await self._load()
            return self.held

    async def aclose(self) -> None:
        """Free the model; it is not loaded again."""
        self._load = None
        async with self._lock:
            held, self.held = self.held, None
        if held is not None:
            await held.aclose()
