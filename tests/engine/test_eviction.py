"""Which warm prompts are given up for room, and which are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hearth.engine.api import Priority
from hearth.engine.metrics import Metrics
from hearth.engine.native import Context, Model
from hearth.engine.options import ContextOptions, LoadOptions
from hearth.engine.slots import Slot, Slots
from models.tiny_gguf import TinyModel, write

SIZE = 512


@pytest.fixture
def slots(tmp_path: Path) -> Iterator[Slots]:
    model = Model(write(tmp_path / "m.gguf", TinyModel()), LoadOptions(False, 0), lambda _fraction: True)
    context = Context(model, ContextOptions(size=SIZE, batch=64, sequences=8, threads=1))
    yield Slots(context, 4, Metrics(), editing_allowed=False)
    context.close()
    model.close()


def hold(slots: Slots, kind: Priority, tokens: int, first: int) -> Slot:
    """A slot that holds ``tokens`` tokens of its own, as if they were evaluated, and is free again."""
    taken = slots.take([first] * tokens, kind, editable=False, exact=True)
    assert taken is not None
    slot, _ = taken
    slot.tokens[:] = [first] * tokens
    slots.release(slot, movable=0)
    return slot


def left(slots: Slots, *known: Slot) -> list[bool]:
    return [bool(slot.tokens) for slot in known]


def test_completions_give_up_completions_and_chats_chats(slots: Slots) -> None:
    chat = hold(slots, Priority.CHAT, 200, 1)
    old, new = hold(slots, Priority.INTERACTIVE, 100, 2), hold(slots, Priority.BACKGROUND, 100, 3)
    assert slots.make_room(180, chat=False)
    assert left(slots, chat, old, new) == [True, False, True]
    assert slots.make_room(300, chat=True)
    assert left(slots, chat, old, new) == [False, False, True]


def test_what_could_not_run_otherwise_takes_from_the_others(slots: Slots) -> None:
    chat, completion = hold(slots, Priority.CHAT, 300, 1), hold(slots, Priority.INTERACTIVE, 100, 2)
    assert slots.make_room(500, chat=False)
    assert left(slots, chat, completion) == [False, False]


def test_many_tokens_outlast_few_that_are_newer(slots: Slots) -> None:
    large, small = hold(slots, Priority.INTERACTIVE, 300, 1), hold(slots, Priority.INTERACTIVE, 20, 2)
    assert slots.make_room(200, chat=False)
    assert left(slots, large, small) == [True, False]


def test_age_wins_in_the_end(slots: Slots) -> None:
    large, small = hold(slots, Priority.INTERACTIVE, 200, 1), hold(slots, Priority.INTERACTIVE, 100, 2)
    for _ in range(20):
        again = slots.take([2] * 100, Priority.INTERACTIVE, editable=False, exact=True)
        assert again is not None
        slots.release(small, movable=0)
    assert slots.make_room(250, chat=False)
    assert left(slots, large, small) == [False, True]
