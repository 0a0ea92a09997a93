"""Answers that run into a loop end there; answers that only have a rhythm do not."""

from __future__ import annotations

import pytest

from hearth.core.settings import ChatSettings
from hearth.features.chat.conversation import Ask
from hearth.features.chat.loop import looping
from hearth.features.chat.run import Answer, Text, answer
from hearth.providers.scripted import Script, Scripted

SENTENCE = "It replaces the file, or a file, "


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one two three",
        "=" * 100,
        "| a | b |\n|---|---|\n" + "".join(f"| {n} | {n * n} |\n" for n in range(40)),
        "".join(f"value_{n} = compute(value_{n - 1})\n" for n in range(30)),
        SENTENCE * 3,
    ],
)
def test_a_rhythm_is_no_loop(text: str) -> None:
    assert looping(text) == len(text)


@pytest.mark.parametrize(
    "passage", ["a" * 50, "ab " * 20, "the list of " * 5, SENTENCE * 2, "    return x\n    return y\n" * 3]
)
def test_a_loop_is_cut_to_its_first_round(passage: str) -> None:
    text = "An answer: " + passage * 3
    kept = looping(text)
    assert text[:kept].startswith("An answer: ")
    assert kept < 11 + 2 * max(len(passage), 130)


async def test_the_answer_ends_and_the_model_is_freed() -> None:
    script = Script()
    provider = Scripted(script.__class__(chat=script.chat.__class__("Well: " + SENTENCE * 500, chunk_chars=3)))
    parts = [part async for part in answer(Ask("What?"), provider, ChatSettings())]
    shown = "".join(part.text for part in parts if isinstance(part, Text))
    last = parts[-1]
    assert isinstance(last, Answer)
    assert last.text == shown
    assert last.usage.completion_tokens == sum(isinstance(part, Text) for part in parts)
    assert len(shown) < 10 * len(SENTENCE)
    assert not provider.running
