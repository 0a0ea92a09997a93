"""The checker notices what a server must not say. The sessions of the other tests are checked by it."""

from __future__ import annotations

import copy
from typing import Any

import attrs
import pytest
from lsprotocol import types as lt

from conformance.meta import problems
from conformance.traffic import Traffic

Message = dict[str, Any]
PLACE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
CAPABILITIES: Message = {
    "window": {"workDoneProgress": True},
    "workspace": {"applyEdit": True},
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}}},
}
READY: Message = {"capabilities": {"positionEncoding": "utf-16"}}
ITEM: Message = {"label": "x", "textEdit": {"range": PLACE, "newText": "x"}}
COMMAND = {"title": "a", "command": "b"}
LIST = "textDocument/completion"
ACTIONS = "textDocument/codeAction"
BEGIN = {"token": "t", "value": {"kind": "begin", "title": "Loading"}}


def session(capabilities: Message = CAPABILITIES, **said: Any) -> Traffic:
    """A client that has been answered ``initialize``."""
    traffic = Traffic()
    params = {"capabilities": capabilities, **said}
    traffic.from_client({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
    traffic.from_server({"jsonrpc": "2.0", "id": 0, "result": READY})
    assert traffic.faults == []
    return traffic


def answered(traffic: Traffic, method: str, result: Any) -> list[str]:
    traffic.from_client({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}})
    traffic.from_server({"jsonrpc": "2.0", "id": 1, "result": result})
    return traffic.faults


def told(traffic: Traffic, method: str, params: Any, **more: Any) -> list[str]:
    traffic.from_server({"jsonrpc": "2.0", "method": method, "params": params, **more})
    return traffic.faults


@pytest.mark.parametrize(
    ("method", "result"),
    [
        (LIST, {"isIncomplete": False, "items": [ITEM]}),
        (LIST, [ITEM]),
        (LIST, None),
        (ACTIONS, [{"title": "a", "kind": "quickfix", "command": COMMAND}]),
        (ACTIONS, [{"title": "a", "command": "b", "arguments": [{"any": 1}]}]),
        ("textDocument/inlineCompletion", {"items": [{"insertText": "x", "range": PLACE}]}),
        ("hearth/chat/symbols", {"symbols": []}),
        ("shutdown", None),
    ],
)
def test_what_is_right(method: str, result: Any) -> None:
    assert answered(session(), method, result) == []


@pytest.mark.parametrize(
    ("method", "result", "complaint"),
    [
        (LIST, {"items": [ITEM]}, "isIncomplete is missing"),
        (LIST, [{**ITEM, "lable": "x"}], "lable is no field"),
        (LIST, [{**ITEM, "kind": "text"}], "kind is no"),
        (LIST, [{**ITEM, "detail": None}], "detail is null"),
        (LIST, [{**ITEM, "preselect": True}], "preselect without"),
        (LIST, [{**ITEM, "insertTextFormat": 2}], "a snippet without"),
        (LIST, [{**ITEM, "insertTextMode": 1}], "insertTextMode 1 without"),
        (LIST, [{**ITEM, "documentation": {"kind": "markdown", "value": ""}}], "documentation as markdown"),
        (LIST, {"isIncomplete": True, "items": [], "itemDefaults": {"data": 1}}, "itemDefaults.data"),
        (
            ACTIONS,
            [{"title": "a", "isPreferred": True, "command": COMMAND}],
            "isPreferred without",
        ),
        (ACTIONS, [{"title": "a", "data": 1}], "does not resolve it"),
        (ACTIONS, [{"title": "a", "edit": {"documentChanges": []}}], "documentChanges, which"),
        ("hearth/chat/symbols", {"symbol": []}, "symbol is no field"),
    ],
)
def test_what_is_wrong(method: str, result: Any, complaint: str) -> None:
    assert any(complaint in fault for fault in answered(session(), method, result))


def test_actions_for_a_client_that_knows_commands_only() -> None:
    action = {"title": "a", "command": COMMAND}
    assert "commands only" in answered(session({}), ACTIONS, [action])[0]


@pytest.mark.parametrize(
    ("method", "params", "more", "complaint"),
    [
        ("workspace/configuration", {"items": []}, {"id": 9}, "without the capability"),
        ("window/showDocument", {"uri": "file:///a"}, {"id": 9}, "without the capability"),
        ("workspace/applyEdit", {"edit": {}}, {}, "otherwise"),
        ("workspace/applyEdit", {"edit": {"changeAnnotations": {}, "documentChanges": []}}, {"id": 9}, "documentCh"),
        ("shutdown", None, {"id": 9}, "does not send this"),
        ("hearth/edit/delta", {}, {}, "is missing"),
        ("$/progress", BEGIN, {}, "nobody created"),
        ("client/registerCapability", {"registrations": [{"id": "a", "method": LIST}]}, {"id": 9}, "is registered"),
    ],
)
def test_what_should_not_be_sent(method: str, params: Any, more: Message, complaint: str) -> None:
    assert any(complaint in fault for fault in told(session(), method, params, **more))


def test_progress_has_an_order() -> None:
    traffic = session()
    told(traffic, "window/workDoneProgress/create", {"token": "t"}, id="p")
    assert told(traffic, "$/progress", BEGIN) == []
    assert told(traffic, "$/progress", {"token": "t", "value": {"kind": "end"}}) == []
    assert "after end" in told(traffic, "$/progress", {"token": "t", "value": {"kind": "report"}})[0]


def test_nothing_comes_before_the_answer_to_initialize() -> None:
    traffic = Traffic()
    assert told(traffic, "window/logMessage", {"type": 3, "message": ""}) == []
    assert "before the answer" in told(traffic, "workspace/applyEdit", {"edit": {}}, id=1)[0]


def test_an_answer_to_nothing() -> None:
    traffic = session()
    traffic.from_server({"jsonrpc": "2.0", "id": 7, "result": None})
    assert "was not asked" in traffic.faults[0]


def test_numbers_have_their_range() -> None:
    place = copy.deepcopy(PLACE)
    place["start"]["line"] = -1
    assert list(problems(place, lt.Range, "range"))
    assert list(problems({"line": True, "character": 0}, lt.Position))


def test_every_message_of_the_meta_model_can_be_checked() -> None:
    for method, (_, response, params, _) in lt.METHOD_TO_TYPES.items():
        kinds = [params] if response is None else [params, attrs.fields(response).result.type]
        for kind in kinds:
            for value in ({}, [], [{}], 1, None):
                assert isinstance(list(problems(value, kind, method)), list)
