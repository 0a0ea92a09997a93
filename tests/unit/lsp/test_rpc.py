"""The protocol in the test's own process, where its books can be looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hearth.core.errors import ProviderUnavailable
from hearth.core.paths import Paths
from hearth.lsp.errors import Code, WireError, to_response
from hearth.lsp.server import HearthServer
from hearth.lsp.services import Services


class Sent:
    """In place of the writer: keeps what was sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.split(b"\r\n\r\n", 1)[1]))

    def close(self) -> None: ...


class Desk:
    """A server that is spoken to by function calls."""

    def __init__(self, home: Path) -> None:
        paths = Paths(home, home, home, home, home)
        self.server = HearthServer(Services("0", lambda: paths, self.refuse))
        self.sent = Sent()
        self.server.protocol.set_writer(self.sent)

    def refuse(self, *_: object) -> Any:
        raise ProviderUnavailable("Nothing answers.", hint="Start it.")

    def receive(self, method: str, params: Any, **extra: Any) -> None:
        self.server.protocol.receive(
            json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **extra}).encode()
        )


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@pytest.fixture
async def desk(tmp_path: Path) -> Any:
    desk = Desk(tmp_path)
    desk.receive("initialize", {"capabilities": {"window": {"workDoneProgress": True}}, "processId": None}, id=1)
    desk.receive("initialized", {})
    yield desk
    await desk.server.session.close()


async def test_notifications_leave_nothing_behind(desk: Desk) -> None:
    item = {"uri": "file:///a", "languageId": "python", "version": 0, "text": ""}
    desk.receive("textDocument/didOpen", {"textDocument": item})
    before = desk.server.protocol.waiting()
    for number in range(1000):
        change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"}
        params = {"textDocument": {"uri": "file:///a", "version": number}, "contentChanges": [change]}
        desk.receive("textDocument/didChange", params)
        desk.receive("workspace/didChangeConfiguration", {"settings": None})
        if number % 100 == 0:
            await asyncio.sleep(0)
    await until(lambda: desk.server.protocol.waiting() <= before)
    assert desk.server.protocol._result_types == {}
    document = desk.server.session.documents.get("file:///a")
    assert document is not None
    assert document.text == "x" * 1000


async def test_asking_the_client_may_be_cancelled_and_answered_late(desk: Desk) -> None:
    """pygls raises InvalidStateError when the answer to a cancelled request arrives."""
    protocol = desk.server.protocol
    asked = asyncio.create_task(protocol.ask("workspace/configuration", {"items": []}, 60))
    await asyncio.sleep(0)
    number = next(each["id"] for each in desk.sent.messages if each.get("method") == "workspace/configuration")
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    protocol.receive(json.dumps({"jsonrpc": "2.0", "id": number, "result": []}).encode())
    with pytest.raises(TimeoutError):
        await protocol.ask("workspace/configuration", {"items": []}, 0.001)
    assert protocol._asked == {}


async def test_asking_the_client_gets_answers_and_errors(desk: Desk) -> None:
    protocol = desk.server.protocol
    for reply in ({"result": [1]}, {"error": {"code": -32601, "message": "no"}}):
        asked = asyncio.create_task(protocol.ask("workspace/configuration", {"items": []}, 60))
        await asyncio.sleep(0)
        protocol.receive(json.dumps({"jsonrpc": "2.0", "id": desk.sent.messages[-1]["id"], **reply}).encode())
        if "error" in reply:
            with pytest.raises(WireError):
                await asked
        else:
            assert await asked == [1]


async def test_an_answer_cannot_settle_a_request_of_the_client(desk: Desk) -> None:
    desk.receive("hearth/chat/ask", {"question": "q"}, id="mine")
    desk.server.protocol.receive(b'{"jsonrpc": "2.0", "id": "mine", "result": "forged"}')
    await until(lambda: any(each.get("id") == "mine" for each in desk.sent.messages))
    (found,) = [each for each in desk.sent.messages if each.get("id") == "mine"]
    assert found["error"]["data"] == {"code": "unavailable", "hint": "Start it."}


def test_errors_on_the_wire() -> None:
    known = to_response(ProviderUnavailable("Nothing answers.", hint="Start it."))
    assert (known.code, known.message) == (Code.REQUEST_FAILED, "Nothing answers.")
    assert known.data == {"code": "unavailable", "hint": "Start it."}
    unknown = to_response(ValueError("def secret():"))
    assert unknown.code == Code.INTERNAL
    assert "secret" not in str(unknown)
