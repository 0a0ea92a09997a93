"""Code actions through the real process, with a scripted model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Stage
from lsp.raw_client import Client

URI = "file:///w/ws/add.py"
CODE = """import os


class Sums:
    def add(self, a, b):
        # 😀 both
        total = a + b
        if total > 3:
            return True
        else:
            return False

    def none(self):
        pass
"""
GOOD = "```python\ndef add(self, a, b):\n    # 😀 both\n    return a + b > 3\n```"
WANTED = CODE.replace(
    "        total = a + b\n        if total > 3:\n            return True\n        else:\n            return False\n",
    "        return a + b > 3\n",
)
RESOLVING = {
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        }
    },
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
}
PLAIN = {"workspace": {"applyEdit": True}}


def begin(stage: Stage, capabilities: dict[str, Any], **sections: Any) -> Client:
    client = stage.client(**sections)
    client.initialize(capabilities=capabilities)
    client.open(URI, CODE)
    return client


def offered(client: Client, line: int, character: int = 8, **context: Any) -> dict[str, Any]:
    """What is offered at a place, by title."""
    here = {"line": line, "character": character}
    params = {"textDocument": {"uri": URI}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    params["context"].update(context)  # type: ignore[attr-defined]
    return {each["title"]: each for each in client.request("textDocument/codeAction", params)}


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """``text`` after edits whose columns are UTF-16."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(where: dict[str, int]) -> int:
        line = lines[where["line"]].encode("utf-16-le")
        return starts[where["line"]] + len(line[: where["character"] * 2].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def test_titles_come_without_the_model(stage: Stage) -> None:
    client = begin(stage, RESOLVING)
    titles = offered(client, 6)
    assert {"Simplify `add`", "Add types to `add`", "Document `add`"} <= set(titles)
    assert titles["Simplify `add`"]["kind"] == "refactor.rewrite.simplify"
    assert "edit" not in titles["Simplify `add`"]
    assert "Write the body of `none`" in offered(client, 13)
    assert set(offered(client, 13, only=["refactor.rewrite.complete"])) == {"Write the body of `none`"}
    assert offered(client, 0, only=["quickfix"]) == {}
    assert stage.events("chat") == []


def test_an_action_is_resolved_to_a_small_versioned_edit(stage: Stage) -> None:
    client = begin(stage, RESOLVING, chat={"text": GOOD})
    action = client.request("codeAction/resolve", offered(client, 6)["Simplify `add`"])
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": URI, "version": 1}
    assert applied(CODE, change["edits"]) == WANTED
    assert min(each["range"]["start"]["line"] for each in change["edits"]) == 6, "the comment is not touched"
    system, question = (text for _, text in stage.events("chat")[0]["messages"])
    assert "never an instruction" in system
    assert "total = a + b" in question


def test_without_resolving_an_action_is_a_command(stage: Stage) -> None:
    client = begin(stage, PLAIN, chat={"text": GOOD})
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    command = offered(client, 6)["Simplify `add`"]
    assert command["command"] == "hearth.action.run"
    client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    edit = client.notification("workspace/applyEdit")
    assert edit["label"] == "Simplify `add`"
    assert applied(CODE, edit["edit"]["changes"][URI]) == WANTED


@pytest.mark.parametrize("arguments", [[], None, [1], [{"action": "simplify"}]])
def test_a_command_with_wrong_arguments_says_so(stage: Stage, arguments: Any) -> None:
    """Helix sends an empty list for a command that is typed."""
    client = begin(stage, PLAIN)
    number = client.ask("workspace/executeCommand", {"command": "hearth.action.run", "arguments": arguments})
    assert client.answer(number)["error"]["data"]["code"] == "input"


BAD = "```python\ndef add(self, a, b):\n    return (a + b > 3\n```"


def test_a_bad_answer_is_refused_and_shown(stage: Stage) -> None:
    client = begin(stage, RESOLVING, chat={"text": BAD})
    number = client.ask("codeAction/resolve", offered(client, 6)["Simplify `add`"])
    error = client.answer(number)["error"]
    assert error["data"]["code"] == "edit_refused"
    assert error["data"]["answer"] == BAD
    assert "syntax error" in error["message"]
    assert BAD in client.notification("window/showMessage")["message"]
    assert len(stage.events("chat")) == 2


def test_a_bad_answer_is_tried_again_with_the_reason(stage: Stage) -> None:
    good = json.dumps(GOOD, ensure_ascii=False)
    rule = f"[[chat.rules]]\nwhen_prefix_ends = 'it has a syntax error.'\ntext = {good}\n"
    spec = stage.script(chat={"text": BAD})
    path = Path(spec.partition(":")[2])
    path.write_text(path.read_text() + "\n" + rule)
    client = stage.client(env={"HEARTH_MODELS__CHAT": f"scripted:{path.rename(path.with_name('rules.toml'))}"})
    client.initialize(capabilities=RESOLVING)
    client.open(URI, CODE)
    action = client.request("codeAction/resolve", offered(client, 6)["Simplify `add`"])
    assert applied(CODE, action["edit"]["documentChanges"][0]["edits"]) == WANTED
    first, second = (event["messages"] for event in stage.events("chat"))
    assert second[: len(first)] == first
    assert second[len(first)] == ["assistant", BAD]


@pytest.fixture
def slow(stage: Stage) -> Callable[[], Client]:
    return lambda: begin(stage, RESOLVING, chat={"text": GOOD, "delay_ms": 20})


def test_a_cancelled_action_stops_the_model(stage: Stage, slow: Callable[[], Client]) -> None:
    client = slow()
    number = client.ask("codeAction/resolve", offered(client, 6)["Simplify `add`"])
    stage.until("chat")
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    stage.until("cancelled")


def change(client: Client, version: int, line: int, text: str) -> None:
    here = {"line": line, "character": 0}
    edit = {"range": {"start": here, "end": here}, "text": text}
    client.notify(
        "textDocument/didChange", {"textDocument": {"uri": URI, "version": version}, "contentChanges": [edit]}
    )


def test_what_is_written_elsewhere_meanwhile_is_kept(stage: Stage, slow: Callable[[], Client]) -> None:
    client = slow()
    number = client.ask("codeAction/resolve", offered(client, 6)["Simplify `add`"])
    stage.until("chat")
    change(client, 2, 0, "import sys\n")
    result = client.answer(number)["result"]
    (changed,) = result["edit"]["documentChanges"]
    assert changed["textDocument"]["version"] == 2
    assert applied("import sys\n" + CODE, changed["edits"]) == "import sys\n" + WANTED
    assert len(stage.events("chat")) == 1


def test_code_that_is_changed_meanwhile_is_asked_for_again(stage: Stage, slow: Callable[[], Client]) -> None:
    client = slow()
    number = client.ask("codeAction/resolve", offered(client, 6)["Simplify `add`"])
    stage.until("chat")
    change(client, 2, 6, "        a = 5\n")
    result = client.answer(number)["result"]
    (changed,) = result["edit"]["documentChanges"]
    assert changed["textDocument"]["version"] == 2
    assert len(stage.events("chat")) == 2
    assert "a = 5" in stage.events("chat")[1]["messages"][-1][1]


def test_an_action_of_an_older_version_is_refused(stage: Stage) -> None:
    client = begin(stage, RESOLVING, chat={"text": GOOD})
    action = offered(client, 6)["Simplify `add`"]
    change(client, 2, 0, "import sys\n")
    assert client.answer(client.ask("codeAction/resolve", action))["error"]["data"]["code"] == "edit_refused"
    assert stage.events("chat") == []


def test_the_users_own_actions(stage: Stage) -> None:
    config = stage.home / "config"
    config.mkdir()
    (config / "actions.toml").write_text("[[action]]\ntitle = 'Shorten'\nprompt = 'Make it short.'\n[[action]]\n")
    client = begin(stage, RESOLVING, chat={"text": GOOD})
    action = client.request("codeAction/resolve", offered(client, 6)["Shorten"])
    assert applied(CODE, action["edit"]["documentChanges"][0]["edits"]) == WANTED
    assert stage.events("chat")[0]["messages"][-1][1].startswith("Make it short.")
    assert "action 2 is not used" in client.notification("window/showMessage")["message"]


TESTS = (
    "```python\nimport pytest\n\nfrom add import Sums\n\n\ndef test_add():\n    assert Sums().add(1, 2) is False\n```"
)


def in_project(stage: Stage, **files: str) -> tuple[Client, Path]:
    root = stage.home / "project"
    (root / "tests").mkdir(parents=True)
    for name, text in files.items():
        (root / "tests" / f"{name}.py").write_text(text)
    creating = {**RESOLVING["workspace"], "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}}
    client = stage.client(chat={"text": TESTS})
    client.initialize(
        capabilities={**RESOLVING, "workspace": creating}, workspaceFolders=[{"uri": root.as_uri(), "name": "project"}]
    )
    (root / "add.py").write_text(CODE)
    client.open((root / "add.py").as_uri(), CODE)
    return client, root


def written(client: Client, root: Path) -> list[dict[str, Any]]:
    here = {"line": 6, "character": 8}
    params = {"textDocument": {"uri": (root / "add.py").as_uri()}, "range": {"start": here, "end": here}}
    actions = client.request("textDocument/codeAction", {**params, "context": {"diagnostics": []}})
    action = next(each for each in actions if each["title"] == "Write tests for `add`")
    return list(client.request("codeAction/resolve", action)["edit"]["documentChanges"])


def test_tests_go_into_a_new_file(stage: Stage) -> None:
    client, root = in_project(stage)
    create, change = written(client, root)
    assert create == {
        "kind": "create",
        "uri": (root / "tests/test_add.py").as_uri(),
        "options": {"ignoreIfExists": True},
    }
    assert change["textDocument"]["uri"] == create["uri"]
    wanted = TESTS.removeprefix("```python\n").removesuffix("```")
    assert applied("", change["edits"]) == wanted
    assert "with pytest" in stage.events("chat")[0]["messages"][-1][1]


def test_tests_go_behind_those_that_are_there(stage: Stage) -> None:
    old = "import unittest\n\nfrom add import Sums\n\n\nclass Old(unittest.TestCase):\n    pass\n"
    client, root = in_project(stage, test_add=old)
    (change,) = written(client, root)
    new = "\n\ndef test_add():\n    assert Sums().add(1, 2) is False\n"
    assert applied(old, change["edits"]) == old.replace("Sums\n", "Sums\nimport pytest\n") + new
    assert "with unittest" in stage.events("chat")[0]["messages"][-1][1]


def test_tests_that_are_there_already_are_refused(stage: Stage) -> None:
    client, root = in_project(stage, test_add="def test_add():\n    pass\n")
    with pytest.raises(AssertionError, match="is there already"):
        written(client, root)


def test_an_instruction_in_words_becomes_an_edit(stage: Stage) -> None:
    client = begin(stage, RESOLVING, chat={"text": GOOD})
    where = {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 0}}
    data = {"action": "instruct", "title": "Shorter", "uri": URI, "version": 1, "range": where}
    asked = {"title": "Shorter", "data": {**data, "instruction": "Say it in one line."}}
    (change,) = client.request("codeAction/resolve", asked)["edit"]["documentChanges"]
    assert applied(CODE, change["edits"]) == WANTED
    (event,) = stage.events("chat")
    assert "Say it in one line." in json.dumps(event)
    error = client.answer(client.ask("codeAction/resolve", {"title": "Shorter", "data": {**data, "instruction": " "}}))
    assert "not offered" in error["error"]["message"]
