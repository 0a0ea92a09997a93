"""Code actions for every editor whose ``initialize`` was recorded, and for clients that can less."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hearth.lsp import kept_edits
from lsp.conftest import Stage
from lsp.raw_client import Client
from lsp.test_actions import CODE, GOOD, PLAIN, RESOLVING, URI, WANTED, begin, offered
from lsp.test_editors import ENCODINGS, RECORDED

COMMANDED = ("eglot-", "helix-", "lsp-mode-", "ale-", "kate-")
UNVERSIONED = ("neovim-", "ale-")
EDITLESS = ("kate-",)
"""They do not say that they take edits. Kate does so for two seconds after a command."""
TITLE = "Simplify `add`"
EMOJI = CODE.replace("# 😀 both", "# 😀 both").replace("total = a + b", "total = '😀😀' and a + b")
"""The edit begins behind characters outside the basic plane, on a line that it shares with them."""
ANSWER = GOOD.replace("return a + b", "return '😀😀' and b + a")
RESULT = WANTED.replace("return a + b", "return '😀😀' and b + a")


def applied(text: str, edits: list[dict[str, Any]], encoding: str) -> str:
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    lines = text.split("\n")

    def offset(where: dict[str, int]) -> int:
        line = lines[where["line"]].encode(codec)[: where["character"] * width].decode(codec)
        return sum(len(each) + 1 for each in lines[: where["line"]]) + len(line)

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_an_editor(path: Path, stage: Stage) -> None:
    recorded: dict[str, Any] = json.loads(path.read_text())
    client = stage.client(chat={"text": ANSWER})
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    capabilities = client.initialize(recorded, processId=None)["capabilities"]
    encoding = next(value for prefix, value in ENCODINGS.items() if path.stem.startswith(prefix))
    resolves = not path.stem.startswith(COMMANDED)
    assert capabilities["codeActionProvider"]["resolveProvider"] is resolves
    assert "hearth.action.run" in capabilities["executeCommandProvider"]["commands"]
    client.open(URI, EMOJI)
    if path.stem.startswith(EDITLESS):
        assert set(offered(client, 6)) == {"Explain `add`", "Ask Hearth about this"}
        return
    action = offered(client, 6)[TITLE]
    if resolves:
        edit = client.request("codeAction/resolve", action)["edit"]
    else:
        command = action["command"]
        client.request("workspace/executeCommand", {key: command[key] for key in ("command", "arguments")})
        edit = client.notification("workspace/applyEdit")["edit"]
    if path.stem.startswith(UNVERSIONED):
        edits = edit["changes"][URI]
    else:
        (change,) = edit["documentChanges"]
        edits = change["edits"]
    labels = bool(recorded["capabilities"]["workspace"].get("workspaceEdit", {}).get("changeAnnotationSupport"))
    assert ("changeAnnotations" in edit) is (labels and "documentChanges" in edit)
    assert applied(EMOJI, edits, encoding) == RESULT
    assert client.exit() == 0
    assert "Traceback" not in client.stderr()


def test_a_client_that_announces_nothing_is_offered_what_changes_nothing(stage: Stage) -> None:
    client = begin(stage, {}, chat={"text": "It adds."})
    titles = offered(client, 6)
    assert set(titles) == {"Explain `add`", "Ask Hearth about this"}
    assert isinstance(titles["Explain `add`"]["command"], str), "a bare command: it knows no code actions"


def test_one_word_is_where_the_cursor_is(stage: Stage) -> None:
    """Helix's cursor is a selection of one sign, and eglot sends the word at point."""
    client = begin(stage, RESOLVING)
    line = CODE.split("\n")[6]
    first = len(line) - len(line.lstrip())
    word = len(line[first:].split()[0])
    titles = []
    for length in (0, 1, word, word + 2):
        where = {"start": {"line": 6, "character": first}, "end": {"line": 6, "character": first + length}}
        params = {"textDocument": {"uri": URI}, "range": where, "context": {"diagnostics": []}}
        titles.append([each["title"] for each in client.request("textDocument/codeAction", params)])
    assert titles[0] == titles[1] == titles[2]
    assert TITLE in titles[0]
    assert "Explain the selection" in titles[3]


def command(client: Client) -> None:
    chosen = offered(client, 6)[TITLE]
    client.request("workspace/executeCommand", {key: chosen[key] for key in ("command", "arguments")})


def test_a_document_that_cannot_be_written(stage: Stage) -> None:
    client = begin(stage, PLAIN, chat={"text": GOOD})
    client.answers["workspace/applyEdit"] = lambda _: {"applied": False, "failureReason": "it is read-only"}
    command(client)
    told = client.notification("window/showMessage")["message"]
    assert "did not apply the change: it is read-only" in told
    found = re.search(r"kept as a patch in (.*\.patch)\. Try again", told)
    assert found, told
    patch = Path(found[1]).read_text(encoding="utf-8")
    assert "\n+" in patch
    assert Path(found[1]).stat().st_mode & 0o77 == 0


def test_a_change_that_was_not_taken_can_be_made_by_hand(tmp_path: Path) -> None:
    """Also where a document ends without a line feed, or has other ends of lines, or what some take for them."""
    for before, after in (
        ("a\nb\n", "a\nc\n"),
        ("a\nb", "a\nb\nc"),
        ("a\nb\n", "a\nb"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
        ("a\x0c\u2028b\nc\n", "a\x0c\u2028B\nc\nd\n"),
    ):
        patch = kept_edits.keep(tmp_path / "state", "sub/two words.py", before, after)
        file = tmp_path / "sub" / "two words.py"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(before.encode())
        subprocess.run(["git", "apply", "--whitespace=nowarn", patch], cwd=tmp_path, check=True)
        assert file.read_bytes() == after.encode()


def test_only_the_newest_changes_are_kept(tmp_path: Path) -> None:
    paths = [kept_edits.keep(tmp_path, "a.py", "a\n", f"{number}\n") for number in range(25)]
    assert [path.exists() for path in paths] == [False] * 5 + [True] * 20


def test_a_model_that_is_not_there(stage: Stage) -> None:
    fail = {"code": "unavailable", "message": "Nothing answers.", "hint": "Start it.", "during": ["chat"]}
    client = begin(stage, PLAIN, fail=fail)
    command(client)
    assert client.notification("window/showMessage")["message"] == "Nothing answers. Start it."


def test_two_actions_at_once(stage: Stage) -> None:
    client = begin(stage, RESOLVING, chat={"text": GOOD, "delay_ms": 5})
    action = offered(client, 6)[TITLE]
    numbers = [client.ask("codeAction/resolve", action) for _ in range(2)]
    edits = [client.answer(number)["result"]["edit"] for number in numbers]
    assert edits[0] == edits[1]


def test_of_two_commands_at_once_the_second_meets_what_the_first_made(stage: Stage) -> None:
    """The editor applies the first while the second is under way; nothing is applied to a text that is gone."""
    client = begin(stage, PLAIN, chat={"text": GOOD, "delay_ms": 5})
    texts = [CODE]

    def apply(params: dict[str, Any]) -> dict[str, Any]:
        texts.append(applied(texts[-1], params["edit"]["changes"][URI], "utf-16"))
        document = {"uri": URI, "version": len(texts)}
        changes = [{"text": texts[-1]}]
        client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
        return {"applied": True}

    client.answers["workspace/applyEdit"] = apply
    chosen = offered(client, 6)[TITLE]
    for _ in range(2):
        client.request("workspace/executeCommand", {key: chosen[key] for key in ("command", "arguments")})
    client.notification("workspace/applyEdit")
    told = client.notification("window/showMessage")["message"]
    assert texts == [CODE, WANTED]
    assert "changes nothing" in told or "changed" in told


def test_the_code_is_shown_while_it_is_written(stage: Stage) -> None:
    capabilities = {**RESOLVING, "experimental": {"hearth": {"editDelta": True}}}
    client = begin(stage, capabilities, chat={"text": GOOD, "chunk_chars": 3})
    client.request("codeAction/resolve", offered(client, 6)[TITLE])
    shown = [each["params"] for each in client.inbox if each["method"] == "hearth/edit/delta"]
    assert [each["done"] for each in shown] == [False] * (len(shown) - 1) + [True]
    texts = [each["text"] for each in shown[1:-1]]
    assert texts == sorted(texts, key=len)
    assert texts[-1] == "def add(self, a, b):\n    # 😀 both\n    return a + b > 3"
    assert {each["version"] for each in shown} == {1}
    assert shown[0]["range"] == {"start": {"line": 4, "character": 0}, "end": {"line": 10, "character": 24}}


def test_who_takes_no_code_reads_how_far_it_is(stage: Stage) -> None:
    client = begin(stage, {**RESOLVING, "window": {"workDoneProgress": True}}, chat={"text": GOOD, "delay_ms": 200})
    number = client.ask("codeAction/resolve", offered(client, 6)[TITLE])
    begun = client.notification("$/progress", lambda params: params["value"].get("title") == f"Hearth: {TITLE}")
    written = client.notification("$/progress", lambda params: params["value"].get("message") == "Line 2")
    assert "edit" in client.answer(number)["result"]
    ended = client.notification(
        "$/progress", lambda params: (params["token"], params["value"]["kind"]) == (begun["token"], "end")
    )
    assert written["token"] == begun["token"] == ended["token"]


def test_what_goes_into_another_file_is_not_shown_in_this_one(stage: Stage, tmp_path: Path) -> None:
    workspace = {"applyEdit": True, "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}}
    capabilities = {**RESOLVING, "workspace": workspace, "experimental": {"hearth": {"editDelta": True}}}
    client = stage.client(chat={"text": "```python\ndef test_add():\n    assert Sums().add(1, 2) is False\n```"})
    client.initialize(capabilities=capabilities, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    uri = (tmp_path / "add.py").as_uri()
    client.open(uri, CODE)
    here = {"line": 6, "character": 8}
    params = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    actions = client.request("textDocument/codeAction", params)
    action = next(each for each in actions if each["title"] == "Write tests for `add`")
    changes = client.request("codeAction/resolve", action)["edit"]["documentChanges"]
    assert changes[-1]["textDocument"]["uri"] != uri
    assert not [each for each in client.inbox if each["method"] == "hearth/edit/delta"]


def test_a_client_that_tells_errors_is_sent_no_message_beside_them(stage: Stage) -> None:
    client = stage.client(chat={"text": "No."})
    client.initialize(capabilities=RESOLVING, initializationOptions={"hearth": {"editErrors": True}})
    client.open(URI, CODE)
    error = client.answer(client.ask("codeAction/resolve", offered(client, 6)[TITLE]))["error"]
    assert "cannot be used" in error["message"]
    assert "The model answered:\nNo." in error["message"]
    client.request("hearth/status", {})
    assert not [each for each in client.inbox if each["method"] == "window/showMessage"]


def test_an_action_is_stopped_by_its_progress(stage: Stage) -> None:
    capabilities = {**RESOLVING, "window": {"workDoneProgress": True}}
    client = begin(stage, capabilities, chat={"text": GOOD, "delay_ms": 50})
    number = client.ask("codeAction/resolve", offered(client, 6)[TITLE])
    stage.until("chat")
    told = client.notification("$/progress", lambda params: params["value"].get("title") == f"Hearth: {TITLE}")
    client.notify("window/workDoneProgress/cancel", {"token": told["token"]})
    assert client.answer(number)["error"]["code"] == -32800
    stage.until("cancelled")


def test_a_file_with_no_grammar_and_an_empty_one(stage: Stage) -> None:
    client = begin(stage, RESOLVING)
    here = {"line": 0, "character": 0}
    for uri, language, text in (("file:///w/a.xyz", "xyz", "x = 1\n"), ("file:///w/b.py", "python", "")):
        client.open(uri, text, language)
        params = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
        titles = [each["title"] for each in client.request("textDocument/codeAction", params)]
        assert titles == (["Explain this file", "Ask Hearth about this"] if text else [])


def test_a_secret_is_shown_to_no_model(stage: Stage) -> None:
    client = begin(stage, RESOLVING, chat={"text": GOOD})
    uri = "file:///w/ws/.env.py"
    client.open(uri, CODE)
    here = {"line": 6, "character": 8}
    params = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    action = next(each for each in client.request("textDocument/codeAction", params) if each["title"] == TITLE)
    assert "secrets" in client.answer(client.ask("codeAction/resolve", action))["error"]["message"]
    assert stage.events("chat") == []


def test_an_action_that_is_a_command_may_be_resolved_too(stage: Stage) -> None:
    """Helix does."""
    client = begin(stage, RESOLVING)
    action = offered(client, 6)["Explain `add`"]
    assert client.request("codeAction/resolve", action)["command"] == action["command"]


def test_a_client_that_agrees_to_a_progress_late_is_not_waited_for(stage: Stage) -> None:
    """It may stand still until it has the edit; then it agrees to a progress that must end at once."""
    client = begin(stage, {**RESOLVING, "window": {"workDoneProgress": True}}, chat={"text": GOOD})
    client.silent.add("window/workDoneProgress/create")
    assert client.request("codeAction/resolve", offered(client, 6)[TITLE])["edit"]
    asked = client.wait(lambda message: message.get("method") == "window/workDoneProgress/create")
    assert not [each for each in client.settle() if each["method"] == "$/progress"]
    client.send({"jsonrpc": "2.0", "id": asked["id"], "result": None})
    kinds = [client.notification("$/progress")["value"]["kind"] for _ in range(2)]
    assert kinds == ["begin", "end"]


def test_ale_is_sent_edits_that_it_does_not_answer(stage: Stage) -> None:
    recorded: dict[str, Any] = json.loads(next(each for each in RECORDED if each.stem.startswith("ale-")).read_text())
    client = stage.client(chat={"text": ANSWER})
    client.silent.add("workspace/applyEdit")
    client.initialize(recorded, processId=None)
    client.open(URI, EMOJI)
    for _ in range(2):  # The first one ends although nobody answers, and leaves nothing that stands in the way.
        command = offered(client, 6)[TITLE]["command"]
        client.request("workspace/executeCommand", {key: command[key] for key in ("command", "arguments")})
        edit = client.notification("workspace/applyEdit")["edit"]
        assert applied(EMOJI, edit["changes"][URI], "utf-8") == RESULT
    assert not [each for each in client.settle() if each["method"] == "window/showMessage"]
    assert client.exit() == 0
    assert "Traceback" not in client.stderr()
