"""Any JSON for any method: every request is answered exactly once, and the server goes on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unit.lsp.test_rpc import Desk

METHODS = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/inlineCompletion",
    "textDocument/completion",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "workspace/executeCommand",
    "window/workDoneProgress/cancel",
    "notebookDocument/didOpen",
    "notebookDocument/didChange",
    "hearth/chat/ask",
    "hearth/status",
    "initialized",
    "initialize",
    "$/cancelRequest",
    "$/setTrace",
    "textDocument/hover",
    "",
]
URI = "file:///w/a.py"
POSITION = st.fixed_dictionaries({"line": st.integers(-1, 3), "character": st.integers(-1, 2**40)})
RANGE = st.fixed_dictionaries({"start": POSITION, "end": POSITION})
LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | POSITION | RANGE | st.just(URI)
KEYS = st.sampled_from(
    [
        "textDocument",
        "uri",
        "position",
        "context",
        "triggerKind",
        "contentChanges",
        "range",
        "text",
        "version",
        "languageId",
        "settings",
        "hearth",
        "completion",
        "event",
        "added",
        "removed",
        "name",
        "question",
        "messages",
        "selection",
        "id",
        "token",
        "command",
        "jsonrpc",
        "type_name",
        "_x",
        "class",
    ]
)
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
DOCUMENT = st.fixed_dictionaries({"uri": st.just(URI)}, optional={"version": JSON, "text": JSON, "languageId": JSON})
NEARLY = st.fixed_dictionaries(
    {"textDocument": DOCUMENT | JSON},
    optional={
        "position": POSITION | JSON,
        "context": st.fixed_dictionaries({"triggerKind": st.integers(0, 3)}) | JSON,
        "contentChanges": st.lists(
            st.fixed_dictionaries({"text": st.text(max_size=5) | JSON}, optional={"range": RANGE})
        ),
        "question": JSON,
        "selection": RANGE | JSON,
    },
)
MESSAGE = st.tuples(st.sampled_from(METHODS), NEARLY | JSON, st.booleans())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(MESSAGE, max_size=20))
def test_every_request_is_answered_once(tmp_path: Path, messages: list[tuple[str, Any, bool]]) -> None:
    async def run() -> None:
        desk = Desk(tmp_path)
        desk.receive("initialize", {"capabilities": {}, "processId": None}, id="first")
        desk.receive("initialized", {})
        item = {"uri": URI, "languageId": "python", "version": 0, "text": "x = \n"}
        desk.receive("textDocument/didOpen", {"textDocument": item})
        wanted = ["first", "last"]
        for number, (method, params, request) in enumerate(messages):
            extra = {"id": number} if request else {}
            desk.receive(method, params, **extra)
            wanted += [number] if request else []
            await asyncio.sleep(0)
        desk.receive("hearth/status", {}, id="last")
        async with asyncio.timeout(60):
            while len([each for each in desk.sent.messages if "method" not in each]) < len(wanted):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        await desk.server.session.close()
        answers = [each["id"] for each in desk.sent.messages if "method" not in each]
        assert sorted(map(str, answers)) == sorted(map(str, wanted))
        for each in desk.sent.messages:
            json.dumps(each)
            if "error" in each:
                assert each["error"]["code"] in (-32600, -32601, -32602, -32800, -32803), each

    asyncio.run(run())
