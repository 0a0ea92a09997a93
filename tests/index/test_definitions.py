"""Who waits for the index, and what is known meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest

from hearth.context import names
from hearth.context.kept import FRESH_S
from hearth.context.names import Name
from hearth.context.sources.definitions import Finder
from hearth.context.trees import Trees
from hearth.index.handle import Handle, Wanted
from hearth.syntax.languages import Language
from index.shop import MAIN, indexed


@pytest.fixture
async def cart(shop: Path) -> tuple[Language, list[Name]]:
    tree = await Trees().get("main.py", MAIN, "python")
    assert tree is not None
    return tree.language, [each for each in names.wanted(tree, len(MAIN)) if each.name == "Cart"]


async def test_what_is_old_is_shown_once_more_and_asked_for_again(
    index: Handle, cart: tuple[Language, list[Name]], shop: Path
) -> None:
    now = 0.0
    finder = Finder(lambda: now)
    language, wanted = cart
    (old,) = await finder.find("main.py", language, wanted, index, {})
    assert "total" in old.text
    (shop / "shop/cart.py").write_text('class Cart:\n    """A list."""\n')
    await indexed(index.place)
    assert await finder.find("main.py", language, wanted, index, {}) == [old]
    assert finder.asked == 1
    now = FRESH_S
    assert await finder.find("main.py", language, wanted, index, {}) == [old], "nobody waits for it"
    async with asyncio.timeout(60):
        while "A list" not in (await finder.find("main.py", language, wanted, index, {}))[0].text:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert finder.asked == 2


async def test_a_key_that_ends_a_wait_for_definitions_leaves_them_to_the_next(
    index: Handle, cart: tuple[Language, list[Name]]
) -> None:
    finder, (language, wanted) = Finder(), cart
    waiting = asyncio.create_task(finder.find("main.py", language, wanted, index, {}))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert [each.path for each in await finder.find("main.py", language, wanted, index, {})] == ["shop/cart.py"]
    assert finder.asked == 1


async def test_an_index_that_does_not_answer_gets_no_more_questions_with_every_key(
    index: Handle, cart: tuple[Language, list[Name]], monkeypatch: pytest.MonkeyPatch
) -> None:
    definitions, answers, asked = Handle.definitions, asyncio.Event(), asyncio.all_tasks()

    async def slow(self: Handle, wanted: Wanted, **more: Any) -> Any:
        await answers.wait()
        return await definitions(self, wanted, **more)

    monkeypatch.setattr(Handle, "definitions", slow)
    finder, (language, wanted) = Finder(), cart
    for key in range(30):
        typed = attrs.evolve(wanted[0], name=f"name_{key}", source=None)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await finder.find("main.py", language, [typed, *wanted], index, {})
    assert len(asyncio.all_tasks() - asked) <= 8
    answers.set()
    async with asyncio.timeout(60):
        while not (found := await finder.find("main.py", language, wanted, index, {})):
            pass
    assert [each.path for each in found] == ["shop/cart.py"]
