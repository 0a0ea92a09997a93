"""How likely the model held its own tokens: as far as what is learned from."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from hearth.core.paths import Paths
from hearth.features.completion.quiet.fit import Example
from hearth.features.completion.quiet.ledger import Ledger
from hearth.features.completion.quiet.policy import learn
from hearth.features.completion.quiet.signs import Signs, signs
from hearth.features.completion.request import CompletionState, Request, Token
from unit.features.screen import Screen
from unit.features.typist import Editor, Pen, settle


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Paths(*(tmp_path / name for name in ("run", "state", "config", "cache", "data"))))


async def test_what_the_model_was_sure_of_is_kept_with_the_outcome(ledger: Ledger) -> None:
    screen = Screen(ledger)
    pen = Pen()
    screen.desk.model = pen
    task = screen.desk.ask(screen.editor.request())
    await settle()
    await pen.write("total", -0.1)
    await pen.write(" + amount", -2.0)
    await pen.write("\n", -0.5)
    await pen.finish()
    assert (await task)[-1].tokens == (Token(0, -0.1), Token(5, -2.0))
    screen.clock.now += 1
    screen.insert("total + amount")
    await screen.outcomes()
    (row,) = screen.ledger.rows()
    assert row.signs["sure of the first"] == pytest.approx(math.exp(-0.1), abs=1e-4)
    assert row.signs["sure of all"] == pytest.approx(math.exp(-1.05), abs=1e-4)
    assert row.signs["sure of the least"] == pytest.approx(math.exp(-2), abs=1e-4)


def seen(sure: float | None) -> Signs:
    logprobs = [] if sure is None else [math.log(max(1e-6, sure))]
    return signs(Request("x = ", 4), "value", known=False, since_key_s=0.2, logprobs=logprobs)


def accepted_as_it_was_sure(count: int) -> list[Example]:
    draw = random.Random(1)  # noqa: S311
    values = [draw.random() for _ in range(count)]
    return [Example(seen(sure), draw.random() < sure) for sure in values]


def test_a_model_that_is_not_sure_is_learned_to_be_hidden() -> None:
    policy = learn(accepted_as_it_was_sure(800), 0.05)
    assert policy is not None
    assert policy.hides
    assert policy.trial.rejected_hidden > 0.15
    assert policy.judge.probability(seen(0.01)) < policy.threshold < policy.judge.probability(seen(0.5))


def test_a_model_that_does_not_tell_is_not_taken_for_one_that_is_not_sure() -> None:
    """As when somebody changes to another server: what was learned stays, and nothing is made of what is not told."""
    told = accepted_as_it_was_sure(800)
    policy = learn(told, 0.05)
    assert policy is not None
    assert policy.hides
    assert policy.judge.probability(seen(None)) == pytest.approx(policy.judge.probability(seen(0.5)), abs=0.05)
    draw = random.Random(2)  # noqa: S311
    untold = [Example(seen(None), draw.random() < 0.9) for _ in range(800)]
    both = learn([each for pair in zip(told, untold, strict=True) for each in pair], 0.05)
    assert both is not None
    assert both.judge.probability(seen(None)) == pytest.approx(0.9, abs=0.05)
    assert both.judge.probability(seen(0.1)) == pytest.approx(0.1, abs=0.1)
    assert learn(untold, 0.05) is not None


def test_signs_are_those_of_the_text_that_is_left() -> None:
    state = CompletionState("total + amount", tokens=(Token(0, -0.1), Token(2, -0.2), Token(2, -0.3), Token(7, -0.4)))
    assert state.behind(0, "total + amount") == state
    assert state.behind(3, "al +").tokens == (Token(0, -0.3),)
    assert state.behind(3, "al + amount").tokens == (Token(0, -0.3), Token(4, -0.4))
    assert state.behind(8, "amount").tokens == (Token(0, -0.4),)
    assert state.behind(0, "to").tokens == (Token(0, -0.1),)
    assert CompletionState("a").behind(0, "a").tokens == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
async def test_places_count_the_line_ends_of_the_document(ledger: Ledger, newline: str) -> None:
    screen = Screen(ledger)
    screen.editor = Editor(f"def f():{newline}    x = 1{newline}    ", newline)
    written = [("if x:\n", -0.1), ("        return", -0.2), (" x", -0.3)]
    state = await written_by_hand(screen, *written)
    assert state.text == f"if x:{newline}        return x"
    assert [(state.text[token.start :], token.logprob) for token in state.tokens] == [
        (state.text, -0.1),
        ("        return x", -0.2),
        (" x", -0.3),
    ]


async def test_places_do_not_count_what_filters_cut_off_in_front(ledger: Ledger) -> None:
    state = await written_by_hand(Screen(ledger), ("  ", -0.1), ("total", -0.2), (" + 1", -0.3), ("\n", -0.4))
    assert (state.text, state.tokens) == ("total + 1", (Token(0, -0.2), Token(5, -0.3)))


async def written_by_hand(screen: Screen, *written: tuple[str, float]) -> CompletionState:
    """The last state of a completion whose tokens are ``written``."""
    pen = Pen()
    screen.desk.model = pen
    task = screen.desk.ask(screen.editor.request())
    await settle()
    for text, value in written:
        await pen.write(text, value)
    await pen.finish()
    return (await task)[-1]


async def test_nobody_is_asked_for_what_nothing_learns_from(ledger: Ledger) -> None:
    screen = Screen(ledger)
    pen = Pen()
    screen.desk.model = pen
    for silence in (0.0, 0.02):
        task = screen.desk.ask(screen.editor.request(), silence=silence)
        await settle()
        await pen.write("total")
        await pen.finish()
        await task
        screen.editor.type("q")
        screen.desk.suggestions.clear()
    assert [request.logprobs for request in pen.asked] == [False, True]
    await screen.outcomes()
