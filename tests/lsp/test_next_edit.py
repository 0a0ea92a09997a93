"""The next edit through the real process: asked for, as a code action, and in other files."""

from __future__ import annotations

from typing import Any

from lsp.conftest import Stage
from lsp.raw_client import Client
from lsp.test_actions import PLAIN, RESOLVING

URI, OTHER = "file:///w/ws/shop.py", "file:///w/ws/till.py"
CODE = "def price(items):\n    total = '😀'; total = 0\n    return total\n\n\nprint(price([1]))\n"
USES = "from shop import price\n\nprint(price([2]))\n"


def begin(stage: Stage, capabilities: dict[str, Any]) -> Client:
    client = stage.client(chat={"text": "never asked"})
    client.initialize(capabilities=capabilities)
    client.open(URI, CODE)
    client.open(OTHER, USES)
    return client


def change(client: Client, version: int, line: int, first: int, last: int, text: str, uri: str = URI) -> None:
    where = {"start": {"line": line, "character": first}, "end": {"line": line, "character": last}}
    document = {"uri": uri, "version": version}
    changes = [{"range": where, "text": text}]
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})


def following(client: Client, uri: str = URI) -> Any:
    return client.request("hearth/nextEdit", {"textDocument": {"uri": uri}})["edit"]


def accept(client: Client, edit: Any, version: int) -> None:
    start, end = edit["range"]["start"], edit["range"]["end"]
    change(client, version, start["line"], start["character"], end["character"], edit["newText"], edit["uri"])


def test_one_after_the_other_through_two_files(stage: Stage) -> None:
    client = begin(stage, {})
    assert following(client) is None, "nothing was edited"
    change(client, 2, 0, 4, 9, "cost")
    first = following(client)
    assert first["title"] == "price → cost"
    assert (first["uri"], first["version"], first["range"]["start"]) == (URI, 2, {"line": 5, "character": 6})
    accept(client, first, 3)
    second = following(client)
    assert (second["uri"], second["version"], second["newText"]) == (OTHER, 1, "cost")
    accept(client, second, 2)
    third = following(client)
    assert (third["uri"], third["range"]["start"]) == (OTHER, {"line": 2, "character": 6})
    accept(client, third, 3)
    assert following(client) is None
    assert stage.events("chat") == stage.events("complete") == []


def test_columns_behind_an_emoji_and_letter_by_letter(stage: Stage) -> None:
    client = begin(stage, {})
    change(client, 2, 2, 11, 16, "")
    for number, letter in enumerate("sum"):
        change(client, 3 + number, 2, 11 + number, 11 + number, letter)
    first = following(client)
    assert first["range"] == {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 9}}
    accept(client, first, 6)
    assert following(client)["range"]["start"] == {"line": 1, "character": 16}, "two behind the emoji: UTF-16"


def test_a_name_that_is_still_typed_is_followed_as_it_is_now(stage: Stage) -> None:
    client = begin(stage, {})
    change(client, 2, 5, 6, 11, "abs")
    change(client, 3, 0, 4, 9, "cos")
    assert (following(client)["uri"], following(client)["newText"]) == (OTHER, "cos")
    change(client, 4, 0, 7, 7, "t")
    assert (following(client)["uri"], following(client)["newText"]) == (OTHER, "cost")


def test_an_edit_that_was_not_offered_ends_it(stage: Stage) -> None:
    client = begin(stage, {})
    change(client, 2, 0, 4, 9, "cost")
    assert following(client)
    change(client, 3, 5, 0, 0, "# ")
    assert following(client) is None


def test_a_code_action_for_editors_that_know_only_those(stage: Stage) -> None:
    client = begin(stage, PLAIN)
    change(client, 2, 0, 4, 9, "cost")
    here = {"line": 0, "character": 4}
    params = {"textDocument": {"uri": URI}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    following(client)
    action = client.request("textDocument/codeAction", params)[0]
    assert action["title"] == "Apply the next edit: price → cost (shop.py, line 6)"
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    client.request("workspace/executeCommand", {"command": action["command"], "arguments": []})
    edit = client.notification("workspace/applyEdit")["edit"]
    where = {"start": {"line": 5, "character": 6}, "end": {"line": 5, "character": 11}}
    assert edit["changes"] == {URI: [{"range": where, "newText": "cost"}]}


def test_where_versions_are_known_the_edit_is_bound_to_one(stage: Stage) -> None:
    client = begin(stage, RESOLVING)
    change(client, 2, 0, 4, 9, "cost")
    client.request("workspace/executeCommand", {"command": "hearth.nextEdit.apply"})
    (document,) = client.notification("workspace/applyEdit")["edit"]["documentChanges"]
    assert document["textDocument"] == {"uri": URI, "version": 2}


def test_nothing_to_follow_is_told(stage: Stage) -> None:
    client = begin(stage, PLAIN)
    client.request("workspace/executeCommand", {"command": "hearth.nextEdit.apply"})
    assert "Nothing is likely to follow" in client.notification("window/showMessage")["message"]


def test_a_client_that_sends_whole_documents(stage: Stage) -> None:
    client = begin(stage, {})
    text = CODE.replace("def price", "def cost")
    document = {"uri": URI, "version": 2}
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
    assert following(client)["title"] == "price → cost"


def test_an_editor_that_asks_by_itself_gets_what_is_known_and_the_search_goes_on(stage: Stage) -> None:
    client = begin(stage, RESOLVING)
    change(client, 2, 0, 4, 9, "cost")
    where = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 4}}
    context = {"diagnostics": [], "triggerKind": 2}
    params = {"textDocument": {"uri": URI}, "range": where, "context": context}
    for _ in range(200):
        titles = [each["title"] for each in client.request("textDocument/codeAction", params)]
        if titles[0].startswith("Apply the next edit: price → cost"):
            return
    raise AssertionError(titles)
