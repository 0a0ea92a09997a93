"""Text to tokens without holding up the event loop, which has health, cancellation and a person's keys to answer.

A megabyte of code takes a quarter of a second, one of blanks a whole one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .api import shutting_down

T = TypeVar("T")

LARGE = 16_000
"""Characters: they take 4 ms. The detour of a thread costs 0.05 ms, which is more than a short text takes."""
_CALL = 10
"""What each text takes beside its characters, in those."""
_TOKEN = 4
"""What a token takes to become text again, in characters."""


def extent(texts: Iterable[str]) -> int:
    """How much there is to do to make tokens of ``texts``, in characters."""
    return sum(len(text) + _CALL for text in texts)


def extent_of_tokens(count: int) -> int:
    """The same for the way back, of ``count`` tokens."""
    return count * _TOKEN


class Tokenizing:
    """Large texts go to a thread of its own, one after the other, in the order in which they came.

    The vocabulary is only read, so that it makes no difference who else reads it. No work of this kind may decode: see
    :meth:`hearth.engine.service.Service.load`.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "tokenizer")
        self._closed = False
        self._waiting = 0

    @property
    def busy(self) -> bool:
        """Whether somebody waits for a large text."""
        return self._waiting > 0

    async def run(self, size: int, work: Callable[[], T]) -> T:
        """What ``work`` gives, whose extent is ``size``; a small one is done at once, before anything else.

        Raises EngineError once it is closed: the model may be gone then. If nobody waits any more, work that has not
        begun is not done, and what comes of the other is dropped.
        """
        if self._closed:
            raise shutting_down()
        if size < LARGE:
            return work()
        self._waiting += 1
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._pool, self._begin, work)
        finally:
            self._waiting -= 1
        # Whoever goes on from here asks the model for more, and it is freed on another thread.
        if self._closed:
            raise shutting_down()
        return result

    def refuse(self) -> None:
        """Begin nothing any more. Of the event loop's thread."""
        self._closed = True

    def close(self) -> None:
        """Wait for what runs, after :meth:`refuse`: native code cannot be broken off, and reads the model."""
        self._pool.shutdown()

    def _begin(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise shutting_down()
        return work()
