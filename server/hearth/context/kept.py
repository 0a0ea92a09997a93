"""An answer that is worth keeping while somebody types."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import attrs

log = logging.getLogger(__name__)

T = TypeVar("T")

FRESH_S = 15.0
"""How long an answer of the index is believed. After that it is given once more, and asked for again meanwhile."""


@attrs.frozen
class _Answer(Generic[T]):
    about: object
    value: T
    until: float
    """When it is too old, by the clock of who keeps it."""


class Kept(Generic[T]):
    """The last answer to one question, so that only whoever asks first waits for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._about: object = None
        self._answer: _Answer[T] | None = None
        self._task: asyncio.Task[T] | None = None

    async def get(self, about: object, make: Callable[[], Awaitable[T]]) -> T:
        """What ``make`` answers, or did a moment ago for the same ``about``. Raises what it raises if nothing is known.

        Whoever is cancelled here leaves the answer to the next.
        """
        if about != self._about:
            self.forget()
            self._about = about
        answer = self._answer
        if answer is not None and answer.about != about:
            answer = None
        if answer is not None and self._clock() < answer.until:
            return answer.value
        task = self._task or self._start(make)
        return answer.value if answer is not None else await asyncio.shield(task)

    def soon(self, about: object, make: Callable[[], Awaitable[T]]) -> T | None:
        """The same without a wait: what was answered last, whatever it was about, while ``make`` is asked."""
        answer = self._answer
        is_new = answer is None or answer.about != about or self._clock() >= answer.until
        if is_new and self._task is None:
            self._about = about
            self._start(make)
        return answer.value if answer is not None else None

    def _start(self, make: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        self._task = asyncio.create_task(_awaited(make))
        self._task.add_done_callback(self._made)
        return self._task

    def forget(self) -> None:
        """Nothing is known any more, and nothing asked."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._answer = None

    def _made(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.debug("not found: %r", error)
        if self._task is task:
            self._task = None
            if error is None:
                self._answer = _Answer(self._about, task.result(), self._clock() + FRESH_S)


async def _awaited(make: Callable[[], Awaitable[T]]) -> T:
    return await make()
