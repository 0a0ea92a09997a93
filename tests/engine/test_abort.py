"""A request is given up in the midst of a decode: what is cached stays right, and others notice nothing.

The loop is turned by hand, and the abort comes from inside the decode, so every place that is met is met each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.by_hand import Asked, Loop, Priority, loop
from engine.running import EXACT
from hearth.core.errors import EngineBusy
from hearth.engine import scheduler
from models.tiny_gguf import TinyModel

PROMPT = "def remembered(prompt):\n    return prompt\n" * 12
"""504 tokens: at least two steps of 256."""
BEFORE, AFTER = "def first(value):\n    return va", "\n\n\nprint(first(1))\n" * 8


@pytest.fixture
def engine(models: Callable[[TinyModel], Path]) -> Iterator[Loop]:
    with loop(models(EXACT)) as running:
        yield running


def truth(models: Callable[[TinyModel], Path], ask: Callable[[Loop], Asked]) -> str:
    """What an engine that was never disturbed answers."""
    with loop(models(EXACT)) as running:
        return running.until_over(ask(running)).text


def cancel_within(engine: Loop, asked: Asked) -> None:
    """One step, which is given up because ``asked`` is cancelled while it is decoded."""
    assert engine.turn_and_cancel(asked) == scheduler._ABORTED


@pytest.mark.parametrize("steps", [0, 1])
def test_what_was_read_before_an_abort_is_used_and_right(engine: Loop, models, steps: int) -> None:
    given_up = engine.ask(PROMPT, 12)
    for _ in range(steps):
        engine.turn()
    read = given_up.generation.evaluated
    cancel_within(engine, given_up)
    engine.turn()
    assert given_up.events == [], "nobody hears of what was given up"
    assert engine.scheduler.load == (0, 0)
    again = engine.until_over(engine.ask(PROMPT, 12))
    assert again.timings.cache_n == read
    assert again.text == truth(models, lambda clean: clean.ask(PROMPT, 12))


def test_an_answer_in_the_same_step_goes_on_as_if_nothing_had_been(engine: Loop, models) -> None:
    def ask(of: Loop) -> Asked:
        return of.ask("tell me more", 40, priority=Priority.CHAT)

    chat = ask(engine)
    while not chat.answers:
        engine.turn()
    for number in range(5):
        typed = engine.ask(f"{number} {PROMPT}", 4)
        engine.turn()
        cancel_within(engine, typed)
        assert not chat.over
    assert engine.until_over(chat).text == truth(models, ask)


def test_an_abort_is_no_error_in_the_log(engine: Loop, caplog: pytest.LogCaptureFixture) -> None:
    """There is one with every other key."""
    caplog.set_level("INFO")
    asked = engine.ask(PROMPT, 4)
    caplog.clear()
    cancel_within(engine, asked)
    engine.until_over(engine.ask(PROMPT, 4))
    assert caplog.messages == []


def test_an_answer_is_given_up_within_its_own_step(engine: Loop, models) -> None:
    given_up = engine.ask(PROMPT, 100)
    while given_up.generation.generated < 5:
        engine.turn()
    written = given_up.text
    cancel_within(engine, given_up)
    engine.turn()
    assert given_up.text == written
    again = engine.until_over(engine.ask(PROMPT, 12))
    assert again.timings.prompt_n == 1
    assert again.text == truth(models, lambda clean: clean.ask(PROMPT, 12))


def test_a_prompt_whose_rest_was_moved_is_given_up(engine: Loop, models) -> None:
    """Key after key, each cancelled by the next; then all is evaluated anew, and nothing of it was left behind."""
    fill = engine.model.fill
    assert fill is not None
    engine.fill(BEFORE, AFTER)
    typed = ""
    for char in "lue + 1":
        typed += char
        prompt = fill.prompt(engine.model.tokenize, BEFORE + typed, AFTER)
        cancel_within(engine, engine.ask(prompt, 8, editable=True))
    engine.turn()
    exact = engine.fill(BEFORE + typed, AFTER, 12, exact=True)
    prompt = fill.prompt(engine.model.tokenize, BEFORE + typed, AFTER)
    assert exact.text == truth(models, lambda clean: clean.ask(prompt, 12))
    plain = engine.fill(BEFORE + typed, AFTER, 12)
    assert plain.text == exact.text
    assert plain.timings.prompt_n <= 2


def test_the_same_with_guesses_ahead(engine: Loop, models) -> None:
    def ask(of: Loop) -> Asked:
        return of.ask(PROMPT, 40, draft=8)

    guessing = ask(engine)
    while guessing.generation.generated < 8:
        engine.turn()
    cancel_within(engine, engine.ask("x" * 100, 4))
    assert engine.until_over(guessing).text == truth(models, lambda clean: clean.ask(PROMPT, 40))


def test_who_waits_and_is_cancelled_is_never_begun(engine: Loop) -> None:
    running = [engine.ask(f"{n} hello", 50) for n in range(3)]
    engine.turn()
    waiting = engine.ask("waiting", 5)
    engine.turn()
    assert engine.scheduler.load == (3, 1)
    engine.scheduler.cancel(waiting.generation)
    for each in running:
        engine.until_over(each)
    assert waiting.events == []
    assert waiting.generation.evaluated == 0


def test_a_client_that_runs_wild_is_refused_and_its_cancelled_requests_make_room(engine: Loop) -> None:
    running = [engine.ask(f"{n} hello", 200) for n in range(3)]
    engine.turn()
    waiting = [engine.ask("again", 1) for _ in range(scheduler._QUEUE_LIMIT)]
    with pytest.raises(EngineBusy):
        engine.ask("once more", 1)
    for each in waiting:
        engine.scheduler.cancel(each.generation)
    engine.turn()
    assert engine.ask("once more", 1)
    assert not any(each.over for each in running)
