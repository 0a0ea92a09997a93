"""Symbols that a question names."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from hearth.context.gather import Gathered
from hearth.context.source import Source
from hearth.core.errors import IndexUnavailable
from hearth.features.chat.conversation import Ask
from hearth.features.chat.lookup import defined
from hearth.index.definitions import Definition

FOUND = Definition("slug", "text.py", "python", "function", "slug", "def slug()", 3, 4, "def slug():\n    pass\n")


class Index:
    """Knows one symbol."""

    place = SimpleNamespace(file=lambda path: Path("/w") / path)

    def __init__(self, error: IndexUnavailable | None = None) -> None:
        self.error = error

    async def definitions(self, wanted: Any, *, open_texts: Any) -> dict[str, list[Definition]]:
        if self.error is not None:
            raise self.error
        return {name: [FOUND] for name in wanted.names if name == "slug"}


def ask(question: str, index: Index | None) -> Ask:
    return Ask(question, index=cast(Any, index))


async def test_a_definition_is_shown_once_and_what_is_unknown_is_told() -> None:
    found = await defined(ask("@symbol:slug and @symbol:slog", Index()), Gathered(), 1000)
    assert [(each.title, each.first_line, each.last_line) for each in found.sources] == [("text.py", 2, 4)]
    assert found.notes == ("The index knows no symbol slog.",)
    there = Gathered((Source("file:///w/text.py", "text.py", "python", "…", 0, 9),))
    assert await defined(ask("@symbol:slug", Index()), there, 1000) == there


async def test_without_an_answer_the_question_is_asked_all_the_same() -> None:
    for index in (None, Index(IndexUnavailable("It is locked."))):
        found = await defined(ask("@symbol:slug", index), Gathered(), 1000)
        assert found.sources == ()
        assert len(found.notes) == 1
