"""Prompts that wait outside of the cache come back as they were, and nothing of them is evaluated twice."""

from __future__ import annotations

import asyncio

import attrs

from engine.running import EXACT, PATIENCE_S, Engine, Engines
from hearth.engine.ladder import Rung

LONG = "def first(value):\n    return value + 1\n" * 9
OTHER = "class Second:\n    name = 'another text'\n" * 9


async def until_tidy(engine: Engine, count: int) -> None:
    """Wait until so many prompts were moved."""
    async with asyncio.timeout(PATIENCE_S):
        while await engine.counter("hearth_prompts_moved") < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_long_prompt_has_the_cache_for_itself_and_the_others_come_back(engines: Engines, models) -> None:
    engine = await engines.start(models(EXACT), rung=Rung.BARE)
    first = await engine.complete(LONG)
    other = await engine.complete(OTHER)
    assert await engine.counter("hearth_prompts_moved") == 1
    again = await engine.complete(LONG)
    assert again["choices"] == first["choices"]
    assert again["timings"]["prompt_n"] == 1
    back = await engine.complete(OTHER)
    assert back["choices"] == other["choices"]
    assert back["timings"]["prompt_n"] == 1


async def test_idle_prompts_are_moved_out_while_nobody_waits(engines: Engines, models) -> None:
    engine = await engines.start(models(EXACT), rung=Rung.BARE)
    short, suffix = "def f():\n    return 1\n" * 3, "\n\nprint(f())\n" * 4
    first = await engine.complete(short, suffix=suffix)
    await engine.complete("something else " * 6)
    await until_tidy(engine, 1)
    typed = await engine.complete(short + "x", suffix=suffix)
    assert typed["timings"]["prompt_n"] <= 2
    again = await engine.complete(short, suffix=suffix, exact=True)
    assert again["choices"] == first["choices"]


async def test_what_waits_outside_counts_as_held(engines: Engines, models) -> None:
    engine = await engines.start(models(attrs.evolve(EXACT, context=512)), rung=Rung.BARE, slots=4)
    for letter in "abcdefgh":
        await engine.complete(letter * 400)
    kept = [(await engine.complete(letter * 400))["timings"]["cache_n"] for letter in "hg"]
    assert kept == [399, 399]
    assert (await engine.complete("a" * 400))["timings"]["cache_n"] == 0
