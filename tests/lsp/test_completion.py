"""Completions through the real process, with a scripted model."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable

import pytest

from lsp.conftest import Stage, inline
from lsp.raw_client import Client

URI = "file:///w/a.py"
CODE = "def add(a, b):\n    "
BODY = "total = a + b\n    print(total)\n    return total\n"
DELTAS = {"initializationOptions": {"hearth": {"deltas": True}}}


def test_an_inline_completion(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": "a + b"})
    client.open(URI, "def add(a, b):\n    return \n\nx = 1\n")
    result = client.request("textDocument/inlineCompletion", inline(URI, 1, 11))
    here = {"line": 1, "character": 11}
    accepted = {"title": "Accepted", "command": "hearth.completion.accepted", "arguments": ["1"]}
    assert result == {"items": [{"insertText": "a + b", "range": {"start": here, "end": here}, "command": accepted}]}
    (asked,) = stage.events("complete")
    assert (asked["prefix"], asked["suffix"]) == ("def add(a, b):\n    return ", "\n\nx = 1\n")


def test_without_deltas_the_answer_waits_for_all_of_it(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": BODY, "chunk_chars": 3})
    client.open(URI, CODE)
    result = client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    assert result["items"][0]["insertText"] == BODY.rstrip()
    assert not [each for each in client.settle() if each["method"] == "hearth/completion/delta"]


def test_with_deltas_the_first_line_is_answered_and_the_rest_pushed(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY, "chunk_chars": 3})
    client.initialize(**DELTAS)
    client.open(URI, CODE, version=7)
    result = client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    assert result["items"][0]["insertText"] == "total = a + b"
    assert not [each for each in client.inbox if each["method"] == "hearth/completion/delta"], (
        "pushed before the answer"
    )
    here = {"line": 1, "character": 4}
    common = {"id": "1", "uri": URI, "version": 7, "position": here, "range": {"start": here, "end": here}}
    first = client.notification("hearth/completion/delta")
    assert first == {**common, "text": "total = a + b\n    print(total)", "done": False}
    last = client.notification("hearth/completion/delta", lambda params: params["done"])
    assert last == {**common, "text": BODY.rstrip(), "done": True}


def test_the_capability_announces_deltas_too(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY})
    client.initialize(capabilities={"experimental": {"hearth": {"completionDelta": True}}})
    client.open(URI, CODE)
    result = client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    assert result["items"][0]["insertText"] == "total = a + b"
    assert client.notification("hearth/completion/delta", lambda params: params["done"])["text"] == BODY.rstrip()


def test_a_single_line_needs_no_deltas(stage: Stage) -> None:
    client = stage.client(completion={"text": "a + b\nmore"})
    client.initialize(**DELTAS)
    client.open(URI, "x = ")
    result = client.request("textDocument/inlineCompletion", inline(URI, 0, 4))
    assert result["items"][0]["insertText"] == "a + b"
    assert not [each for each in client.settle() if each["method"] == "hearth/completion/delta"]


def test_a_newer_completion_ends_the_older(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY, "delay_ms": 60_000, "rules": []})
    client.initialize()
    client.open(URI, CODE)
    client.open("file:///w/b.py", CODE)
    elsewhere = client.ask("textDocument/inlineCompletion", inline("file:///w/b.py", 1, 4))
    older = client.ask("textDocument/inlineCompletion", inline(URI, 1, 4))
    stage.until("complete", 2)
    newer = client.ask("textDocument/inlineCompletion", inline(URI, 1, 4))
    assert client.answer(older)["result"] is None
    stage.until("complete", 3)
    assert len(stage.until("cancelled")) == 1, "only the older one in the same document"
    for number in (newer, elsewhere):
        client.notify("$/cancelRequest", {"id": number})
        assert client.answer(number)["error"]["code"] == -32800
    stage.until("cancelled", 3)


def test_closing_the_document_ends_its_completion(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY, "delay_ms": 60_000})
    client.initialize()
    client.open(URI, CODE)
    asked = client.ask("textDocument/inlineCompletion", inline(URI, 1, 4))
    stage.until("complete")
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert client.answer(asked)["result"] is None
    stage.until("cancelled")


def test_a_newer_completion_ends_what_is_still_pushed(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY * 20, "chunk_chars": len(BODY), "delay_ms": 200})
    client.initialize(**DELTAS)
    client.open(URI, CODE)
    client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    client.ask("textDocument/inlineCompletion", inline(URI, 1, 4))
    stage.until("cancelled")


def test_an_edit_ends_what_is_still_pushed(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY * 20, "chunk_chars": len(BODY), "delay_ms": 200})
    client.initialize(**DELTAS)
    client.open(URI, CODE)
    client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    edit = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": CODE + "x"}]}
    client.notify("textDocument/didChange", edit)
    stage.until("cancelled")


def test_the_document_is_seen_as_it_was_when_the_client_asked(start: Callable[..., Client], stage: Stage) -> None:
    """Both messages arrive in one read; the edit after the request must not be part of its prompt."""
    client = start(completion={"text": "1"})
    client.open(URI, "x = \n")
    client.settle()
    change = {"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "text": "later"}
    edit = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]}
    client.send_together(
        {"id": "now", "method": "textDocument/inlineCompletion", "params": inline(URI, 0, 4)},
        {"method": "textDocument/didChange", "params": edit},
    )
    client.answer("now")
    (asked,) = stage.events("complete")
    assert (asked["prefix"], asked["suffix"]) == ("x = ", "\n")


@pytest.mark.parametrize("settled", [True, False])
def test_what_is_stopped_before_it_began_is_answered(start: Callable[..., Client], stage: Stage, settled: bool) -> None:
    client = start(completion={"text": "1"})
    client.open(URI, "x = \n")
    if settled:
        client.notification("hearth/status", lambda params: params["state"] == "ready")
    ask = {"method": "textDocument/inlineCompletion", "params": inline(URI, 0, 4)}
    close = {"method": "textDocument/didClose", "params": {"textDocument": {"uri": URI}}}
    client.send_together({"id": "closed", **ask}, close)
    client.answer("closed")
    client.open(URI, "x = \n")
    cancel = {"method": "$/cancelRequest", "params": {"id": "cancelled"}}
    client.send_together({"id": "cancelled", **ask}, cancel)
    assert client.answer("cancelled")["error"]["code"] == -32800
    client.send_together(*({"id": f"many {number}", **ask} for number in range(20)))
    results = [client.answer(f"many {number}")["result"] for number in range(20)]
    assert results[-1] is not None


def test_an_item_selected_in_the_list_counts_as_typed(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": "(value)"})
    client.open(URI, "self.pri\n")
    where = {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 8}}
    selected = {"selectedCompletionInfo": {"range": where, "text": "print"}}
    result = client.request("textDocument/inlineCompletion", inline(URI, 0, 8, **selected))
    (item,) = result["items"]
    assert (item["insertText"], item["range"]) == ("print(value)", where)
    assert stage.events("complete")[0]["prefix"] == "self.print"


def test_columns_count_in_the_agreed_encoding(stage: Stage) -> None:
    line = 'x = "é😀𐐀" + '
    for encoding, units in {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.items():
        column = len(line.encode(units)) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
        client = stage.client(completion={"text": "'😀tail'"})
        capabilities = {"general": {"positionEncodings": [encoding]}}
        assert client.initialize(capabilities=capabilities)["capabilities"]["positionEncoding"] == encoding
        client.open(URI, f"\u2028{line}0\n\x0c{line} # after\n")
        change = {"range": {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 2}}, "text": "yy"}
        edit = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]}
        client.notify("textDocument/didChange", edit)
        result = client.request("textDocument/inlineCompletion", inline(URI, 1, column + 2))
        (item,) = result["items"]
        # It parses as it is: how much of it could be tried in time makes no difference.
        assert (item["insertText"], item["range"]["start"]) == ("'😀tail'", {"line": 1, "character": column + 2})
        asked = stage.events("complete")[-1]
        assert asked["prefix"] == f"\u2028{line}0\n\x0cyy{line[1:]}"
        assert asked["suffix"] == " # after\n"
        client.exit()


def test_line_ends_are_those_of_the_document(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": BODY})
    client.open(URI, CODE.replace("\n", "\r\n"))
    result = client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    assert result["items"][0]["insertText"] == BODY.rstrip().replace("\n", "\r\n")
    assert stage.events("complete")[0]["prefix"] == CODE


def test_half_a_surrogate_pair_does_no_harm(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": "1"})
    client.open(URI, 'a = "\ud83d"\nx = ')
    assert client.request("textDocument/inlineCompletion", inline(URI, 1, 4))["items"]
    assert stage.events("complete")[0]["prefix"] == 'a = "\ufffd"\nx = '


def test_the_list_item_for_editors_without_inline_completion(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": "al(a, b)\n    return 2"})
    client.open(URI, "def f():\n    tot", "python")
    where = {"textDocument": {"uri": URI}, "position": {"line": 1, "character": 7}, "context": {"triggerKind": 1}}
    result = client.request("textDocument/completion", where)
    assert result["isIncomplete"] is True
    (item,) = result["items"]
    span = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 7}}
    assert item["textEdit"] == {"range": span, "newText": "total(a, b)"}
    assert item["label"] == item["filterText"] == "total(a, b)"
    assert item["insertTextFormat"] == 1
    assert item.keys().isdisjoint({"preselect", "insertTextMode"}), "nobody said that it knows them"
    assert item["sortText"] < "!"
    assert item["documentation"] == "total(a, b)"


def test_the_list_is_empty_once_the_client_asks_for_inline_completions(start: Callable[..., Client]) -> None:
    """lsp-mode does so without announcing it; two ways at once would show everything twice."""
    client = start(completion={"text": "1"})
    client.open(URI, "x = ")
    where = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}}
    assert client.request("textDocument/completion", where)["items"]
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4))["items"]
    assert client.request("textDocument/completion", where) == {"isIncomplete": True, "items": []}


def test_the_list_does_not_wait_for_a_slow_model_and_has_it_when_asked_again(stage: Stage) -> None:
    client = stage.client(completion={"text": "1", "delay_ms": 1500})
    client.initialize()
    client.open(URI, "x = ")
    where = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}}
    assert client.request("textDocument/completion", where) == {"isIncomplete": True, "items": []}
    while not (items := client.request("textDocument/completion", where)["items"]):
        pass
    assert items[0]["textEdit"]["newText"] == "1"
    assert client.request("textDocument/completion", where)["items"] == items
    assert len(stage.events("complete")) == 1
    edit = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "x = y"}]}
    client.notify("textDocument/didChange", edit)
    where["position"]["character"] = 5
    client.request("textDocument/completion", where)
    assert len(stage.events("complete")) == 2


def test_an_edit_ends_what_the_list_did_not_wait_for(stage: Stage) -> None:
    client = stage.client(completion={"text": "1", "delay_ms": 60_000})
    client.initialize()
    client.open(URI, "x = ")
    where = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}}
    assert client.request("textDocument/completion", where) == {"isIncomplete": True, "items": []}
    edit = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "x = y"}]}
    client.notify("textDocument/didChange", edit)
    stage.until("cancelled")


def test_a_model_that_fails_is_no_error_of_the_request(stage: Stage) -> None:
    fail = {
        "code": "unavailable",
        "message": "Nothing answers.",
        "hint": "Start it.",
        "times": 1,
        "during": ["complete"],
    }
    client = stage.client(completion={"text": "1"}, fail=fail)
    client.initialize()
    client.open(URI, "x = ")
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4)) is None
    status = client.notification("hearth/status", lambda params: params["state"] == "error")
    assert (status["message"], status["hint"]) == ("Nothing answers.", "Start it.")
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4))["items"]
    assert client.request("hearth/status", {})["state"] == "ready"


def test_settings_of_the_editor_switch_it_off(stage: Stage) -> None:
    client = stage.client(completion={"text": "1"})
    client.initialize(initializationOptions={"completion": {"enabled": False}})
    client.open(URI, "x = ")
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4)) is None
    assert stage.events("complete") == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"hearth": {"completion.enabled": True}}})
    client.settle()
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4)) is not None


def typed(client: Client, version: int, text: str) -> None:
    """The document is now ``text``."""
    edit = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]}
    client.notify("textDocument/didChange", edit)


def test_typing_through_asks_the_model_once(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": "a + b"})
    client.open(URI, "x = ")
    for version, left in enumerate(["a + b", " + b", "+ b", " b", "b"], start=2):
        column = 9 - len(left)
        items = client.request("textDocument/inlineCompletion", inline(URI, 0, column))["items"]
        assert items[0]["insertText"] == left
        typed(client, version, "x = a + b"[: column + 1])
    assert len(stage.events("complete")) == 1


def test_what_is_written_goes_on_while_it_fits(stage: Stage) -> None:
    client = stage.client(completion={"text": BODY, "chunk_chars": len("total = a + b\n"), "delay_ms": 300})
    client.initialize(**DELTAS)
    client.open(URI, CODE)
    first = client.request("textDocument/inlineCompletion", inline(URI, 1, 4))
    assert first["items"][0]["insertText"] == "total = a + b"
    typed(client, 2, CODE + "to")
    client.request("textDocument/inlineCompletion", inline(URI, 1, 6))
    last = client.notification("hearth/completion/delta", lambda params: params["done"] and params["version"] == 2)
    assert last["text"] == BODY.rstrip()[2:]
    assert len(stage.events("complete")) == 1


def test_what_follows_an_accept_is_known_before_it(stage: Stage) -> None:
    client = stage.client(env={"HEARTH_COMPLETION__PREFETCH": "true"}, completion={"text": "a"})
    client.initialize()
    client.open(URI, "x = ")
    for count in range(1, 4):
        request = inline(URI, 0, 3 + count)
        assert client.request("textDocument/inlineCompletion", request)["items"][0]["insertText"] == "a"
        stage.until("complete", count + 1)  # The one that was asked for, and the one that follows it.
        typed(client, count + 1, "x = " + "a" * count)
    assert len(stage.events("complete")) == 4
    assert client.request("hearth/status", {})["state"] in ("ready", "busy")


def test_what_is_asked_after_a_change_of_settings_waits_for_them(start: Callable[..., Client]) -> None:
    client = start(completion={"text": "1"})
    client.open(URI, "x = ")
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4))["items"]
    off = {"settings": {"hearth": {"completion.enabled": False}}}
    client.send_together(
        {"method": "workspace/didChangeConfiguration", "params": off},
        {"id": "off", "method": "textDocument/inlineCompletion", "params": inline(URI, 0, 4)},
    )
    assert client.answer("off")["result"] is None


def test_who_asks_by_hand_may_choose(stage: Stage) -> None:
    client = stage.client(env={"HEARTH_COMPLETION__CANDIDATES": "3"}, completion={"text": "a + b"})
    client.initialize(**DELTAS)
    client.open(URI, "x = ")
    result = client.request("textDocument/inlineCompletion", inline(URI, 0, 4))
    assert [item["insertText"] for item in result["items"]] == ["a + b"], "the same text is offered once"
    assert len(stage.events("complete")) == 3
    automatic = inline(URI, 0, 4) | {"context": {"triggerKind": 2}}
    client.request("textDocument/inlineCompletion", automatic)
    assert len(stage.events("complete")) == 3


def test_what_becomes_of_a_suggestion_is_kept(stage: Stage) -> None:
    client = stage.client(completion={"text": "a + b"})
    client.initialize()
    client.open(URI, "def add(a, b):\n    return \n", version=1)
    assert client.request("textDocument/inlineCompletion", inline(URI, 1, 11))["items"]
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": URI, "version": 2},
            "contentChanges": [
                {"range": {"start": {"line": 1, "character": 11}, "end": {"line": 1, "character": 11}}, "text": "a + b"}
            ],
        },
    )
    assert client.exit() == 0
    (record,) = stage.home.rglob("suggestions.sqlite")
    with contextlib.closing(sqlite3.connect(record)) as base:
        assert base.execute("SELECT language, outcome FROM shown").fetchall() == [("python", "accepted")]
    assert b"a + b" not in record.read_bytes()
