"""What is the same from key to key is worked out once."""

from __future__ import annotations

import inspect
import textwrap

import pytest

from hearth.context import digest, estimate, rank
from hearth.context.counting import Tokens
from hearth.context.snippet import Origin, Snippet
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree, parse

FUNCTION = inspect.getsource(textwrap.TextWrapper._wrap_chunks)


def test_a_definition_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def noted(text: str, language: Language, *, deadline: float) -> Tree | None:
        parsed.append(text)
        return parse(text, language, deadline=deadline)

    monkeypatch.setattr(digest, "parse", noted)
    digest.function.cache_clear()
    first, shortened = digest.function(FUNCTION, "python")
    assert shortened
    assert "def _wrap_chunks(self, chunks):" in first
    done = len(parsed)
    assert done > 0
    assert [digest.function(FUNCTION, "python")[0] for _ in range(20)] == [first] * 20
    assert len(parsed) == done


def test_snippets_are_measured_and_compared_once() -> None:
    found = [
        Snippet(f"{at}.py", f"def f_{at}(a):\n    return {at}\n" * 4, 1, 8, Origin.DEFINITION, 1 / at, "why")
        for at in range(1, 40)
    ]
    before = rank.rank(found, "own.py", 400, Tokens())
    misses = estimate.tokens.cache_info().misses, rank._lines.cache_info().misses
    for _ in range(20):
        assert rank.rank(found, "own.py", 400, Tokens()) == before
    assert (estimate.tokens.cache_info().misses, rank._lines.cache_info().misses) == misses
