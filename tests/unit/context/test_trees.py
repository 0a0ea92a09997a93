"""A document's tree follows its text, parsed again only where it changed."""

from __future__ import annotations

import asyncio
import random

import pytest

from hearth.context import trees
from hearth.context.trees import Trees
from hearth.syntax import languages
from hearth.syntax.parse import parse


def sexp(text: str) -> str:
    language = languages.by_name("python")
    assert language is not None
    tree = parse(text, language)
    assert tree is not None
    return str(tree.root)


OLD = "def f(a):\n    return a\n"


async def test_edits_give_the_tree_of_the_new_text() -> None:
    held = Trees()
    text = "def f(a):\n    return a\n\n\nclass A:\n    x = 'é😀'\n" * 20
    rng = random.Random(1)  # noqa: S311
    for _ in range(60):
        start = rng.randrange(len(text))
        end = min(len(text), start + rng.choice((0, 0, 1, 5, 40)))
        text = text[:start] + rng.choice(("", "x", "\n", "def g():\n    pass\n", "(", "😀")) + text[end:]
        tree = await held.get("a", text, "python")
        assert tree is not None
        assert tree.text == text
        assert str(tree.root) == sexp(text)
    assert held.parsed == 1
    assert held.reparsed >= 50


async def test_one_text_is_parsed_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Trees()
    first, second = await asyncio.gather(*(held.get("a", "x = 1\n", "python") for _ in range(2)))
    assert first is second is await held.get("a", "x = 1\n", "python")
    assert held.parsed == 1
    held.forget("a")
    assert await held.get("a", "x = 1\n", "python") is not first
    assert await held.get("a", "x = 1\n", "no such language") is None
    monkeypatch.setattr(trees, "_MAX_CHARS", 3)
    assert await held.get("b", "x = 1\n", "python") is None


async def test_trees_follow_edits_and_are_forgotten_by_age() -> None:
    held = Trees()
    first = await held.get("a", OLD, "python")
    assert first is not None
    assert await held.get("a", OLD, "python") is first
    edited = await held.get("a", OLD + "x = 1\n", "python")
    assert edited is not None
    assert edited.text == OLD + "x = 1\n"
    assert not edited.has_error
    for number in range(trees._KEPT + 1):
        await held.get(str(number), OLD, "python")
    assert await held.get("a", OLD, "python") is not first
    assert await held.get("a", OLD, "no such language") is None


async def test_who_asks_may_take_longer_texts() -> None:
    held = Trees()
    long = "".join(f"x_{number} = {number}\n" for number in range(trees._MAX_CHARS // 12))
    assert len(long) > trees._MAX_CHARS
    assert await held.get("a", long, "python") is None
    assert await held.get("a", long, "python", most_chars=len(long), deadline=60) is not None
