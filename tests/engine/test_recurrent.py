"""Models with a recurrent memory: nothing in it can be moved or cut back, so answers must not rely on either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.by_hand import Loop, Priority, loop
from engine.running import Engines
from engine.test_abort import cancel_within
from hearth.engine import launch
from models import tiny_mamba

PROMPT = "the quick brown fox jumps over the lazy dog " * 8
BEFORE, AFTER = "def first(value):\n    return va", "\n\n\nprint(first(1))\n" * 8


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_mamba.write(tmp_path_factory.mktemp("models") / "mamba.gguf")


@pytest.fixture
def engine(model: Path) -> Iterator[Loop]:
    with loop(model) as running:
        assert not running.context.can_cut
        yield running


def truth(model: Path, prompt: str | list[int], max_tokens: int = 12) -> str:
    with loop(model) as clean:
        return clean.until_over(clean.ask(prompt, max_tokens)).text


def test_a_prompt_that_goes_on_costs_what_is_new(engine: Loop, model: Path) -> None:
    engine.until_over(engine.ask(PROMPT, 12))
    longer = [*engine.slot.tokens, *engine.model.tokenize("and on")]
    again = engine.until_over(engine.ask(longer, 12))
    assert again.timings.prompt_n == len(longer) - again.timings.cache_n <= len("and on")
    assert again.text == truth(model, longer)


def test_a_prompt_that_is_another_is_read_anew(engine: Loop, model: Path) -> None:
    engine.until_over(engine.ask(PROMPT, 12))
    other = PROMPT[:200] + "something else"
    answer = engine.until_over(engine.ask(other, 12))
    assert answer.timings.cache_n == 0
    assert answer.text == truth(model, other)


def test_nothing_is_moved(engine: Loop, model: Path) -> None:
    fill = engine.model.fill
    assert fill is not None
    for typed in ("", "l", "lue", "lu"):
        answer = engine.fill(BEFORE + typed, AFTER, 12)
        assert answer.timings.cache_n == 0
        assert answer.text == truth(model, fill.prompt(engine.model.tokenize, BEFORE + typed, AFTER))
    assert engine.refreshed == 0


def test_nothing_is_guessed(engine: Loop, model: Path) -> None:
    """Its own answer stands in the prompt already, so another model would guess."""
    answer = truth(model, PROMPT, 60)
    repeats = PROMPT + answer + PROMPT
    drafted = engine.until_over(engine.ask(repeats, 60, draft=8))
    assert drafted.timings.draft_n == 0
    assert drafted.text == truth(model, repeats, 60)


def test_a_key_ends_no_answer_of_others(engine: Loop, model: Path) -> None:
    chat = engine.ask("tell me", 60, priority=Priority.CHAT)
    while not chat.answers:
        engine.turn()
    for number in range(4):
        key = engine.ask(f"{number} {PROMPT}", 4)
        assert engine.turn_and_cancel(key) == 0  # It goes to its end.
        engine.turn()
        assert key.events == []
    assert engine.until_over(chat).text == truth(model, "tell me", 60)


def test_a_key_alone_ends_its_decode(engine: Loop, model: Path) -> None:
    key = engine.ask(PROMPT, 4)
    cancel_within(engine, key)
    engine.turn()
    assert engine.scheduler.load == (0, 0)
    again = engine.until_over(engine.ask(PROMPT, 12))
    assert again.text == truth(model, PROMPT)


async def test_a_whole_engine(engines: Engines, model: Path) -> None:
    engine = await engines.start(model)
    first = await engine.complete(PROMPT, suffix=AFTER, draft=8)
    said = {"messages": [{"role": "user", "content": PROMPT}], "temperature": 0, "max_tokens": 8}
    chat = (await engine.post("/v1/chat/completions", **said)).json()
    await launch.stop(engine.address)
    engine = await engines.start(model)
    again = await engine.complete(PROMPT, suffix=AFTER, draft=8)
    assert again["choices"] == first["choices"]
    assert (await engine.post("/v1/chat/completions", **said)).json()["choices"] == chat["choices"]
