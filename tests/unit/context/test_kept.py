"""An answer is waited for once."""

from __future__ import annotations

import asyncio

import pytest

from hearth.context.kept import FRESH_S, Kept


class Questions:
    """Answers one number after the other, when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.go_on = asyncio.Event()

    async def ask(self) -> int:
        self.asked += 1
        number = self.asked
        await self.go_on.wait()
        return number


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_it_is_waited_for_once_and_asked_again_when_it_is_old() -> None:
    now = 0.0
    kept, questions = Kept[int](lambda: now), Questions()
    questions.go_on.set()
    assert [await kept.get("a", questions.ask) for _ in range(3)] == [1, 1, 1]
    now = FRESH_S
    questions.go_on.clear()
    assert await kept.get("a", questions.ask) == 1, "nobody waits for what is known"
    questions.go_on.set()
    await settle()
    assert await kept.get("a", questions.ask) == 2
    assert questions.asked == 2


async def test_another_question_is_waited_for() -> None:
    kept, questions = Kept[int](), Questions()
    questions.go_on.set()
    assert [await kept.get(about, questions.ask) for about in "abb"] == [1, 2, 2]


async def test_who_cannot_wait_gets_what_was_answered_last() -> None:
    kept, questions = Kept[int](), Questions()
    assert kept.soon("a", questions.ask) is None
    assert kept.soon("a", questions.ask) is None
    await settle()
    assert questions.asked == 1, "once"
    questions.go_on.set()
    await settle()
    assert [kept.soon(about, questions.ask) for about in "aab"] == [1, 1, 1]
    await settle()
    assert (kept.soon("b", questions.ask), questions.asked) == (2, 2)


async def test_who_waits_is_not_given_what_was_answered_about_something_else() -> None:
    kept, questions = Kept[int](), Questions()
    questions.go_on.set()
    assert await kept.get("a", questions.ask) == 1
    questions.go_on.clear()
    assert kept.soon("b", questions.ask) == 1
    waiting = asyncio.create_task(kept.get("b", questions.ask))
    await settle()
    assert not waiting.done()
    questions.go_on.set()
    assert (await waiting, questions.asked) == (2, 2)


async def test_who_cannot_wait_asks_again_what_failed() -> None:
    kept, questions = Kept[int](), Questions()
    questions.go_on.set()
    assert await kept.get("a", questions.ask) == 1

    async def fail() -> int:
        raise OSError

    assert kept.soon("b", fail) == 1
    await settle()
    assert kept.soon("b", questions.ask) == 1
    await settle()
    assert kept.soon("b", questions.ask) == 2


async def test_who_is_cancelled_leaves_the_answer_to_the_next() -> None:
    kept, questions = Kept[int](), Questions()
    waiting = asyncio.create_task(kept.get("a", questions.ask))
    await settle()
    waiting.cancel()
    await settle()
    questions.go_on.set()
    assert await kept.get("a", questions.ask) == 1


async def test_a_question_that_fails_is_asked_again() -> None:
    kept, questions = Kept[int](), Questions()

    async def fail() -> int:
        raise OSError

    with pytest.raises(OSError):
        await kept.get("a", fail)
    questions.go_on.set()
    assert await kept.get("a", questions.ask) == 1


async def test_what_is_forgotten_is_given_up() -> None:
    kept, questions = Kept[int](), Questions()
    waiting = asyncio.create_task(kept.get("a", questions.ask))
    await settle()
    kept.forget()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert kept.soon("a", questions.ask) is None
    kept.forget()
    await settle()
