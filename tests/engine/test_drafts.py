"""Guessing ahead changes how fast a greedy answer comes, never what it says."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.running import EXACT, Engine, Engines
from hearth.engine.drafts import MAX_DRAFT, Lookup
from hearth.engine.generation import Generation, Task
from hearth.engine.ladder import Rung


@pytest.fixture
async def engine(engines: Engines, models) -> Engine:
    return await engines.start(models(EXACT), rung=Rung.BARE)


PROMPTS = ("abcabcabcabc", "def f(x):\n    return x\n" * 6, "no repetition here: qwz", "aaaaaaaaaaaaaaaaaa")


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("limit", [1, 2, 7, 90])
async def test_the_answer_is_the_same(engine: Engine, prompt: str, limit: int) -> None:
    plain = await engine.complete(prompt, max_tokens=limit)
    guessed = await engine.complete(prompt, max_tokens=limit, draft=8)
    assert guessed["choices"] == plain["choices"]
    assert guessed["usage"]["completion_tokens"] == plain["usage"]["completion_tokens"]
    assert guessed["timings"]["draft_n"] >= guessed["timings"]["draft_n_accepted"]


async def test_what_repeats_is_guessed(engine: Engine) -> None:
    """Greedy answers of random weights fall into loops for a while, which are then guessed right."""
    answers = [await engine.complete(prompt, max_tokens=200, draft=8) for prompt in PROMPTS]
    assert sum(answer["timings"]["draft_n_accepted"] for answer in answers) > 30


async def test_the_cache_holds_no_wrong_guess(engine: Engine) -> None:
    prompt = PROMPTS[1]
    first = await engine.complete(prompt, max_tokens=40, draft=16)
    longer = prompt + first["choices"][0]["text"]
    ours = await engine.complete(longer, max_tokens=20)
    await engine.complete("something else entirely " * 8, max_tokens=1)
    assert (await engine.complete("x" + longer, max_tokens=1))["choices"]
    fresh = await engine.complete(longer, max_tokens=20)
    assert ours["choices"] == fresh["choices"]


async def test_beside_others_and_with_stop_texts(engine: Engine) -> None:
    alone = [await engine.complete(prompt, max_tokens=60) for prompt in PROMPTS]
    stop = alone[0]["choices"][0]["text"][20:22]
    together = await asyncio.gather(*(engine.complete(prompt, max_tokens=60, draft=8) for prompt in PROMPTS))
    assert [each["choices"] for each in together] == [each["choices"] for each in alone]
    stopped = await engine.complete(PROMPTS[0], max_tokens=60, draft=8, stop=[stop])
    plain = await engine.complete(PROMPTS[0], max_tokens=60, stop=[stop])
    assert stopped["choices"] == plain["choices"]


async def test_chance_is_not_guessed(engine: Engine) -> None:
    answer = await engine.complete(PROMPTS[0], max_tokens=60, draft=8, temperature=0.7, seed=1)
    assert answer["timings"]["draft_n"] == 0


def test_a_guess_is_as_bold_as_the_last_ones_were_right() -> None:
    generation = Generation(Task((*range(40), *range(3)), max_tokens=100, draft=MAX_DRAFT), lambda _event: None)
    lengths = []
    for right in (1.0, 1.0, 1.0, 0.0, 0.0, 1.0):
        lengths.append(length := len(generation.guess(100)))
        generation.checked(length, int(length * right))
    assert lengths == [4, 8, 16, 16, 1, 1]
    assert len(generation.guess(100)) == 2


@given(st.lists(st.integers(0, 3), max_size=60), st.integers(0, 8))
def test_a_guess_followed_the_same_passage_before(tokens: list[int], count: int) -> None:
    guess = Lookup(tokens).guess(count)
    assert len(guess) <= count
    if guess:
        passage = (*tokens[-3:], *guess)
        assert any(tuple(tokens[at : at + len(passage)]) == passage for at in range(len(tokens)))
