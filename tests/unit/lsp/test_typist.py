"""Text that is written into a document of an editor that loses requests, answers late, not at all, or refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lt

from hearth.core.errors import InputError
from hearth.core.paths import Paths
from hearth.lsp import typist
from hearth.lsp.clients import profile_of
from hearth.lsp.documents import Documents
from hearth.lsp.rpc import Protocol
from hearth.lsp.session import Session
from hearth.lsp.typist import NotTaken, Typist
from hearth.providers.scripted import Answer, Script, Scripted
from lsp.conftest import PLAIN
from unit.lsp.test_rpc import Desk, until

URI = "file:///w/talk.chat.md"
QUESTION = "## You\n\nWhat?\n"
VERSIONS = lt.WorkspaceClientCapabilities(
    apply_edit=True, workspace_edit=lt.WorkspaceEditClientCapabilities(document_changes=True)
)
PIECES = ("\n\n## Hearth\n\n", "It is ", "it is ", "it is.\n", "\n\n## You\n\n")
WAIT_S = 0.005


class Window:
    """An editor with one document, and what it does with each request to edit it: ``applies`` it, ``loses`` it, is
    ``mute`` after it applied it, applies it ``late`` (as the next one comes), or ``refuses`` it. Then it applies all.
    """

    def __init__(self, doings: Sequence[str], last: str = "applies") -> None:
        self.documents = Documents()
        self.documents.open(URI, "markdown", 1, QUESTION)
        capabilities = lt.ClientCapabilities(workspace=VERSIONS)
        self.profile = profile_of(lt.InitializeParams(capabilities=capabilities))
        self.asked = 0
        self._doings = list(doings)
        self._last = last
        self._late: lt.WorkspaceEdit | None = None

    @property
    def text(self) -> str:
        document = self.documents.get(URI)
        assert document is not None
        return document.text

    async def ask(self, _: str, params: lt.ApplyWorkspaceEditParams, wait_s: float, **__: object) -> Any:
        self.asked += 1
        doing = self._doings.pop(0) if self._doings else self._last
        if self._late is not None:
            self.apply(self._late)
            self._late = None
        await asyncio.sleep(0)
        if doing == "refuses":
            return {"applied": False}
        if doing in ("loses", "late"):
            self._late = params.edit if doing == "late" else None
            raise TimeoutError
        is_applied = self.apply(params.edit)
        if doing == "mute":
            raise TimeoutError
        return {"applied": is_applied}

    def apply(self, edit: lt.WorkspaceEdit) -> bool:
        (change,) = edit.document_changes or ()
        assert isinstance(change, lt.TextDocumentEdit)
        document = self.documents.get(URI)
        assert document is not None
        if change.text_document.version != document.version:
            return False
        (only,) = change.edits
        assert isinstance(only, lt.TextEdit)
        start, end = only.range.start, only.range.end
        document.edit((start.line, start.character), (end.line, end.character), only.new_text)
        document.version += 1
        self.documents.changed()
        return True


def typing(window: Window) -> Typist:
    session = SimpleNamespace(documents=window.documents, profile=window.profile)
    return Typist(cast(Session, session), cast(Protocol, window), URI)


async def written(window: Window) -> None:
    writer = typing(window)
    for each in PIECES:
        writer.add(each)
        await asyncio.sleep(0)
    await writer.close()


@pytest.mark.parametrize("doing", ["applies", "loses", "mute", "late", "refuses"])
@pytest.mark.parametrize("before", [0, 1, 2])
async def test_nothing_is_lost_and_nothing_written_twice(doing: str, before: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(typist, "_PAUSE_S", WAIT_S)
    window = Window([*["applies"] * before, doing])
    await written(window)
    assert window.text == QUESTION.rstrip() + "".join(PIECES)


@given(st.lists(st.sampled_from(["applies", "loses", "mute", "late", "refuses"]), max_size=12))
def test_whatever_the_editor_does(doings: list[str]) -> None:
    window = Window(doings)
    whole = QUESTION.rstrip() + "".join(PIECES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typist, "_PAUSE_S", 0)
        try:
            asyncio.run(written(window))
        except NotTaken:
            assert whole.startswith(window.text.rstrip())
        else:
            assert window.text == whole


@pytest.mark.parametrize(("doing", "asked"), [("loses", 4), ("refuses", 3)])
async def test_an_editor_that_never_takes_it_is_given_up(doing: str, asked: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(typist, "_PAUSE_S", WAIT_S)
    window = Window([], last=doing)
    writer = typing(window)
    writer.add("text")
    with pytest.raises(NotTaken):
        await writer.close()
    assert window.asked == asked
    writer.check()


async def test_a_document_that_is_closed_ends_the_text() -> None:
    window = Window([])
    window.documents.close(URI)
    writer = typing(window)
    writer.add("text")
    await asyncio.sleep(0)
    with pytest.raises(InputError, match="closed"):
        writer.check()


class Talk(Desk):
    """A server whose model answers, and an editor that applies and answers nothing."""

    def refuse(self, *_: object) -> Any:
        return Scripted(Script(chat=Answer(text="A pile of things.", chunk_chars=3)))


@pytest.mark.parametrize("stops", [0, 1, 2])
async def test_an_answer_that_the_editor_does_not_take_is_kept_in_a_file(
    stops: int, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(typist, "_WAITS_S", (10 * WAIT_S,) * 4)
    monkeypatch.setenv("HEARTH_INDEX__ENABLED", "false")
    for name, value in PLAIN.items():
        monkeypatch.setenv(f"HEARTH_COMPLETION__{name}", value)
    desk = Talk(tmp_path)
    capabilities = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
    desk.receive("initialize", {"capabilities": capabilities, "processId": None}, id=1)
    desk.receive("initialized", {})
    item = {"uri": URI, "languageId": "markdown", "version": 1, "text": QUESTION}
    desk.receive("textDocument/didOpen", {"textDocument": item})
    desk.receive("workspace/executeCommand", {"command": "hearth.chatDocument.send", "arguments": [URI]}, id=2)

    def told() -> list[str]:
        said = [each["params"]["message"] for each in desk.sent.messages if each.get("method") == "window/showMessage"]
        return [each for each in said if "not all in its document" in each]

    chats = (await desk.server.session.actions()).chats
    for number in range(stops):
        await until(lambda: bool(chats._ending or told()))
        params = {"command": "hearth.chatDocument.stop", "arguments": [URI]}
        desk.receive("workspace/executeCommand", params, id=3 + number)
    await until(lambda: bool(told()))
    (path,) = Paths(tmp_path, tmp_path, tmp_path, tmp_path, tmp_path).state.glob("chats/*.chat.md")
    assert str(path) in told()[0]
    assert path.read_text() == f"{QUESTION.rstrip()}\n\n## Hearth\n\nA pile of things.\n\n## You\n\n"
    await desk.server.session.close()
