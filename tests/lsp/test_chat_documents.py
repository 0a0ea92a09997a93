"""Conversations in documents, through the real process, with a client that opens and edits like an editor."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from hearth.features.chat import document
from lsp.conftest import Stage
from lsp.raw_client import Client
from lsp.test_actions import CODE, RESOLVING, URI, applied, offered

ANSWER = "It adds `a` and `b`.\n\n## You\n\nand compares.\n"
SHOWN = "It adds `a` and `b`.\n\n\\## You\n\nand compares.\n"
SHOWING = {**RESOLVING, "window": {"showDocument": {"support": True}}}
CHAT = "file:///w/ws/talk.chat.md"
LONG = " ".join(f"Line {number}." for number in range(300))
ASKED = "## You\n\nWhat is a stack?\n\n## Hearth\n\nA pile.\n\n## You\n\nAnd a queue?\n"


class Editor:
    """Opens what it is told to, and applies edits of open documents at once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.refusals = 0
        self._lock = threading.RLock()
        client.answers["workspace/applyEdit"] = self.apply
        client.answers["window/showDocument"] = self.show

    def open(self, uri: str, text: str, language: str = "markdown") -> None:
        self.texts[uri], self.versions[uri] = text, 1
        self.client.open(uri, text, language)

    def show(self, params: dict[str, Any]) -> dict[str, Any]:
        path = Path(unquote(urlsplit(params["uri"]).path))
        self.open(params["uri"], path.read_text(encoding="utf-8"))
        return {"success": True}

    def apply(self, params: dict[str, Any]) -> dict[str, Any]:
        (change,) = params["edit"]["documentChanges"]
        uri, version = change["textDocument"]["uri"], change["textDocument"]["version"]
        with self._lock:
            if self.refusals or version != self.versions[uri]:
                self.refusals = max(0, self.refusals - 1)
                return {"applied": False}
            self.change(uri, lambda text: applied(text, change["edits"]))
        return {"applied": True}

    def change(self, uri: str, edit: Callable[[str], str]) -> None:
        with self._lock:
            self._change(uri, edit(self.texts[uri]))

    def _change(self, uri: str, text: str) -> None:
        self.texts[uri] = text
        self.versions[uri] += 1
        params = {"textDocument": {"uri": uri, "version": self.versions[uri]}, "contentChanges": [{"text": text}]}
        self.client.notify("textDocument/didChange", params)

    def until(self, uri: str, end: str) -> str:
        """Wait until the document ends so."""
        self.client.notification("workspace/applyEdit", lambda _: self.texts[uri].endswith(end))
        return self.texts[uri]


def begin(stage: Stage, capabilities: dict[str, Any] = SHOWING, **sections: Any) -> tuple[Client, Editor]:
    client = stage.client(**sections)
    client.initialize(capabilities=capabilities)
    return client, Editor(client)


def run(client: Client, command: dict[str, Any]) -> None:
    client.request("workspace/executeCommand", {key: command[key] for key in ("command", "arguments")})


def lens(client: Client, uri: str = CHAT) -> list[dict[str, Any]]:
    return list(client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}))


def test_a_client_with_a_chat_of_its_own_is_asked_to_open_it(stage: Stage) -> None:
    client = stage.client(chat={"text": ANSWER})
    client.initialize(capabilities=SHOWING, initializationOptions={"hearth": {"chatPanel": True}})
    client.open(URI, CODE)
    client.request("workspace/executeCommand", offered(client, 6)["Explain `add`"]["command"])
    opened = client.notification("hearth/chat/open")
    assert (opened["question"], opened["uri"]) == ("Explain what `add` does.", URI)
    assert (opened["range"]["start"]["line"], opened["range"]["end"]["line"]) == (4, 10)
    assert stage.events("chat") == []
    client.request("workspace/executeCommand", {"command": "hearth.chatDocument.open", "arguments": []})
    assert client.notification("hearth/chat/open", lambda params: not params["uri"])["question"] == ""
    assert [each for each in client.inbox if each["method"] == "window/showMessage"] == [], "it is no setting"


def test_explain_opens_a_document_and_answers_in_it(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": ANSWER, "chunk_chars": 3})
    client.open(URI, CODE)
    run(client, offered(client, 6)["Explain `add`"]["command"])
    client.notification("window/showDocument")
    (uri,) = editor.texts
    text = editor.until(uri, "\n\n## You\n\n")
    where = "About [add.py, lines 5 to 11](file:///w/ws/add.py#L5-L11):"
    assert text.startswith(f"# Explain add\n\n## You\n\n{where}\n\nExplain what `add` does.\n\n## Hearth\n\n")
    assert SHOWN in text
    assert "Sources: [add.py:5](file:///w/ws/add.py#L5-L11)" in text
    path = Path(unquote(urlsplit(uri).path))
    assert path.parent == stage.home / "state" / "chats"
    assert path.stat().st_mode & 0o077 == 0, "for this user alone"
    question = stage.events("chat")[0]["messages"][-1][1]
    assert "total = a + b" in question
    assert "import os" not in question, "only the lines that the link names"


def test_ask_opens_a_document_and_waits(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": ANSWER})
    client.open(URI, CODE)
    run(client, offered(client, 6)["Ask Hearth about this"]["command"])
    client.notification("window/showDocument")
    (uri,) = editor.texts
    assert editor.texts[uri].endswith("#L5-L11):\n\n")
    assert stage.events("chat") == []


def test_the_conversation_is_sent_by_its_lens(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": "A line."})
    editor.open(CHAT, ASKED)
    (found,) = lens(client)
    assert found["range"]["start"] == {"line": 8, "character": 0}
    assert found["command"]["title"] == "Send to Hearth"
    run(client, found["command"])
    assert editor.until(CHAT, "\n\n## You\n\n") == ASKED.rstrip() + "\n\n## Hearth\n\nA line.\n\n## You\n\n"
    roles = [[role, text] for role, text in stage.events("chat")[0]["messages"][1:]]
    assert roles == [["user", "What is a stack?"], ["assistant", "A pile."], ["user", "And a queue?"]]
    while (found := lens(client)) and "stop" in found[0]["command"]["command"]:
        pass  # Its last change is on the way back to the server.
    assert found == [], "nothing is asked any more"


def test_a_code_action_sends_too_and_commands_may_have_no_arguments(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": "A line."})
    editor.open(CHAT, "What is a queue?\n")
    here = {"line": 0, "character": 0}
    params = {"textDocument": {"uri": CHAT}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    (action,) = client.request("textDocument/codeAction", params)
    assert action["title"] == "Send to Hearth"
    run(client, {"command": "hearth.chatDocument.send", "arguments": []})
    assert "A line." in editor.until(CHAT, "\n\n## You\n\n")


def test_an_answer_is_stopped(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": LONG, "delay_ms": 20})
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    client.notification("workspace/applyEdit", lambda _: "Line 1." in editor.texts[CHAT])
    (found,) = lens(client)
    assert found["command"]["title"] == "Stop the answer"
    run(client, found["command"])
    assert editor.until(CHAT, "\n\n## You\n\n").endswith("\n\n> Stopped.\n\n## You\n\n")
    stage.until("cancelled")


@pytest.mark.parametrize(
    ("text", "tokens", "note"), [("word " * 400, "1024", "It repeated itself"), (LONG, "20", "as long as an answer")]
)
def test_an_answer_that_is_cut_off_says_so(stage: Stage, text: str, tokens: str, note: str) -> None:
    client = stage.client({"HEARTH_CHAT__MAX_TOKENS": tokens}, chat={"text": text, "chunk_chars": 5})
    client.initialize(capabilities=SHOWING)
    editor = Editor(client)
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    said = editor.until(CHAT, "\n\n## You\n\n")
    assert f"\n\n> {note}" in said or f"\n\n> It ends here because it is {note}" in said
    assert note not in document.read(f"{said}And?").history[-1].content


def test_nothing_is_suggested_where_an_answer_is_written(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": LONG, "delay_ms": 20}, completion={"text": "return 1"})
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    client.notification("workspace/applyEdit", lambda _: "Line 1." in editor.texts[CHAT])
    end = {"line": editor.texts[CHAT].count("\n"), "character": 0}
    where = {"textDocument": {"uri": CHAT}, "position": end}
    assert client.request("textDocument/completion", where)["items"] == []
    assert client.request("textDocument/inlineCompletion", {**where, "context": {"triggerKind": 2}}) is None
    assert stage.events("complete") == []
    run(client, lens(client)[0]["command"])
    editor.until(CHAT, "\n\n## You\n\n")


def test_code_that_is_open_when_an_answer_is_stopped_is_closed(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": f"So:\n\n```text\n{LONG}", "delay_ms": 20})
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    client.notification("workspace/applyEdit", lambda _: "Line 1." in editor.texts[CHAT])
    run(client, lens(client)[0]["command"])
    text = editor.until(CHAT, "\n\n## You\n\n")
    assert text.endswith("\n```\n\n> Stopped.\n\n## You\n\n")
    while lens(client):
        pass  # Its last change is on the way back to the server.
    editor.change(CHAT, lambda before: f"{before}And then?\n")
    assert lens(client)[0]["command"]["title"] == "Send to Hearth", "what the user says is no code"


@pytest.mark.parametrize("step", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("answer", "closed"),
    [
        ("```py\nx = 1", "\n```"),
        ("a\n\n~~~~\n```\nx\n", "\n~~~~"),
        ("```py\nx = 1\n```", ""),
        ("```py\nx = 1\n```\n\n```\ny\n```\n", ""),
        ("```", "\n```"),
        ("no `code` at all", ""),
    ],
)
def test_code_that_is_open_at_the_end_of_an_answer_is_closed(answer: str, closed: str, step: int) -> None:
    escape = document.Escape()
    pieces = [escape.feed(answer[at : at + step]) for at in range(0, len(answer), step)]
    assert "".join(pieces) + escape.end() == answer + closed
    assert escape.end() == ""


def test_what_the_user_writes_meanwhile_stays(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": LONG, "chunk_chars": 40})
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    client.notification("workspace/applyEdit", lambda _: "Line 1." in editor.texts[CHAT])
    editor.refusals = 1
    editor.change(CHAT, lambda text: f"# Title\n\n{text}")
    text = editor.until(CHAT, "\n\n## You\n\n")
    assert text.startswith("# Title\n\n## You")
    assert LONG.strip() in text


def test_an_answer_that_is_deleted_ends(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": LONG, "delay_ms": 10})
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    client.notification("workspace/applyEdit", lambda _: "Line 1." in editor.texts[CHAT])
    client.notify("textDocument/didClose", {"textDocument": {"uri": CHAT}})
    assert "closed" in client.notification("window/showMessage")["message"]
    stage.until("cancelled")


def test_windows_line_ends_stay(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": "One.\nTwo."})
    editor.open(CHAT, ASKED.replace("\n", "\r\n"))
    run(client, lens(client)[0]["command"])
    text = editor.until(CHAT, "## You\r\n\r\n")
    assert "One.\r\nTwo." in text
    assert "\n" not in text.replace("\r\n", "")


def test_an_editor_that_opens_nothing_is_told_the_path(stage: Stage) -> None:
    client, _ = begin(stage, RESOLVING, chat={"text": ANSWER})
    client.open(URI, CODE)
    run(client, offered(client, 6)["Explain `add`"]["command"])
    told = client.notification("window/showMessage", lambda params: "Open it" in params["message"])["message"]
    (path,) = (stage.home / "state" / "chats").glob("*.chat.md")
    assert str(path) in told
    assert SHOWN in path.read_text(encoding="utf-8")
    assert not [each for each in client.inbox if each["method"] == "window/showDocument"]


def test_a_model_that_fails_says_so_in_the_document(stage: Stage) -> None:
    fail = {"code": "timeout", "message": "It is slow.", "hint": "Wait.", "during": ["chat"]}
    client, editor = begin(stage, fail=fail)
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    assert "> It is slow. Wait.\n" in editor.until(CHAT, "\n\n## You\n\n")


@pytest.mark.parametrize("text", ["", "## You\n\n", "## You\n\nq\n\n## Hearth\n\nAn answer.\n"])
def test_nothing_is_no_question(stage: Stage, text: str) -> None:
    client, editor = begin(stage)
    editor.open(CHAT, text)
    assert lens(client) == []
    number = client.ask("workspace/executeCommand", {"command": "hearth.chatDocument.send", "arguments": [CHAT]})
    assert client.answer(number)["error"]["data"]["code"] == "input"


def test_other_documents_have_no_lens(stage: Stage) -> None:
    client, _ = begin(stage)
    client.open(URI, CODE)
    assert lens(client, URI) == []
    number = client.ask("workspace/executeCommand", {"command": "hearth.chatDocument.send"})
    assert "No conversation is open" in client.answer(number)["error"]["message"]


def test_headings_in_fences_are_text() -> None:
    written = document.read("## You\n\nWhat?\n\n```md\n## Hearth\n```\n")
    assert written.history == ()
    assert "## Hearth" in written.question


def test_an_editor_that_leaves_in_the_middle_of_an_answer(stage: Stage) -> None:
    client, editor = begin(stage, chat={"text": LONG, "delay_ms": 20})
    editor.open(CHAT, ASKED)
    run(client, lens(client)[0]["command"])
    client.notification("workspace/applyEdit", lambda _: "Line 1." in editor.texts[CHAT])
    client.silent.add("workspace/applyEdit")
    assert client.exit() == 0
    stage.until("cancelled")
    assert "Traceback" not in client.stderr()
    assert "did not end in time" not in client.stderr()
