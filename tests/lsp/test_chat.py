"""Chat through the real process, with a scripted model."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Stage
from lsp.raw_client import Client

ANSWER = "".join(f"{number}: the function adds 😀 two numbers.\n" for number in range(20))
SYSTEM = "You are Hearth, a coding assistant on the user's own machine."


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "add.py").write_text("def add(a, b):\n    return a + b\n")
    (folder / ".env").write_text("TOKEN=1\n")
    (tmp_path / "outside.py").write_text("secret = 1\n")
    return folder


def ask(client: Client, **params: Any) -> dict[str, Any]:
    return dict(client.request("hearth/chat/ask", params))


def prompt(stage: Stage) -> list[list[str]]:
    return list(stage.events("chat")[-1]["messages"])


def test_an_answer_with_sources_first_then_deltas_then_the_result(stage: Stage, work: Path) -> None:
    client = stage.client(chat={"text": ANSWER, "chunk_chars": 5})
    client.initialize(workspaceFolders=[{"uri": work.as_uri(), "name": "work"}])
    uri = (work / "pkg" / "add.py").as_uri()
    client.open(uri, "def add(a, b):\n    return a + b  # open\n")
    result = ask(client, question="What does it do?", token="t1", textDocument={"uri": uri})
    assert result["text"] == ANSWER
    assert (result["reason"], result["model"]) == ("stop", "scripted")
    assert result["usage"]["completionTokens"] == -(-len(ANSWER) // 5)
    told = [each for each in client.inbox if each["method"].startswith("hearth/chat/")]
    assert told[0]["method"] == "hearth/chat/sources"
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}
    source = {"uri": uri, "range": where, "title": "pkg/add.py"}
    assert told[0]["params"] == {"token": "t1", "sources": [source], "notes": []}
    deltas = [each["params"] for each in told[1:]]
    assert "".join(each["text"] for each in deltas) == ANSWER
    assert {each["token"] for each in deltas} == {"t1"}
    assert len(deltas) < len(ANSWER) / 5, "deltas are joined"
    code = "def add(a, b):\n    return a + b  # open"
    question = f"What does it do?\n\nFile `pkg/add.py`:\n```python\n{code}\n```"
    assert prompt(stage) == [["system", SYSTEM], ["user", question]]


def test_without_a_token_the_id_is_one(start: Callable[..., Client]) -> None:
    client = start(chat={"text": "Yes."})
    number = client.ask("hearth/chat/ask", {"question": "Is it?"})
    assert client.answer(number)["result"]["text"] == "Yes."
    assert client.notification("hearth/chat/delta")["token"] == str(number)


def test_the_selection_is_what_is_shown(stage: Stage, work: Path) -> None:
    client = stage.client(chat={"text": "It is."})
    client.initialize(workspaceFolders=[{"uri": work.as_uri(), "name": "work"}])
    uri = (work / "big.py").as_uri()
    client.open(uri, "".join(f"line_{number} = 1\n" for number in range(1000)))
    where = {"start": {"line": 500, "character": 3}, "end": {"line": 502, "character": 0}}
    ask(client, question="q", textDocument={"uri": uri}, selection=where)
    assert prompt(stage)[-1][1].endswith("```python\nline_500 = 1\nline_501 = 1\n```")
    (source,) = client.notification("hearth/chat/sources")["sources"]
    assert source["range"] == {"start": {"line": 500, "character": 0}, "end": {"line": 502, "character": 0}}


def test_files_that_the_question_names(stage: Stage, work: Path) -> None:
    client = stage.client(chat={"text": "ok"})
    client.initialize(workspaceFolders=[{"uri": work.as_uri(), "name": "work"}])
    ask(client, question="Compare @pkg/add.py with @.env and @../outside.py and @none.py, and pkg/add.py.")
    told = client.notification("hearth/chat/sources")
    assert [each["title"] for each in told["sources"]] == ["pkg/add.py"]
    assert len(told["notes"]) == 3
    text = prompt(stage)[-1][1]
    assert "return a + b" in text
    assert "TOKEN" not in text
    assert "secret = 1" not in text


def test_a_document_that_is_not_open_is_read_only_in_the_workspace(stage: Stage, work: Path) -> None:
    client = stage.client(chat={"text": "ok"})
    client.initialize(workspaceFolders=[{"uri": work.as_uri(), "name": "work"}])
    ask(client, question="q", textDocument={"uri": (work / "pkg" / "add.py").as_uri()})
    assert "return a + b" in prompt(stage)[-1][1]
    for uri in ((work.parent / "outside.py").as_uri(), (work / ".env").as_uri(), "untitled:1", "file:///dev/zero"):
        ask(client, question="q", textDocument={"uri": uri})
        assert prompt(stage)[-1][1] == "q"


def test_the_conversation_goes_along_and_its_oldest_turns_are_dropped(stage: Stage) -> None:
    client = stage.client(chat={"text": "ok"}, capabilities={"context": 1000})
    client.initialize()
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    turns = [
        {"role": role, "content": f"{number} " + "x" * 100} for number in range(20) for role in ("user", "assistant")
    ]
    ask(client, question="And now?", messages=turns)
    sent = prompt(stage)
    assert sent[0] == ["system", SYSTEM]
    assert sent[-1] == ["user", "And now?"]
    assert [role for role, _ in sent[1:3]] == ["user", "assistant"]
    assert sent[-2][1].startswith("19 ")
    assert 3 < len(sent) < 20


def test_a_cancelled_question_stops_the_model(stage: Stage) -> None:
    client = stage.client(chat={"text": ANSWER, "delay_ms": 20})
    client.initialize()
    number = client.ask("hearth/chat/ask", {"question": "q"})
    client.notification("hearth/chat/delta")
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    stage.until("cancelled")
    client.inbox.clear()
    assert not [each for each in client.settle() if each["method"] == "hearth/chat/delta"]


def test_two_questions_at_once(stage: Stage) -> None:
    client = stage.client(chat={"text": ANSWER, "delay_ms": 1})
    client.initialize()
    numbers = [client.ask("hearth/chat/ask", {"question": "q", "token": token}) for token in ("a", "b")]
    assert [client.answer(number)["result"]["text"] for number in numbers] == [ANSWER, ANSWER]
    for token in ("a", "b"):
        deltas = [
            each["params"]["text"]
            for each in client.inbox
            if each["method"] == "hearth/chat/delta" and each["params"]["token"] == token
        ]
        assert "".join(deltas) == ANSWER


@pytest.mark.parametrize("after", [0, 3])
def test_a_model_that_fails_is_an_error_with_a_hint(stage: Stage, after: int) -> None:
    fail = {"code": "timeout", "message": "It is slow.", "hint": "Wait.", "during": ["chat"], "after_chunks": after}
    client = stage.client(chat={"text": ANSWER}, fail=fail)
    client.initialize()
    error = client.answer(client.ask("hearth/chat/ask", {"question": "q"}))["error"]
    assert error == {"code": -32803, "message": "It is slow.", "data": {"code": "timeout", "hint": "Wait."}}
    assert client.notification("hearth/status", lambda params: params["state"] == "error")["hint"] == "Wait."


def test_a_context_that_is_too_long_is_made_shorter(stage: Stage, work: Path) -> None:
    fail = {"code": "context_too_long", "during": ["chat"], "times": 2}
    client = stage.client(chat={"text": "ok"}, fail=fail)
    client.initialize(workspaceFolders=[{"uri": work.as_uri(), "name": "work"}])
    uri = (work / "big.py").as_uri()
    client.open(uri, "".join(f"line_{number} = 1\n" for number in range(1000)))
    assert ask(client, question="q", textDocument={"uri": uri})["text"] == "ok"
    sizes = [len(event["messages"][-1][1]) for event in stage.events("chat")]
    assert len(sizes) == 3
    assert sizes[0] >= sizes[1] > sizes[2]


def test_an_empty_question_is_refused_and_is_no_fault_of_the_model(start: Callable[..., Client], stage: Stage) -> None:
    client = start()
    error = client.answer(client.ask("hearth/chat/ask", {"question": " \n"}))["error"]
    assert error["data"]["code"] == "input"
    assert client.request("hearth/status", {})["state"] != "error"
    assert stage.events("chat") == []


def test_a_model_that_the_settings_do_not_have(stage: Stage) -> None:
    client = stage.client(env={"HEARTH_MODELS__CHAT": "nonsense:x"})
    client.initialize()
    error = client.answer(client.ask("hearth/chat/ask", {"question": "q"}))["error"]
    assert error["data"]["code"] == "settings"
    assert "embedded" in error["data"]["hint"]


def test_a_folder_and_what_the_editor_knows_go_along(stage: Stage, work: Path) -> None:
    client = stage.client(chat={"text": "ok"})
    client.initialize(workspaceFolders=[{"uri": work.as_uri(), "name": "work"}])
    attachments = [{"kind": "terminal", "text": "1 failed\n"}, {"kind": "problems", "text": "not wanted"}]
    ask(client, question="Why does @terminal say so? See @folder:pkg", attachments=attachments)
    told = client.notification("hearth/chat/sources")
    assert [each["title"] for each in told["sources"]] == ["terminal", "pkg/", "pkg/add.py"]
    assert told["sources"][0]["uri"] == "hearth:terminal"
    text = prompt(stage)[-1][1]
    assert text.startswith("Why does the terminal say so?")
    assert "The end of what the terminal shows:\n```\n1 failed\n```" in text
    assert "not wanted" not in text


def test_symbols_without_an_index_are_none_and_that_is_told(stage: Stage) -> None:
    client = stage.client({"HEARTH_INDEX__ENABLED": "false"}, chat={"text": "ok"})
    client.initialize()
    assert client.request("hearth/chat/symbols", {"typed": "ad"}) == {"symbols": []}
    ask(client, question="What is @symbol:add?")
    assert client.notification("hearth/chat/sources")["notes"] == ["Symbols are looked up in the index, which is off."]
    assert prompt(stage)[-1][1] == "What is `add`?"


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def test_a_picture_goes_to_a_model_that_sees(stage: Stage) -> None:
    client = stage.client(chat={"text": "A cat."}, capabilities={"images": True})
    client.initialize(initializationOptions={"hearth": {"status": True}})
    turns = [{"role": "user", "content": "And this?", "images": [PNG]}, {"role": "assistant", "content": "A dog."}]
    assert ask(client, question="What is it?", images=[PNG], messages=turns)["text"] == "A cat."
    assert stage.events("chat")[-1]["images"] == [1, 1]
    status = client.request("hearth/status", {})
    assert (status["chatImages"], status["chatImagesHint"]) == (True, "")


def test_a_picture_is_refused_for_a_model_that_does_not_see(stage: Stage) -> None:
    client = stage.client(chat={"text": "A cat."})
    client.initialize(initializationOptions={"hearth": {"status": True}})
    error = client.answer(client.ask("hearth/chat/ask", {"question": "What is it?", "images": [PNG]}))["error"]
    assert error["data"]["code"] == "model_lacks"
    assert stage.events("chat") == []
    status = client.request("hearth/status", {})
    assert status["chatImages"] is False
    assert "does not see pictures" in status["chatImagesHint"]
    error = client.answer(client.ask("hearth/chat/ask", {"question": "What is it?", "images": ["x"]}))["error"]
    assert error["data"]["code"] == "input"
    assert ask(client, question="And in words?")["text"] == "A cat."
