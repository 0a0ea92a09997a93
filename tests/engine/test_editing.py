"""Editing the cache in place: what a keystroke costs, and that nothing wrong is left behind.

The truth is an engine that never moves anything (``edit_cache=False``).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest

from engine.running import EXACT, PATIENCE_S, Engine, Engines
from hearth.engine.editing import MAX_STALE
from hearth.engine.ladder import Rung
from hearth.engine.upkeep import REFRESH_AFTER_S
from models.tiny_gguf import TinyModel

PREFIX = "def total(values):\n    result = 0\n    for value in values:\n"
SUFFIX = "\n    return result\n\n\ndef mean(values):\n    return total(values) / len(values)\n"


@pytest.fixture
def model(models) -> Path:
    return models(EXACT)


@pytest.fixture
async def engine(engines: Engines, model: Path) -> Engine:
    return await engines.start(model, rung=Rung.BARE)


@pytest.fixture
async def truth(engines: Engines, model: Path, tmp_path: Path) -> AsyncIterator[Engine]:
    paths = attrs.evolve(engines.paths, runtime=tmp_path / "truth")
    other = Engines(paths)
    yield await other.start(model, edit_cache=False, rung=Rung.BARE)
    await other.close()


async def fill(engine: Engine, prefix: str, suffix: str = SUFFIX, **options: object) -> dict:
    return await engine.complete(prefix, suffix=suffix, **options)


async def until_refreshed(engine: Engine, at_least: int) -> int:
    async with asyncio.timeout(PATIENCE_S):
        while (count := await engine.counter("hearth_prompt_tokens_refreshed")) < at_least:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return count


async def test_a_typed_character_costs_itself_and_the_marker(engine: Engine) -> None:
    """The model's tokens are single bytes, so the counts are exact."""
    first = await fill(engine, PREFIX)
    assert first["timings"]["cache_n"] == 0
    for length in range(1, 9):
        answer = await fill(engine, PREFIX + "        result"[:length])
        assert answer["timings"]["prompt_n"] == 2
        assert answer["usage"]["prompt_tokens"] == first["usage"]["prompt_tokens"] + length


async def test_without_editing_it_costs_the_suffix(truth: Engine) -> None:
    await fill(truth, PREFIX)
    answer = await fill(truth, PREFIX + "x")
    assert answer["timings"]["prompt_n"] == len("x") + 1 + len(SUFFIX) + 1


async def test_deleted_characters_cost_the_marker(engine: Engine) -> None:
    await fill(engine, PREFIX + "abcdef")
    for length in (5, 3, 0):
        answer = await fill(engine, PREFIX + "abcdef"[:length])
        assert answer["timings"]["prompt_n"] == 1


async def test_a_replaced_word_costs_the_new_one(engine: Engine) -> None:
    await fill(engine, PREFIX + "abc")
    answer = await fill(engine, PREFIX + "xyz")
    assert answer["timings"]["prompt_n"] == 4


async def test_an_accepted_completion_is_an_edit_too(engine: Engine) -> None:
    first = await fill(engine, PREFIX, max_tokens=5)
    accepted = PREFIX + first["choices"][0]["text"]
    answer = await fill(engine, accepted)
    assert answer["timings"]["prompt_n"] <= 16
    assert answer["usage"]["prompt_tokens"] > 16 * 5


async def test_staleness_is_bounded(engine: Engine) -> None:
    typed = "x" * (MAX_STALE + 1)
    await fill(engine, PREFIX)
    costs = [(await fill(engine, PREFIX + typed[:n]))["timings"]["prompt_n"] for n in range(1, len(typed) + 1)]
    assert costs[:MAX_STALE] == [2] * MAX_STALE
    assert costs[-1] == 1 + 1 + len(SUFFIX) + 1


async def test_exact_moves_nothing_and_leaves_nothing_stale(engine: Engine, truth: Engine) -> None:
    await fill(engine, PREFIX)
    await fill(engine, PREFIX + "abc")
    exact = await fill(engine, PREFIX + "abcd", exact=True)
    assert exact["timings"]["prompt_n"] == 1 + 1 + len(SUFFIX) + 1
    assert exact["choices"] == (await fill(truth, PREFIX + "abcd"))["choices"]
    assert (await fill(engine, PREFIX + "abcd", exact=True))["timings"]["prompt_n"] == 1


async def test_a_stale_tail_is_evaluated_again_when_idle(engine: Engine, truth: Engine) -> None:
    await fill(engine, PREFIX)
    await fill(engine, PREFIX + "abc")
    count = await until_refreshed(engine, len(SUFFIX) + 1)
    assert count == 1 + len(SUFFIX)
    exact = await fill(engine, PREFIX + "abc", exact=True)
    assert exact["timings"]["prompt_n"] == 1
    assert exact["choices"] == (await fill(truth, PREFIX + "abc"))["choices"]
    await asyncio.sleep(2 * REFRESH_AFTER_S)
    assert await engine.counter("hearth_prompt_tokens_refreshed") == count


async def test_chats_are_never_edited(engine: Engine) -> None:
    body = {"max_tokens": 1, "temperature": 0}
    text = "one two three four five six seven eight nine ten eleven twelve"
    await engine.post("/v1/chat/completions", messages=[{"role": "user", "content": f"a {text}"}], **body)
    answer = await engine.post("/v1/chat/completions", messages=[{"role": "user", "content": f"b {text}"}], **body)
    assert answer.json()["timings"]["prompt_n"] > len(text)


@pytest.mark.parametrize("seed", range(3))
async def test_any_sequence_of_edits_ends_in_the_truth(engine: Engine, truth: Engine, seed: int) -> None:
    """Typing, deleting, jumping, cancelling, pausing: an exact answer afterwards is that of an engine that did not."""
    draw = random.Random(seed)  # noqa: S311
    text, cursor = PREFIX + SUFFIX, len(PREFIX)
    for step in range(40):
        kind = draw.choice(["type"] * 6 + ["delete"] * 2 + ["jump", "hang up", "pause"])
        if kind == "delete":
            gone = draw.randint(1, 4)
            text, cursor = text[: max(0, cursor - gone)] + text[cursor:], max(0, cursor - gone)
        elif kind == "jump":
            cursor = draw.randrange(len(text))
        else:
            typed = "".join(draw.choices("abc =\n", k=draw.randint(1, 5)))
            text, cursor = text[:cursor] + typed + text[cursor:], cursor + len(typed)
        if kind == "pause":
            await asyncio.sleep(draw.uniform(0, 1.5 * REFRESH_AFTER_S))
        request = asyncio.create_task(fill(engine, text[:cursor], text[cursor:]))
        if kind == "hang up":
            await asyncio.sleep(draw.uniform(0, 0.02))
            request.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await request
        if step % 8 == 7:
            ours = await fill(engine, text[:cursor], text[cursor:], exact=True)
            assert ours["choices"] == (await fill(truth, text[:cursor], text[cursor:]))["choices"]


async def test_an_interrupted_refresh_keeps_what_it_has(engines: Engines, models, tmp_path: Path) -> None:
    big = models(TinyModel(quantised=False, width=256, layers=6, context=4096))
    engine = await engines.start(big, rung=Rung.BARE)
    suffix = "\n" + "more code here\n" * 150
    await fill(engine, PREFIX, suffix)
    await fill(engine, PREFIX + "abc", suffix)
    await until_refreshed(engine, 32)
    answer = await fill(engine, PREFIX + "abcd", suffix)
    assert answer["timings"]["prompt_n"] == 2
    done = await engine.counter("hearth_prompt_tokens_refreshed")
    assert done < len(suffix)
    await until_refreshed(engine, done + 32)
    exact = await fill(engine, PREFIX + "abcd", suffix, exact=True)
    other = Engines(attrs.evolve(engines.paths, runtime=tmp_path / "truth"))
    truth = await other.start(big, edit_cache=False, rung=Rung.BARE)
    assert exact["choices"] == (await fill(truth, PREFIX + "abcd", suffix))["choices"]
    await other.close()
