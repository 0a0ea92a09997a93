"""The pipeline of a completion: gate, window, deadline, and that the model is always let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from hearth.context.frame import Surroundings
from hearth.context.snippet import Origin, Snippet
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, ProviderBroken, ProviderTimeout
from hearth.core.settings import CompletionSettings
from hearth.features.completion import prompt
from hearth.features.completion.gate import Refusal, refusal
from hearth.features.completion.request import CompletionState, Request
from hearth.features.completion.run import Desk, complete
from hearth.providers.base import Chunk, CompletionRequest, Delta, Done, Reason, Usage

BODY = "a = 1\n    b = 2\n    c = 3\n"
BLANK = Request("def f():\n    ", 13, language="python", automatic=False)
SETTINGS = CompletionSettings(check_syntax=False)


class Model:
    """Counts what is asked of it; ``limit`` is the most text it takes, ``hangs`` never comes to an end."""

    def __init__(self, text: str = BODY, limit: int | None = None, *, hangs: bool = False) -> None:
        self.text, self.limit, self.hangs = text, limit, hangs
        self.asked: list[CompletionRequest] = []
        self.open = 0

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        self.open += 1
        try:
            size = len(request.prefix) + len(request.suffix) + sum(len(each.text) for each in request.others)
            if self.limit is not None and size > self.limit:
                raise ContextTooLong("too long")
            for char in self.text:
                yield Delta(char)
            if self.hangs:
                await asyncio.Event().wait()
            yield Done(Reason.STOP, Usage(completion_tokens=len(self.text)))
        finally:
            self.open -= 1


async def states(request: Request, model: Model, **changes: Any) -> list[CompletionState]:
    settings = attrs.evolve(SETTINGS, **changes)
    return [state async for state in complete(request, Desk(model), settings)]


async def test_states_grow_line_by_line_and_the_last_is_final() -> None:
    model = Model()
    found = await states(BLANK, model)
    assert [state.text for state in found] == ["a = 1", "a = 1\n    b = 2", BODY.rstrip(), BODY.rstrip()]
    assert [state.final for state in found] == [False, False, False, True]
    assert (found[-1].reason, found[-1].usage) == (Reason.STOP, Usage(completion_tokens=len(BODY)))
    assert model.open == 0


async def test_when_a_rule_ends_it_the_model_is_not_read_further() -> None:
    model = Model("a = 1\nb = 2\n" + "x" * 1000, hangs=True)
    found = await states(BLANK, model)
    assert found[-1] == CompletionState("a = 1", final=True)
    assert model.open == 0


async def test_one_line_asks_the_model_to_stop_at_its_end() -> None:
    model = Model("1")
    await states(Request("x = ", 4, automatic=False), model)
    assert model.asked[0].stop == ("\n",)
    await states(BLANK, model)
    assert model.asked[1].stop == ()


@pytest.mark.parametrize("first", [True, False])
async def test_whoever_goes_away_takes_the_model_with_him(first: bool) -> None:
    model = Model(hangs=True)
    async with closing(complete(BLANK, Desk(model), SETTINGS)) as stream:
        if first:
            await anext(stream)
    assert model.open == 0


async def test_cancellation_passes_through_and_frees_the_model() -> None:
    model = Model("", hangs=True)
    task = asyncio.create_task(states(BLANK, model))
    while not model.open:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.open == 0


async def test_a_deadline_ends_it() -> None:
    model = Model("a", hangs=True)
    with pytest.raises(ProviderTimeout, match=r"0\.01 s.*completion\.timeout_s"):
        await states(BLANK, model, timeout_s=0.01)
    assert model.open == 0


async def test_a_window_that_is_too_long_is_halved_until_it_fits() -> None:
    text = "line = 1\n" * 500
    model = Model("1", limit=700)
    found = await states(Request(text + "x = ", len(text) + 4, automatic=False), model)
    assert found[-1].text == "1"
    sizes = [len(asked.prefix) + len(asked.suffix) for asked in model.asked]
    assert sizes == sorted(sizes, reverse=True)
    assert 2 <= len(sizes) <= 5
    with pytest.raises(ContextTooLong):
        await states(Request(text, len(text), automatic=False), Model("1", limit=0))


async def test_a_size_that_fitted_is_remembered_for_the_document() -> None:
    text = "line = 1\n" * 500
    model = Model("1", limit=700)
    desk = Desk(model, key="a")
    for typed in ("x = ", "y = ", "z = "):
        request = Request(text + typed, len(text) + 4, automatic=False)
        found = [state async for state in complete(request, desk, SETTINGS)]
        assert found[-1].text == "1"
    sizes = [len(asked.prefix) + len(asked.suffix) for asked in model.asked]
    refused = [size for size in sizes if size > 700]
    assert sizes[: len(refused)] == refused != []
    assert len(sizes) == len(refused) + 3
    desk.prompts.forget("a")
    _ = [state async for state in complete(Request(text, len(text), automatic=False), desk, SETTINGS)]
    assert len(model.asked) > len(sizes) + 1


async def test_text_of_other_files_goes_before_the_documents_own() -> None:
    text = "import other\n" + "line = other.thing\n" * 12
    copied = Snippet("other.py", "thing = 1\n" * 40, 0, 40, Origin.CLIPBOARD, 1.0, "copied")
    around = Surroundings(name="a.py", recent=(copied,))
    model = Model("1", limit=len(text) + 100)
    request = Request(text, len(text), "a.py", "python", automatic=False)
    _ = [state async for state in complete(request, Desk(model, around=around), SETTINGS)]
    whole, alone = model.asked
    assert whole.others
    assert (alone.others, alone.prefix + alone.suffix) == ((), text)


async def test_the_models_window_bounds_the_prompt() -> None:
    text = "line = 1\n" * 5000
    request = Request(text, len(text) // 2, automatic=False)
    for context in (512, 2048, 8192):
        model = Model("1")
        _ = [state async for state in complete(request, Desk(model, prompt.Model(context)), SETTINGS)]
        (asked,) = model.asked
        assert len(asked.prefix) + len(asked.suffix) <= 3 * context
    assert len(asked.prefix) > 4500
    assert len(asked.suffix) > 1900


async def test_a_stream_without_an_end_ends() -> None:
    class Endless(Model):
        async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
            yield Delta("a = 1")

    assert (await states(BLANK, Endless()))[-1].text == "a = 1"


async def test_errors_of_the_model_pass_through() -> None:
    class Broken(Model):
        async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
            yield Delta("a")
            raise ProviderBroken("It broke.")

    with pytest.raises(ProviderBroken):
        await states(BLANK, Broken())


@pytest.mark.parametrize(
    ("request_", "settings", "reason"),
    [
        (BLANK, CompletionSettings(enabled=False), Refusal.DISABLED),
        (BLANK, CompletionSettings(disabled_languages=("python",)), Refusal.LANGUAGE),
        (Request("x" * 5_000_001, 0, automatic=False), SETTINGS, Refusal.TOO_LARGE),
        (Request("A=1", 3, automatic=False, private=True), SETTINGS, Refusal.PRIVATE),
        (Request("name", 2), SETTINGS, Refusal.MID_WORD),
        (Request("name", 2, automatic=False), SETTINGS, None),
        (Request("f(x)", 3), SETTINGS, None),
        (Request(" \n", 0), SETTINGS, Refusal.EMPTY),
        (Request("", 0, automatic=False), SETTINGS, None),
        (Request("größe", 2), SETTINGS, Refusal.MID_WORD),
    ],
)
async def test_the_gate(request_: Request, settings: CompletionSettings, reason: Refusal | None) -> None:
    assert refusal(request_, settings) is reason
    model = Model("1")
    _ = [state async for state in complete(request_, Desk(model), settings)]
    assert bool(model.asked) is (reason is None)


async def test_a_secret_in_the_file_stays_there() -> None:
    model = Model("1")
    key = "AKIA" + "Q7J3ZK5XW2N4RT6B"
    text = f"KEY = '{key}'\nx = "
    await states(Request(text, len(text), language="python", automatic=False), model)
    (asked,) = model.asked
    assert key not in asked.prefix
    assert asked.prefix.endswith("\nx = ")
