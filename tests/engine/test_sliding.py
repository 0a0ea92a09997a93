"""Models with sliding windows: llama.cpp overwrites what a layer sees no more, so no prompt may be cut back to it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.by_hand import loop
from hearth.engine.generation import Text
from models import tiny_gemma

CHARS = "abcdefgh \n(),:="


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gemma.write(tmp_path_factory.mktemp("models") / "gemma.gguf")


@pytest.mark.parametrize("seed", range(3))
def test_a_prompt_that_is_cut_back_by_many_windows_is_answered_right(model: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311

    def some(count: int) -> str:
        return "".join(draw.choice(CHARS) for _ in range(count))

    text, answers = some(600), set()
    with loop(model) as engine, loop(model) as clean:
        for _ in range(8):
            kept = draw.randrange(len(text))
            text = text[:kept] + some(draw.randrange(1, 400))
            engine.until_over(engine.ask(some(300), 2))  # Another prompt, between the cells of this one.
            answer = engine.until_over(engine.ask(text, 16))
            clean.scheduler._slots.forget()
            right = clean.until_over(clean.ask(text, 16))
            assert right.timings.cache_n == 0
            assert answer.text == right.text
            answers.add(answer.text)
    assert len(answers) > 4, "what stands in the prompt matters"


def test_key_after_key_is_answered_as_if_each_were_the_first(model: Path) -> None:
    """The text after the cursor is many windows long, so what stands before it is overwritten."""
    before, after = "def first(value):\n    return va", "\n\n\nprint(first(1))\n" * 20
    told = []
    for keys in (["lue"], ["", "l", "lu", "lue"]):
        with loop(model) as engine:
            for typed in keys:
                assert engine.model.fill is not None
                prompt = engine.model.fill.prompt(engine.model.tokenize, before + typed, after)
                asked = engine.until_over(engine.ask(prompt, 2, editable=True, logprobs=0))
            (first, *_) = [token for event in asked.events if isinstance(event, Text) for token in event.tokens]
            told.append(first.logprob)
            assert engine.refreshed == 0
    assert told[1] == pytest.approx(told[0], abs=1e-4)


def test_an_answer_that_goes_on_costs_what_is_new(model: Path) -> None:
    with loop(model) as engine:
        engine.until_over(engine.ask("some words " * 40, 8))
        longer = [*engine.slot.tokens, *engine.model.tokenize(" and more")]
        assert engine.until_over(engine.ask(longer, 1)).timings.prompt_n == len(" and more")
