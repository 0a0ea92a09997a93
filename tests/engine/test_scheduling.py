"""One loop, many requests: answers do not depend on company, cancelled ones stop at once, urgent ones go first."""

from __future__ import annotations

import asyncio
import contextlib

import attrs
import pytest

from engine.running import BIG, EXACT, PATIENCE_S, Engine, Engines
from hearth.engine.ladder import Rung

LONG = "a long prompt " * 200
"""2,800 tokens of a byte-level model."""


async def hang_up_during(engine: Engine, path: str, **body: object) -> None:
    """Send a request, wait until it runs, close the connection."""
    task = asyncio.create_task(engine.post(path, **body))
    await engine.until_busy()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_company_does_not_change_an_answer(engines: Engines, models) -> None:
    engine = await engines.start(models(EXACT), rung=Rung.BARE)
    prompts = [f"prompt number {n} with its own text" for n in range(6)]
    alone = [(await engine.complete(prompt, max_tokens=24))["choices"][0]["text"] for prompt in prompts]
    together = await asyncio.gather(*(engine.complete(prompt, max_tokens=24) for prompt in prompts))
    assert [answer["choices"][0]["text"] for answer in together] == alone


async def test_chats_and_completions_side_by_side_answer_as_if_they_were_alone(engines: Engines, models) -> None:
    engine = await engines.start(models(EXACT), rung=Rung.BARE)

    async def chat(number: int) -> str:
        said = [{"role": "user", "content": f"question {number}, and some words more"}]
        events = engine.stream("/v1/chat/completions", messages=said, temperature=0, max_tokens=20)
        return "".join([event["choices"][0]["delta"].get("content") or "" async for event in events])

    async def fill(number: int) -> str:
        answer = await engine.complete(f"def number_{number}(", suffix="):\n    pass\n", max_tokens=20, exact=True)
        return str(answer["choices"][0]["text"])

    alone = [await ask(number) for number in range(3) for ask in (chat, fill)]
    together = await asyncio.gather(*(ask(number) for number in range(3) for ask in (chat, fill)))
    assert together == alone
    assert len(set(alone)) > 1


@pytest.mark.parametrize("stream", [True, False])
async def test_hanging_up_during_a_prefill_stops_it(engines: Engines, big, stream: bool) -> None:
    engine = await engines.start(big, batch=128)
    await hang_up_during(engine, "/v1/completions", prompt=LONG, max_tokens=5, stream=stream)
    await engine.until_idle()
    evaluated = await engine.counter("hearth_prompt_tokens")
    assert evaluated < len(LONG)
    assert await engine.counter("hearth_requests_aborted") == 1
    # What was evaluated before the abort is valid and is used again.
    answer = await engine.complete(LONG, max_tokens=1)
    assert answer["timings"]["cache_n"] == evaluated
    assert answer["timings"]["prompt_n"] == len(LONG) - evaluated


async def test_hanging_up_during_decoding_stops_it(engines: Engines, models) -> None:
    engine = await engines.start(models(attrs.evolve(BIG, endless=True)))
    events = engine.stream("/v1/completions", prompt="hello", max_tokens=4000, temperature=0)
    async with contextlib.aclosing(events):
        async for _event in events:
            break
    await engine.until_idle()
    assert await engine.counter("hearth_generated_tokens") < 4000
    assert await engine.counter("hearth_requests_aborted") == 1


async def test_an_aborted_prefill_does_not_spoil_the_answer(engines: Engines, models) -> None:
    engine = await engines.start(models(attrs.evolve(BIG, quantised=False)), batch=128, rung=Rung.BARE)
    clean = await engine.complete(LONG, max_tokens=12)
    await engine.complete("z" * 400, max_tokens=1)
    for _ in range(3):
        await hang_up_during(engine, "/v1/completions", prompt="x" + LONG, max_tokens=5)
    again = await engine.complete(LONG, max_tokens=12)
    assert again["choices"] == clean["choices"]


async def test_others_go_on_when_one_is_cancelled(engines: Engines, big) -> None:
    # Its text is not compared: who lies where in the cache changes the last bits of sums, and random weights the words.
    engine = await engines.start(big)
    staying = asyncio.create_task(engine.complete("keep going", max_tokens=60))
    await hang_up_during(engine, "/v1/completions", prompt=LONG, max_tokens=5)
    answer = await staying
    assert answer["choices"][0]["finish_reason"] in {"stop", "length"}
    assert answer["usage"]["completion_tokens"] > 0
    await engine.until_idle()
    assert await engine.counter("hearth_prompt_tokens") < len(LONG)


async def test_a_completion_does_not_wait_for_a_chat_prompt(engines: Engines, big) -> None:
    engine = await engines.start(big)
    await engine.complete("warm up " * 40, max_tokens=1)
    chat = asyncio.create_task(
        engine.post("/v1/chat/completions", messages=[{"role": "user", "content": LONG}], max_tokens=1)
    )
    await engine.until_busy()
    before = await engine.counter("hearth_prompt_tokens")
    await engine.complete("def f():", max_tokens=40)
    evaluated = await engine.counter("hearth_prompt_tokens") - before
    assert not chat.done()
    assert evaluated < len(LONG) / 2
    async with asyncio.timeout(PATIENCE_S):
        assert (await chat).status_code == 200


async def test_more_requests_than_slots_all_get_answers(shared_engine: Engine) -> None:
    answers = await asyncio.gather(*(shared_engine.complete(f"request {n}", max_tokens=4) for n in range(24)))
    assert len(answers) == 24


async def test_requests_that_fill_the_window_wait_for_each_other(shared_engine: Engine) -> None:
    prompts = [f"{n}" * 300 for n in range(6)]
    answers = await asyncio.gather(*(shared_engine.complete(prompt, max_tokens=150) for prompt in prompts))
    assert all(answer["usage"]["prompt_tokens"] == 300 for answer in answers)


async def test_a_conversation_keeps_its_slot_beside_completions(shared_engine: Engine) -> None:
    first = [{"role": "user", "content": "remember this conversation, please"}]
    await shared_engine.post("/v1/chat/completions", messages=first, max_tokens=4)
    for n in range(8):
        await shared_engine.complete(f"{n} another file entirely", max_tokens=2)
    answer = (await shared_engine.post("/v1/chat/completions", messages=first, max_tokens=4)).json()
    assert answer["timings"]["prompt_n"] == 1
