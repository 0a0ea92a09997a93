"""The pipeline of an answer: budget, history, sources, deadline, and that the model is always let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.context.sources.active import Active
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, InputError, ProviderTimeout
from hearth.core.settings import ChatSettings
from hearth.features.chat import conversation
from hearth.features.chat.conversation import Ask
from hearth.features.chat.run import Answer, Shown, Text, answer
from hearth.providers.base import ChatRequest, Chunk, Delta, Done, Message, Reason, Role, Usage

SETTINGS = ChatSettings()
CODE = "value = 1\n" * 5000
ACTIVE = Active("file:///w/a.py", "a.py", "python", CODE)


class Model:
    """Counts what is asked of it; ``limit`` is the most text it takes."""

    def __init__(self, text: str = "It is.", limit: int | None = None, *, hangs: bool = False) -> None:
        self.text, self.limit, self.hangs = text, limit, hangs
        self.asked: list[ChatRequest] = []
        self.open = 0

    async def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        self.open += 1
        try:
            if self.limit is not None and size(request) > self.limit:
                raise ContextTooLong("too long")
            for char in self.text:
                yield Delta(char)
            if self.hangs:
                await asyncio.Event().wait()
            yield Done(Reason.LENGTH, Usage(completion_tokens=6, completion_ms=3.0))
        finally:
            self.open -= 1


def size(request: ChatRequest) -> int:
    return sum(len(message.content) for message in request.messages)


async def pieces(ask: Ask, model: Model, context: int | None = None, **changes: Any) -> list[Shown | Text | Answer]:
    settings = attrs.evolve(SETTINGS, **changes)
    return [piece async for piece in answer(ask, model, settings, context)]


async def test_sources_then_text_then_the_end() -> None:
    model = Model()
    found = await pieces(Ask("What is it?"), model)
    assert found[0] == Shown((), ())
    assert "".join(piece.text for piece in found[1:-1] if isinstance(piece, Text)) == "It is."
    assert found[-1] == Answer("It is.", Reason.LENGTH, Usage(completion_tokens=6, completion_ms=3.0), 2000.0)
    assert model.open == 0


async def test_the_prompt_has_the_form_that_the_bundled_model_was_taught() -> None:
    model = Model()
    await pieces(Ask("Explain this.", active=attrs.evolve(ACTIVE, text="def f():\n    return 1\n\n")), model)
    assert [(message.role, message.content) for message in model.asked[0].messages] == [
        (Role.SYSTEM, "You are Hearth, a coding assistant on the user's own machine."),
        (Role.USER, "Explain this.\n\nFile `a.py`:\n```python\ndef f():\n    return 1\n```"),
    ]


async def test_code_with_fences_and_braces_stays_whole() -> None:
    text = "````md\n```\n{question} {code}\n```\n````\n"
    model = Model()
    await pieces(Ask("{sources}?", active=attrs.evolve(ACTIVE, text=text, title="a.md", language="markdown")), model)
    content = model.asked[0].messages[-1].content
    assert content == f"{{sources}}?\n\nFile `a.md`:\n`````markdown\n{text.rstrip()}\n`````"


@pytest.mark.parametrize("context", [512, 2048, 8192, None])
async def test_the_budget_holds_and_the_question_is_always_there(context: int | None) -> None:
    history = tuple(Message(role, "x" * 500) for _ in range(100) for role in (Role.USER, Role.ASSISTANT))
    model = Model()
    await pieces(Ask("Why is that so?", history, ACTIVE), model, context)
    (asked,) = model.asked
    assert "Why is that so?" in asked.messages[-1].content
    assert "value = 1" in asked.messages[-1].content or context == 512
    if context is not None:
        assert size(asked) <= (context - asked.max_tokens) * 3 + 200
        assert asked.max_tokens <= context // 2
    assert sum(len(each.content) for each in asked.messages[1:-1]) <= 24_000
    assert len(asked.messages[-1].content) <= SETTINGS.source_chars + 200


async def test_what_is_too_long_is_made_shorter_until_only_the_question_is_left() -> None:
    model = Model(limit=3000)
    found = await pieces(Ask("Why?", active=ACTIVE), model)
    assert isinstance(found[-1], Answer)
    sizes = [size(asked) for asked in model.asked]
    assert sizes == sorted(set(sizes), reverse=True)
    shown = [piece for piece in found if isinstance(piece, Shown)]
    assert len(shown) == len(sizes)
    with pytest.raises(ContextTooLong):
        await pieces(Ask("Why?", active=ACTIVE), Model(limit=0))


async def test_whoever_goes_away_takes_the_model_with_him() -> None:
    model = Model(hangs=True)
    async with closing(answer(Ask("Why?"), model, SETTINGS)) as stream:
        await anext(stream)
        await anext(stream)
        assert model.open == 1
    assert model.open == 0


async def test_silence_has_a_deadline() -> None:
    model = Model(hangs=True)
    with pytest.raises(ProviderTimeout, match=r"chat\.timeout_s"):
        await pieces(Ask("Why?"), model, timeout_s=0.01)
    assert model.open == 0


async def test_nothing_is_no_question() -> None:
    with pytest.raises(InputError):
        await pieces(Ask(" \n\t"), Model())


async def test_half_a_surrogate_pair_does_no_harm() -> None:
    model = Model()
    await pieces(Ask("What is \ud83d?", (Message(Role.USER, "\ude00"),)), model)
    for message in model.asked[0].messages:
        message.content.encode()


@given(
    st.lists(st.tuples(st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=20)), max_size=20),
    st.integers(0, 200),
)
def test_what_is_kept_of_a_history_is_its_end_and_fits(turns: list[tuple[Role, str]], chars: int) -> None:
    history = tuple(Message(role, text) for role, text in turns)
    kept = conversation.recent(history, chars)
    assert kept == history[len(history) - len(kept) :]
    assert sum(len(each.content) for each in kept) <= chars
    assert not kept or kept[0].role is Role.USER
