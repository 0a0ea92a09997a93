"""Trying again: only what may pass, only before the first value, and never against a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from hearth.core.errors import ProviderBroken, ProviderRefused
from hearth.providers import resilience
from hearth.providers.faults import Transient
from hearth.providers.resilience import ATTEMPTS, retried, retried_stream


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for, none of them taken."""
    pauses: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await real(0)

    monkeypatch.setattr(resilience.asyncio, "sleep", sleep)
    return pauses


class Work:
    def __init__(self, *outcomes: BaseException | str) -> None:
        self.outcomes, self.calls = list(outcomes), 0

    async def once(self) -> str:
        self.calls += 1
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def stream(self) -> AsyncGenerator[str]:
        yield await self.once()
        while self.outcomes:
            yield await self.once()


BROKEN = ProviderBroken("broken")


async def test_pauses_grow(no_pauses: list[float]) -> None:
    work = Work(Transient(BROKEN), Transient(BROKEN), "done")
    assert await retried(work.once) == "done"
    first, second = no_pauses
    assert 0 < first < second < 1


async def test_it_gives_up_with_the_error_itself() -> None:
    work = Work(*[Transient(BROKEN)] * 9)
    with pytest.raises(ProviderBroken) as caught:
        await retried(work.once)
    assert caught.value is BROKEN
    assert work.calls == ATTEMPTS


async def test_what_cannot_pass_is_not_tried_again() -> None:
    work = Work(ProviderRefused("no"), "never")
    with pytest.raises(ProviderRefused):
        await retried(work.once)
    assert work.calls == 1


async def test_the_server_says_how_long(no_pauses: list[float]) -> None:
    assert await retried(Work(Transient(BROKEN, 1.5), "done").once) == "done"
    assert no_pauses == [1.5]
    impatient = Work(Transient(BROKEN, 3600.0), "never")
    with pytest.raises(ProviderBroken):
        await retried(impatient.once)
    assert impatient.calls == 1


async def test_a_cancellation_is_not_tried_again() -> None:
    work = Work(asyncio.CancelledError(), "never")
    with pytest.raises(asyncio.CancelledError):
        await retried(work.once)
    assert work.calls == 1


async def test_a_stream_is_begun_again_before_its_first_value_only() -> None:
    work = Work(Transient(BROKEN), "a", "b")
    assert [value async for value in retried_stream(work.stream)] == ["a", "b"]
    work = Work("a", Transient(BROKEN), "never")
    got = []
    with pytest.raises(ProviderBroken):
        async for value in retried_stream(work.stream):
            got.append(value)  # noqa: PERF401 - what came before the error counts.
    assert got == ["a"]
    assert work.calls == 2


async def test_an_empty_stream_stays_empty() -> None:
    async def empty() -> AsyncGenerator[str]:
        return
        yield ""

    assert [value async for value in retried_stream(empty)] == []
