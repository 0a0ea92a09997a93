"""Tokens are counted once, in one call, and estimated where nobody counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hearth.context.counting import Tokens
from hearth.core.errors import ModelLacks, ProviderBroken


class Server:
    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[list[str]] = []
        self.error = error

    async def count(self, texts: Sequence[str]) -> list[int]:
        self.calls.append(list(texts))
        if self.error is not None:
            raise self.error
        return [len(text) // 4 for text in texts]


async def test_one_call_for_all_that_is_not_known() -> None:
    server = Server()
    tokens = Tokens(server.count)
    await tokens.learn(["a" * 8, "b" * 12, "a" * 8, ""])
    await tokens.learn(["a" * 8, "c" * 4])
    assert server.calls == [["a" * 8, "b" * 12], ["c" * 4]]
    assert [tokens.of("a" * 8), tokens.of("b" * 12), tokens.of("c" * 4)] == [2, 3, 1]


async def test_the_estimate_is_that_of_the_language() -> None:
    tokens = Tokens(Server().count)
    assert tokens.of("x" * 120, "python") == 40
    await tokens.sample("python", "y" * 1000)
    assert tokens.of("x" * 120, "python") == 30
    assert tokens.of("x" * 120, "go") == 40
    assert tokens.chars(30, "python") == 120


async def test_a_server_that_cannot_count_is_asked_once_and_one_that_fails_again() -> None:
    for error, calls in ((ModelLacks("no"), 1), (ProviderBroken("broken"), 2)):
        server = Server(error)
        tokens = Tokens(server.count)
        await tokens.learn(["a"])
        await tokens.learn(["b"])
        assert len(server.calls) == calls
        assert 1 <= tokens.of("abc") <= 2


async def test_answers_teach_what_their_server_cannot_count() -> None:
    tokens = Tokens()
    text = "the quick brown fox\n" * 100
    guess = tokens.of(text, "python")
    assert 400 <= guess <= 800
    tokens.told("python", [text], 308)
    assert tokens.of(text, "python") == 300
    assert tokens.of(text, "go") == guess
    tokens.told("go", ["a few words"], 20)
    assert tokens.of(text, "go") == guess, "a short prompt says little"
    for _ in range(40):
        tokens.told("python", [text, text], 1_008)
    assert tokens.of(text, "python") == pytest.approx(500, abs=1), "the newest count most"
    assert tokens.chars(500, "python") == pytest.approx(len(text), abs=10)
    tokens.told("python", [text], None)
    assert tokens.of(text, "python") == pytest.approx(500, abs=1)


async def test_what_was_counted_is_not_unlearned() -> None:
    tokens = Tokens(Server().count)
    await tokens.sample("python", "y" * 1_000)
    tokens.told("python", ["word " * 2_000], 1_000)
    assert tokens.of("x" * 400, "python") == 100
