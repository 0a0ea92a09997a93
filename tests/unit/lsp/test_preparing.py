"""What a document's first completion needs is done when it is opened."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from hearth.context import names, trees
from hearth.context.frame import Surroundings
from hearth.core.aio import Tasks
from hearth.core.settings import CompletionSettings, Settings
from hearth.features.completion.prompt import Model, Prompts
from hearth.features.completion.request import Request
from hearth.lsp import preparing
from hearth.lsp.documents import Documents
from hearth.lsp.preparing import Preparing
from hearth.lsp.session import Session
from hearth.workspace.roots import Roots

CODE = "import json\n\n\ndef f(a):\n    return json.dumps(a)\n\n\ndef g(a):\n    "
ROOM = Surroundings(clipboard="not empty")


class Index:
    opened = 0

    async def warm(self) -> None:
        self.opened += 1


class Fake:
    """What of a session it needs."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.documents = Documents()
        self.tasks = Tasks()
        self.roots = Roots()
        self.settings = Settings(completion=CompletionSettings(enabled=enabled))
        self.handle = Index()
        self.indexing = SimpleNamespace(handle=self.handle)
        self.prompts = Prompts()
        self.around = SimpleNamespace(of=lambda _uri: Surroundings())
        self.preparing = Preparing(cast(Session, self), self.prompts)

    async def ready(self) -> None:
        pass

    async def open(self, *uris: str) -> None:
        for uri in uris:
            self.documents.open(uri, "python", 1, f"# {uri}\n{CODE}")
            self.preparing.opened(uri)
        while self.preparing._work is not None and not self.preparing._work.done():
            await self.preparing._work


async def test_the_first_prompt_finds_it_done(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Fake()
    await session.open("file:///a.py")
    assert session.handle.opened == 1

    def again(*_: Any) -> None:
        raise AssertionError("it was found before")

    monkeypatch.setattr(names.tags, "definitions", again)
    text = f"# file:///a.py\n{CODE}return jso"
    request = Request(text, len(text), "a.py", "python")
    made = await session.prompts.assemble("file:///a.py", request, CompletionSettings(), Model(), ROOM)
    assert "names" in made.milliseconds
    assert (session.prompts.trees.parsed, session.prompts.trees.reparsed) == (1, 1)


async def test_of_many_documents_those_opened_last() -> None:
    session = Fake()
    await session.open(*(f"file:///{number}.py" for number in range(trees._KEPT)))
    parsed = [number for number in range(trees._KEPT) if session.prompts.trees.latest(f"file:///{number}.py", "python")]
    assert parsed == list(range(trees._KEPT - preparing._MOST, trees._KEPT))


async def test_nothing_for_who_wants_no_completions_and_for_what_is_closed_or_secret() -> None:
    session = Fake(enabled=False)
    await session.open("file:///a.py")
    other = Fake()
    other.preparing.opened("file:///closed.py")
    await other.open("file:///.env")
    for each in (session, other):
        assert (each.prompts.trees.parsed, each.handle.opened) == (0, 0)
