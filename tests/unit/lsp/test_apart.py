"""Messages for clients that lose what they read together with an answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from hearth.lsp import rpc
from hearth.lsp.apart import Apart
from unit.lsp.test_rpc import Desk, until

RECORDED = Path(__file__).parents[2] / "capabilities"


async def test_what_follows_an_answer_waits_and_the_order_stays() -> None:
    sent: list[bytes] = []
    apart = Apart(sent.append, gap_s=0.001)
    for data, is_answer in ((b"1", False), (b"2", True), (b"3", False), (b"4", False), (b"5", True), (b"6", True)):
        apart.write(data, is_answer=is_answer)
    seen = [b"".join(sent)]

    async with asyncio.timeout(60):
        while len(sent) < 6:
            await asyncio.sleep(0)
            if b"".join(sent) != seen[-1]:
                seen.append(b"".join(sent))
    assert seen == [b"12", b"12345", b"123456"]


async def test_what_waits_leaves_at_the_end() -> None:
    sent: list[bytes] = []
    apart = Apart(sent.append, gap_s=3600)
    for data in (b"1", b"2", b"3"):
        apart.write(data, is_answer=True)
    assert sent == [b"1"]
    apart.flush()
    assert sent == [b"1", b"2", b"3"]


@pytest.mark.parametrize(("name", "again"), [("lsp-mode-10.0.0-emacs-30.2", True), ("eglot-emacs-30.2", False)])
async def test_lsp_mode_is_asked_again(name: str, again: bool, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(rpc, "_AGAIN_S", 0.001)
    recorded = json.loads((RECORDED / f"{name}.json").read_text())
    desk = Desk(tmp_path)
    desk.receive("initialize", {**recorded, "processId": None}, id=1)
    protocol = desk.server.protocol

    def asked() -> list[str]:
        return [each["id"] for each in desk.sent.messages if each.get("method") == "window/showDocument"]

    asking = asyncio.create_task(protocol.ask("window/showDocument", {}, 60, repeatable=True))
    await until(lambda: len(asked()) >= (3 if again else 1))
    protocol.receive(json.dumps({"jsonrpc": "2.0", "id": asked()[-1], "result": {"success": True}}).encode())
    assert await asking == {"success": True}
    assert again or len(asked()) == 1
    with pytest.raises(TimeoutError):
        await protocol.ask("window/showDocument", {}, 0.01, repeatable=True)
    count = len(asked())
    with pytest.raises(TimeoutError):
        await protocol.ask("window/showDocument", {}, 0.01)
    await until(lambda: len(asked()) > count)
    assert len(asked()) == count + 1, "it may not be repeated"
    assert protocol.waiting() == 0
    await desk.server.session.close()
