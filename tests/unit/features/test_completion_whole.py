"""The syntax check costs no completion: not when it is slow, not when it fails, not when nobody waits any more."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from types import ModuleType
from typing import Any

import pytest

import hearth.syntax.parse
from hearth.context import trees
from hearth.features.completion import whole
from hearth.features.completion.prompt import Prompts
from hearth.features.completion.request import Request
from hearth.features.completion.whole import checking

REQUEST = Request("x = \n", 4, language="python")


async def longest(request: Request, text: str) -> str:
    async with checking(request, Prompts(), "", wanted=True) as check:
        return text if check is None else await check.longest(text)


async def test_what_adds_an_error_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_WAIT_S", 60)
    monkeypatch.setattr("hearth.syntax.complete._DEADLINE", 60)
    assert await longest(REQUEST, "f(1))") == "f(1)"
    assert await longest(REQUEST, "f(1)") == "f(1)"
    assert await longest(REQUEST, " ") == " "


@pytest.mark.parametrize("language", ["", "no such language"])
async def test_an_unknown_language_is_not_checked(language: str) -> None:
    assert await longest(Request("x = \n", 4, language=language), "f(1))") == "f(1))"


async def test_a_large_document_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "_MAX_CHARS", 4)
    assert await longest(REQUEST, "f(1))") == "f(1))"
    async with checking(Request("", 0, language="python"), Prompts(), "", wanted=False) as check:
        assert check is None


async def test_what_there_was_no_time_to_try_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a thread may come to its turn after its time: no suggestion is lost by that."""
    monkeypatch.setattr(whole, "_WAIT_S", 60)
    monkeypatch.setattr("hearth.syntax.complete._DEADLINE", 0)
    assert await longest(Request("x = (\n", 5, language="python"), "f(1)") == "f(1)"


async def test_a_slow_parser_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slow(*_: object) -> None:
        assert go.wait(60)

    monkeypatch.setattr(whole, "_WAIT_S", 0.01)
    monkeypatch.setattr(trees, "parse_again", slow)
    try:
        assert await longest(REQUEST, "f(1))") == "f(1))"
    finally:
        go.set()


@pytest.mark.parametrize(("module", "step"), [(trees, "parse_again"), (whole, "_longest")])
async def test_a_parser_that_fails_costs_no_completion(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(whole, "_WAIT_S", 60)
    monkeypatch.setattr(module, step, broken)
    assert await longest(REQUEST, "f(1))") == "f(1))"


async def test_whoever_goes_away_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(whole, "_WAIT_S", 60)
    monkeypatch.setattr(trees, "parse_again", lambda *_: go.wait(60))
    task = asyncio.create_task(longest(REQUEST, "f(1))"))
    await asyncio.sleep(0)
    task.cancel()
    try:
        with pytest.raises(asyncio.CancelledError):
            await task
    finally:
        go.set()


def test_the_parser_is_not_loaded_before_it_is_needed() -> None:
    program = "import sys, hearth.features.completion.suggestions; assert 'tree_sitter' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


async def test_what_follows_an_accepted_text_begins_with_the_tree_of_its_check() -> None:
    prompts = Prompts()
    async with checking(REQUEST, prompts, "k", wanted=True) as check:
        assert check is not None
        assert await check.longest("f(1)") == "f(1)"
    parses = prompts.trees.parsed, prompts.trees.reparsed
    tree = await prompts.tree("k+", Request("x = f(1)\n", 8, language="python"))
    assert tree is not None
    assert tree.text == "x = f(1)\n"
    assert (prompts.trees.parsed, prompts.trees.reparsed) == parses


async def test_a_key_parses_once_while_its_suggestions_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_WAIT_S", 60)
    monkeypatch.setattr("hearth.syntax.complete._DEADLINE", 60)
    parses = 0
    parse = hearth.syntax.parse._parse

    def counted(*arguments: Any) -> Any:
        nonlocal parses
        parses += 1
        return parse(*arguments)

    monkeypatch.setattr("hearth.syntax.parse._parse", counted)
    prompts = Prompts()
    counts = []
    for typed, text, kept in (
        ("x = ", "f(1)", "f(1)"),  # The text before the suggestion does not parse, nor do the next two.
        ("x = g", "(1)", "(1)"),
        ("x = g(", "2)", "2)"),
        ("x = g(2", "))", ")"),  # This suggestion does not, so the text is looked at too.
        ("x = g(2)", "\ny = 3", "\ny = 3"),
    ):
        before = parses
        async with checking(Request(f"{typed}\n", len(typed), language="python"), prompts, "k", wanted=True) as check:
            assert check is not None
            assert await check.longest(text) == kept
        counts.append(parses - before)
    assert counts[1:3] == [1, 1]
    assert counts[4] == 1
