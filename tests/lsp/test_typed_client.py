"""The server against pygls's own client, by way of pytest-lsp: another reading of the protocol than ours."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lt
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from hearth.core.paths import Paths
from hearth.engine import launch
from lsp.conftest import Stage

URI = "file:///w/a.py"


async def leave(client: LanguageClient) -> None:
    """End the server, also after a test that failed before it did: pytest-lsp would wait for it without an end."""
    server = client._server
    if server is not None and server.returncode is None:
        server.terminate()
    async with asyncio.timeout(60):
        await client.stop()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[LanguageClient]:
    with ExitStack() as stack:
        spec = Stage(tmp_path, stack).script(completion={"text": "a + b"}, chat={"text": "It adds.", "delay_ms": 1})
    client = make_test_lsp_client()
    environ = {**os.environ, "HEARTH_HOME": str(tmp_path), "HEARTH_COMPLETION__DEBOUNCE_MS": "0"}
    environ |= {"HEARTH_MODELS__COMPLETION": spec, "HEARTH_MODELS__CHAT": spec}
    await client.start_io(sys.executable, "-m", "hearth", "lsp", env=environ)
    try:
        yield client
    finally:
        await leave(client)


@pytest.fixture
async def real_client(tmp_path: Path, bundled_model: Path) -> AsyncIterator[LanguageClient]:
    """With the real engine, which is stopped at the end."""
    client = make_test_lsp_client()
    environ = {**os.environ, "HEARTH_HOME": str(tmp_path), "HEARTH_ENGINE__MODEL": str(bundled_model)}
    environ |= {"HEARTH_COMPLETION__DEBOUNCE_MS": "0", "HEARTH_CHAT__MAX_TOKENS": "32"}
    await client.start_io(sys.executable, "-m", "hearth", "lsp", env=environ)
    try:
        yield client
    finally:
        await leave(client)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HEARTH_HOME", str(tmp_path))
            for address in launch.running(Paths.of_user()):
                launch.stop_now(address)


async def initialize(client: LanguageClient, editor: str) -> lt.InitializeResult:
    params = lt.InitializeParams(capabilities=client_capabilities(editor), workspace_folders=[])
    return await client.initialize_session(params)


def inline(position: lt.Position) -> lt.InlineCompletionParams:
    context = lt.InlineCompletionContext(trigger_kind=lt.InlineCompletionTriggerKind.Invoked)
    return lt.InlineCompletionParams(
        text_document=lt.TextDocumentIdentifier(uri=URI), position=position, context=context
    )


def opened(client: LanguageClient) -> None:
    item = lt.TextDocumentItem(uri=URI, language_id="python", version=1, text="def add(a, b):\n    return \n")
    client.text_document_did_open(lt.DidOpenTextDocumentParams(text_document=item))


@pytest.mark.parametrize("editor", ["visual-studio-code", "neovim", "emacs"])
async def test_initialize_complete_and_leave(client: LanguageClient, editor: str) -> None:
    result = await initialize(client, editor)
    assert result.server_info is not None
    assert result.server_info.name == "hearth"
    opened(client)
    where = lt.Position(line=1, character=11)
    answer = await client.text_document_inline_completion_async(inline(where))
    assert isinstance(answer, lt.InlineCompletionList)
    assert answer.items[0].insert_text == "a + b"
    assert answer.items[0].range == lt.Range(start=where, end=where)
    await client.shutdown_session()


async def test_chat_and_its_notifications(client: LanguageClient) -> None:
    heard: list[tuple[str, Any]] = []

    @client.feature("hearth/chat/delta")
    def delta(params: Any) -> None:
        heard.append(("delta", params.text))

    @client.feature("hearth/chat/sources")
    def sources(params: Any) -> None:
        heard.append(("sources", params.token))

    await initialize(client, "visual-studio-code")
    result = await client.protocol.send_request_async("hearth/chat/ask", {"question": "What?", "token": "t"})
    assert result.text == "It adds."
    assert heard[0] == ("sources", "t")
    assert "".join(text for kind, text in heard if kind == "delta") == "It adds."
    await client.shutdown_session()


async def test_cancel(client: LanguageClient) -> None:
    await initialize(client, "visual-studio-code")
    asked = asyncio.ensure_future(
        client.protocol.send_request_async("hearth/chat/ask", {"question": "What?" * 100}, msg_id="c1")
    )
    await asyncio.sleep(0)
    client.cancel_request(lt.CancelParams(id="c1"))
    with pytest.raises(Exception, match="cancelled"):
        await asked
    await client.shutdown_session()


@pytest.mark.engine
async def test_the_real_engine(real_client: LanguageClient) -> None:
    await initialize(real_client, "visual-studio-code")
    opened(real_client)
    async with asyncio.timeout(120):
        result = await real_client.protocol.send_request_async("hearth/chat/ask", {"question": "What is add?"})
        assert result.text.strip()
        await real_client.text_document_inline_completion_async(inline(lt.Position(line=1, character=11)))
        status = await real_client.protocol.send_request_async("hearth/status", {})
    # It may be busy with what would follow the suggestion.
    assert status.state in ("ready", "busy")
    assert status.hint == ""
    await real_client.shutdown_session()
