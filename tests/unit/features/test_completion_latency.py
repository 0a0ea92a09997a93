"""While somebody types the model is given what it can read in time; the rest it reads when nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hearth.context.frame import Assembled, Surroundings
from hearth.core.settings import CompletionSettings
from hearth.features.completion import prompt
from hearth.features.completion.pace import Pace
from hearth.features.completion.prompt import Prompts
from hearth.features.completion.reading import Reading
from hearth.features.completion.request import Request
from hearth.providers.base import Chunk, CompletionRequest, Delta, Done, Reason, Speed, Usage
from unit.features.typist import URI, Desk, Editor

SETTINGS = CompletionSettings(debounce_ms=0, prefetch=False, check_syntax=False, latency_ms=400)
LONG = "".join(f"value_{number} = {number}\n" for number in range(200))


class Reader:
    """A model that answers at once and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CompletionRequest] = []

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        yield Delta("1")
        yield Done(Reason.STOP, Usage())


def model(prefill: float, decode: float = 1000) -> prompt.Model:
    return prompt.Model(speed=Speed(prefill, decode))


def cursor(text: str, *, automatic: bool = True) -> Request:
    return Request(text, len(text), "a.py", "python", automatic=automatic)


async def test_a_fast_model_is_shown_everything_at_once() -> None:
    made = await Prompts().make(URI, cursor(LONG), SETTINGS, model(20_000), Surroundings())
    assert made is not None
    assert made.is_whole
    assert made.made.prefix == LONG
    assert made.max_tokens == SETTINGS.max_tokens


async def test_a_slow_model_is_shown_what_it_can_read_in_time() -> None:
    prompts = Prompts()
    made = await prompts.make(URI, cursor(LONG), SETTINGS, model(500, decode=5), Surroundings())
    assert made is not None
    assert not made.is_whole
    assert 100 < len(made.made.prefix) <= 500 * 0.4 * 3
    assert LONG.endswith(made.made.prefix)
    assert made.max_tokens == 20
    cold = prompts.cold(URI)
    assert cold is not None
    assert cold.prefix == LONG


async def test_what_has_been_read_costs_nothing() -> None:
    prompts = Prompts()
    await prompts.make(URI, cursor(LONG), SETTINGS, model(500), Surroundings())
    whole = prompts.cold(URI)
    assert whole is not None
    prompts.answered(URI, whole)
    typed = await prompts.make(URI, cursor(LONG + "value_1 = "), SETTINGS, model(500), Surroundings())
    assert typed is not None
    assert typed.is_whole
    assert prompts.cold(URI) is None


async def test_a_model_that_can_read_next_to_nothing_says_nothing_until_it_has() -> None:
    prompts = Prompts()
    assert await prompts.make(URI, cursor(LONG), SETTINGS, model(50), Surroundings()) is None
    assert prompts.cold(URI) is not None
    asked = await prompts.make(URI, cursor(LONG, automatic=False), SETTINGS, model(50), Surroundings())
    assert asked is not None
    assert asked.is_whole


async def test_it_is_read_ahead_when_nobody_waits() -> None:
    reader = Reader()
    desk = Desk(reader, speed=Speed(500, 100))
    editor = Editor(LONG)
    await desk.ask(editor.request(), latency_ms=400)
    for _ in range(50):
        await asyncio.sleep(0)
    first, ahead = reader.asked
    assert (first.background, ahead.background) == (False, True)
    assert len(first.prefix) < len(ahead.prefix) == len(LONG)
    assert ahead.max_tokens == 1
    await desk.ask(editor.type("x"), latency_ms=400)
    assert reader.asked[-1].prefix == LONG + "x"
    await desk.tasks.close()


def test_what_is_unread_is_what_follows_the_first_difference() -> None:
    reading = Reading()
    made = Assembled("abcdef", "uvw")
    assert reading.unread("k", made) == 9
    reading.read("k", made)
    assert reading.unread("k", made) == 0
    assert reading.unread("k", Assembled("abcdefgh", "uvw")) == 2
    assert reading.unread("k", Assembled("abXdef", "uvw")) == 4
    assert reading.unread("k", Assembled("abcdef", "xyz")) == 3
    assert reading.unread("other", made) == 9
    reading.forget("k")
    assert reading.unread("k", made) == 9


def test_the_pace_follows_the_answers() -> None:
    pace = Pace()
    assert pace.readable(1) is None
    assert pace.others(1000) == 256
    pace.told(Speed(100, 10))
    assert (pace.readable(2), pace.writable(2)) == (200, 20)
    pace.learn(Usage(prompt_tokens=2000, cached_tokens=0, prompt_ms=1000, completion_tokens=100, completion_ms=1000))
    assert pace.reads is not None
    assert 100 < pace.reads < 2000
    pace.learn(Usage(prompt_tokens=2000, cached_tokens=1999, prompt_ms=1000))
    pace.told(Speed(1, 1))
    assert pace.reads > 100
    assert pace.others(10_000) == int(pace.reads * 1.5)
