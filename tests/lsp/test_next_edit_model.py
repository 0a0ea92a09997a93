"""The next edit from a model, through the real process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lsp.conftest import Stage, inline
from lsp.raw_client import Client
from lsp.test_actions import PLAIN
from lsp.test_next_edit import accept, change, following

URI = "file:///w/ws/shop.py"
CODE = "def price(items):\n    total = 0\n    return total\n\n\ndef show(items):\n    print(price(items))\n"
EDITED = CODE.replace("total = 0", "total = sum(items)")
ANSWER = EDITED.replace("    print(price(items))", '    print("total", price(items))')


def begin(stage: Stage, answer: str, **spelled: Any) -> Client:
    spec = stage.script("sweep-next-edit", spelled={"text": "\n" + answer.rstrip("\n"), **spelled})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, chat={"text": "never asked"})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    return client


def test_where_syntax_finds_nothing_the_model_is_asked(stage: Stage) -> None:
    client = begin(stage, ANSWER)
    edit = following(client)
    assert (edit["uri"], edit["version"], edit["newText"]) == (URI, 2, '"total", ')
    assert edit["range"]["start"] == edit["range"]["end"] == {"line": 6, "character": 10}
    (asked,) = stage.events("spelled")
    assert asked["background"]
    assert asked["prompt"] == (
        f"<|file_sep|>original/shop.py\n{CODE}<|file_sep|>current/shop.py\n{EDITED}<|file_sep|>updated/shop.py"
    )


@pytest.mark.parametrize(
    ("family", "wrap", "parts"),
    [
        (
            "zeta",
            "<|editable_region_start|>\n{}\n<|editable_region_end|>\n```",
            ["User edited shop.py:\n```diff\n@@", "-    total = 0\n+    total = sum(items)\n", "<|start_of_file|>\n"],
        ),
        (
            "zeta-2",
            "{}\n>>>>>>> UPDATED\n",
            ["<filename>edit_history\n--- a/shop.py\n+++ b/shop.py\n@@", "<<<<<<< CURRENT\ndef price(items):\n"],
        ),
    ],
)
def test_other_families(stage: Stage, family: str, wrap: str, parts: list[str]) -> None:
    spec = stage.script(family, spelled={"text": wrap.format(ANSWER.rstrip("\n"))})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, chat={"text": ""})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    assert following(client)["newText"] == '"total", '
    (asked,) = stage.events("spelled")
    assert [part for part in parts if part not in asked["prompt"]] == []


def test_it_is_not_asked_where_syntax_finds_something(stage: Stage) -> None:
    client = begin(stage, ANSWER)
    assert following(client)
    change(client, 3, 5, 4, 8, "display")
    change(client, 4, 0, 4, 9, "cost")
    assert following(client)["title"] == "price → cost"
    assert len(stage.events("spelled")) == 1


def test_what_else_it_said_follows_without_asking_again(stage: Stage) -> None:
    client = begin(stage, ANSWER.replace("return total", "return total or 0"))
    first = following(client)
    assert (first["newText"], first["left"]) == (" or 0", 2)
    accept(client, first, 3)
    second = following(client)
    assert (second["newText"], second["left"]) == ('"total", ', 1)
    assert len(stage.events("spelled")) == 1


def test_other_edits_are_shown_and_private_documents_and_secrets_are_not(stage: Stage) -> None:
    client = begin(stage, ANSWER)
    client.open("file:///w/ws/.env", "MODE = 'private'\n")
    client.open("file:///w/ws/till.py", "open_till = 1\n")
    change(client, 2, 0, 8, 15, "public!", uri="file:///w/ws/.env")
    change(client, 2, 0, 12, 13, "'sk-proj-aB3dE5gH7jK9mN1pQ3sT5vX7'", uri="file:///w/ws/till.py")
    change(client, 3, 2, 11, 16, "total + 1")
    assert following(client)["newText"] == '"total", ', "what takes back the last edit is left out"
    (asked,) = stage.events("spelled")
    assert asked["prompt"].startswith(
        "<|file_sep|>till.py.diff\noriginal:\nopen_till = 1\nupdated:\nopen_till = '[redacted: API key]'\n"
        "<|file_sep|>original/shop.py\n"
    )
    assert "public" not in asked["prompt"]


def test_a_private_document_is_not_asked_about(stage: Stage) -> None:
    client = begin(stage, ANSWER)
    uri = "file:///w/ws/secrets/.env"
    client.open(uri, CODE)
    change(client, 2, 1, 12, 13, "sum(items)", uri=uri)
    assert following(client, uri) is None
    assert stage.events("spelled") == []


def test_the_next_key_ends_it(stage: Stage) -> None:
    client = begin(stage, ANSWER, delay_ms=10_000)
    asked = client.ask("hearth/nextEdit", {"textDocument": {"uri": URI}})
    stage.until("spelled")
    change(client, 3, 1, 12, 12, "x")
    assert client.answer(asked)["result"]["edit"] is None
    stage.until("cancelled")


def test_it_ends_when_nobody_waits_for_it_and_can_be_asked_again(stage: Stage) -> None:
    client = begin(stage, ANSWER, delay_ms=10_000)
    asked = [client.ask("hearth/nextEdit", {"textDocument": {"uri": URI}}) for _ in range(2)]
    stage.until("spelled")
    client.notify("$/cancelRequest", {"id": asked[0]})
    client.answer(asked[0])
    client.settle()
    assert stage.events("cancelled") == [], "somebody else still waits"
    client.notify("$/cancelRequest", {"id": asked[1]})
    stage.until("cancelled")
    client.ask("hearth/nextEdit", {"textDocument": {"uri": URI}})
    stage.until("spelled", 2)


def test_a_model_of_no_known_family_is_told_once(stage: Stage) -> None:
    spec = stage.script("whatever", spelled={"text": ANSWER})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, chat={"text": ""})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    assert following(client) is None
    assert "does not know how to ask" in client.notification("window/showMessage")["message"]
    change(client, 3, 1, 12, 12, "x")
    assert following(client) is None
    assert stage.events("spelled") == []


def test_a_model_that_fails_leaves_completions_alone(stage: Stage) -> None:
    spec = stage.script("sweep-next-edit", spelled={"text": ANSWER}, fail={"code": "unavailable", "message": "Gone."})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, completion={"text": "return 1"})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    assert following(client) is None
    assert "Next edit: Gone." in client.notification("window/showMessage")["message"]
    result = client.request("textDocument/inlineCompletion", inline(URI, 4, 0))
    assert result["items"][0]["insertText"] == "return 1"


def test_without_the_setting_nothing_is_asked(stage: Stage) -> None:
    client = stage.client(spelled={"text": "\n" + ANSWER}, chat={"text": ""})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    assert following(client) is None
    assert stage.events("spelled") == []


def test_as_a_command_and_a_code_action(stage: Stage) -> None:
    spec = stage.script("sweep-next-edit", spelled={"text": "\n" + ANSWER})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, chat={"text": ""})
    client.initialize(capabilities=PLAIN)
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    following(client)
    here = {"line": 1, "character": 4}
    params = {"textDocument": {"uri": URI}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    action = client.request("textDocument/codeAction", params)[0]
    assert action["title"] == 'Apply the next edit: print("total", price(items)) (shop.py, line 7)'
    client.request("workspace/executeCommand", {"command": action["command"], "arguments": []})
    (made,) = client.notification("workspace/applyEdit")["edit"]["changes"][URI]
    assert made["newText"] == '"total", '


def test_it_waits_for_a_completion_that_is_under_way(stage: Stage) -> None:
    spec = stage.script("sweep-next-edit", spelled={"text": "\n" + ANSWER})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, completion={"text": "return 1", "delay_ms": 300})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    completing = client.ask("textDocument/inlineCompletion", inline(URI, 4, 0))
    stage.until("complete")
    assert following(client)["newText"] == '"total", '
    client.answer(completing)
    record = (stage.home / "record.jsonl").read_text(encoding="utf-8").splitlines()
    ends = [event for row in record if (event := json.loads(row)["event"]) in ("done", "cancelled", "spelled")]
    assert ends.index("spelled") == 1, "behind the end of the completion"


def test_a_prompt_that_is_too_long_is_nobodys_business(stage: Stage) -> None:
    fail = {"code": "context_too_long", "message": "Too long.", "during": ["spelled"]}
    spec = stage.script("sweep-next-edit", spelled={"text": ANSWER}, fail=fail)
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, completion={"text": ""})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    assert following(client) is None
    change(client, 3, 1, 12, 12, "x")
    assert following(client) is None
    assert len(stage.events("spelled")) == 2, "it is asked again"
    assert [each for each in client.settle() if each.get("method") == "window/showMessage"] == []
