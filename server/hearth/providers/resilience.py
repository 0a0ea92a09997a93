"""How long to wait, and when to try again."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

import attrs

from .faults import Transient

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")

ATTEMPTS = 3
"""Tries of one request. More would only delay the message to a person who must act."""
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_LONGEST_RETRY_AFTER_S = 5.0
"""A server that asks for more patience than this is told to the person at once instead of being waited for."""


@attrs.frozen
class Waits:
    """Longest waits, in seconds, each for one thing; a whole answer may take as long as its pieces keep coming."""

    connect_s: float = 3.0
    answer_s: float = 300.0
    """For the first piece of an answer and between two: a long prompt on a slow machine takes minutes to read."""
    call_s: float = 15.0
    """For a small question, such as which models there are."""
    tail_s: float = 2.0
    """For what follows the end of an answer (usage): some servers then keep the connection open and silent."""


async def retried(work: Callable[[], Awaitable[T]], attempts: int = ATTEMPTS) -> T:
    """``work()``, again after a pause while it raises Transient; at last Transient's own error."""
    if attempts <= 1:
        try:
            return await work()
        except Transient as only:
            raise only.error from only.__cause__
    # The first import reads some files, which is not the event loop's work.
    await asyncio.to_thread(importlib.import_module, "tenacity")
    import tenacity  # noqa: PLC0415

    policy = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(_worth_it),
        stop=tenacity.stop_after_attempt(attempts),
        wait=_pause,
        sleep=asyncio.sleep,
        reraise=True,
    )

    async def attempt() -> T:
        # tenacity awaits only what is declared as a coroutine function; a lambda that returns one is not.
        return await work()

    try:
        return await policy(attempt)
    except Transient as last:
        raise last.error from last.__cause__


async def retried_stream(start: Callable[[], AsyncGenerator[T]], attempts: int = ATTEMPTS) -> AsyncGenerator[T]:
    """The values of ``start()``, which is begun again while it fails with Transient before its first value."""

    async def opened() -> tuple[AsyncGenerator[T], list[T]]:
        stream = start()
        try:
            return stream, [await anext(stream)]
        except StopAsyncIteration:
            return stream, []
        except BaseException:
            await stream.aclose()
            raise

    stream, first = await retried(opened, attempts)
    async with aclosing(stream):
        for value in first:
            yield value
        try:
            async for value in stream:
                yield value
        except Transient as late:
            raise late.error from late.__cause__


def _worth_it(error: BaseException) -> bool:
    return isinstance(error, Transient) and (error.after_s or 0.0) <= _LONGEST_RETRY_AFTER_S


def _pause(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, Transient) and error.after_s is not None:
        return error.after_s
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** (state.attempt_number - 1))
