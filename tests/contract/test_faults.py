"""Servers that are not there, refuse, break off, hang or talk nonsense: a typed error that says what to do, in time."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from contract.fake_ollama import FakeModel, FakeOllama
from contract.fake_openai import FakeOpenAI
from contract.http_server import Handler, Reply, Request, Server, serve
from contract.subjects import PATIENCE_S
from contract.test_providers import CHAT, SHORT, collect
from hearth.core.errors import (
    ContextTooLong,
    HearthError,
    ModelLacks,
    ModelNotFound,
    ProviderAuth,
    ProviderBroken,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from hearth.core.settings import OllamaSettings, OpenAISettings
from hearth.providers.base import Provider
from hearth.providers.ollama import Ollama
from hearth.providers.openai_compat import OpenAICompat
from hearth.providers.resilience import Waits

HASTY = Waits(connect_s=2.0, answer_s=0.3, call_s=0.3, tail_s=0.1)
KINDS = ("openai", "ollama")
ASKS = ("/v1/completions", "/v1/chat/completions", "/api/generate", "/api/chat")
"""Where text is asked for; what is asked before that is answered well."""

both = pytest.mark.parametrize("kind", KINDS)
Fault = Callable[[Request, Reply, int], Awaitable[bool]]
"""Answers the n-th request for text wrongly; or says False, and it is answered well."""


def provider(kind: str, url: str, waits: Waits | None = None, key: str = "") -> Provider:
    if kind == "ollama":
        return Ollama(OllamaSettings(host=url), waits=waits)
    return OpenAICompat(OpenAISettings(base_url=f"{url}/v1", api_key=key, fim="suffix"), waits=waits)


@asynccontextmanager
async def faulty(kind: str, fault: Fault, waits: Waits | None = None) -> AsyncIterator[tuple[Provider, Server]]:
    good: Handler = FakeOpenAI(suffix="read").handle
    if kind == "ollama":
        good = FakeOllama({"qwen2.5-coder:1.5b-base": FakeModel()}).handle
    asked = 0

    async def handle(request: Request, reply: Reply) -> None:
        nonlocal asked
        if request.path in ASKS:
            asked += 1
            if await fault(request, reply, asked):
                return
        await good(request, reply)

    async with serve(handle) as server:
        opened = provider(kind, server.url, waits)
        try:
            yield opened, server
        finally:
            await opened.aclose()


async def failure(opened: Provider) -> HearthError:
    """The error of a completion; the same kind must come from a chat."""
    with pytest.raises(HearthError) as completing:
        await collect(opened.complete(SHORT))
    with pytest.raises(HearthError) as chatting:
        await collect(opened.chat(CHAT))
    assert type(completing.value) is type(chatting.value)
    return completing.value


def first_piece(kind: str) -> bytes:
    if kind == "ollama":
        return b'{"model":"m","response":"re","message":{"role":"assistant","content":"re"},"done":false}\n'
    choice = {"text": "re", "delta": {"content": "re"}, "index": 0, "finish_reason": None}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def stream_kind(kind: str) -> str:
    return "application/x-ndjson" if kind == "ollama" else "text/event-stream"


@both
async def test_nothing_answers(kind: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        opened = provider(kind, f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = await failure(opened)
        with pytest.raises(ProviderUnavailable):
            await opened.capabilities()
        with pytest.raises(ProviderUnavailable):
            await opened.models()
        with pytest.raises(ProviderUnavailable):
            await opened.embed(["a"])
        await opened.aclose()
    assert isinstance(error, ProviderUnavailable)
    assert "127.0.0.1" in error.message
    start, setting = ("ollama serve", "ollama.host") if kind == "ollama" else ("llama-server", "openai.base_url")
    assert start in error.hint
    assert setting in error.hint


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://no-such-host.invalid", "ftp://x", "not an address"])
async def test_addresses_that_lead_nowhere(address: str) -> None:
    opened = OpenAICompat(OpenAISettings(base_url=address), waits=HASTY)
    with pytest.raises((ProviderUnavailable, ProviderTimeout)):
        await collect(opened.complete(SHORT))
    await opened.aclose()


async def test_a_wrong_key_names_the_setting() -> None:
    async with serve(FakeOpenAI(key="right").handle) as server:
        for key in ("", "wrong"):
            opened = provider("openai", server.url, key=key)
            error = await failure(opened)
            assert isinstance(error, ProviderAuth)
            assert "openai.api_key" in error.hint
            await opened.aclose()


@both
@pytest.mark.parametrize("started", [False, True], ids=["before", "after the head"])
async def test_it_closes_the_connection_instead_of_answering(kind: str, started: bool) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        if started:
            await reply.start(stream_kind(kind))
        reply.abort()
        return True

    async with faulty(kind, fault) as (opened, _server):
        assert isinstance(await failure(opened), ProviderBroken)


@both
async def test_it_is_tried_again_only_before_the_first_token(kind: str) -> None:
    async def before(_request: Request, reply: Reply, count: int) -> bool:
        if count == 1:
            reply.abort()
        return count == 1

    async with faulty(kind, before) as (opened, _server):
        assert (await collect(opened.complete(SHORT)))[0] == "return a + b"

    async def after(_request: Request, reply: Reply, count: int) -> bool:
        if count == 1:
            await reply.start(stream_kind(kind))
            await reply.send(first_piece(kind))
            await asyncio.sleep(0.05)
            reply.abort()
        return count == 1

    async with faulty(kind, after) as (opened, server):
        with pytest.raises(ProviderBroken):
            await collect(opened.complete(SHORT))
        assert sum(request.path in ASKS for request in server.requests) == 1


@both
@pytest.mark.parametrize("ending", ["done cleanly", "half a JSON"])
async def test_it_stops_in_the_middle(kind: str, ending: str) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.start(stream_kind(kind))
        await reply.send(first_piece(kind))
        if ending == "half a JSON":
            await reply.send(first_piece(kind)[:-20] + b"\n\n")
        return True

    async with faulty(kind, fault) as (opened, _server):
        assert isinstance(await failure(opened), ProviderBroken)


@both
@pytest.mark.parametrize(
    "body",
    [
        b"<html>Sign in</html>",
        b"",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"choices": 3}',
        b'{"choices": [4]}',
        b"\xff\xfe\x00",
    ],
)
async def test_it_answers_with_nonsense(kind: str, body: bytes) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.whole(200, body, "text/html" if body.startswith(b"<") else "application/json")
        return True

    async with faulty(kind, fault) as (opened, _server):
        assert isinstance(await failure(opened), ProviderBroken)


@both
@pytest.mark.parametrize(
    "event", ["[1]", '{"choices": [{"text": 5, "delta": {"content": 5}}]}', "{{{", '"x"', "[" * 5000]
)
async def test_events_of_nonsense(kind: str, event: str) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.start(stream_kind(kind))
        await reply.send(f"{event}\n".encode() if kind == "ollama" else f"data: {event}\n\n".encode())
        return True

    async with faulty(kind, fault) as (opened, _server):
        assert isinstance(await failure(opened), ProviderBroken)


@both
async def test_an_error_in_the_midst_of_a_stream(kind: str) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.start(stream_kind(kind))
        await reply.send(first_piece(kind))
        error = json.dumps({"error": "the runner died" if kind == "ollama" else {"message": "the runner died"}})
        await reply.send(f"{error}\n".encode() if kind == "ollama" else f"data: {error}\n\n".encode())
        return True

    async with faulty(kind, fault) as (opened, _server):
        error = await failure(opened)
        assert isinstance(error, ProviderBroken)
        assert "the runner died" in error.message


@both
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (500, b'{"error": {"message": "boom"}}', ProviderBroken),
        (500, b"Internal Server Error", ProviderBroken),
        pytest.param(500, b"[" * 100_000, ProviderBroken, id="nested too deep"),
        (400, b'{"error": {"message": "no"}}', ProviderRefused),
        (403, b"", ProviderAuth),
        (302, b"", ProviderRefused),
        (501, b'{"error": {"message": "not supported"}}', ModelLacks),
        (400, b'{"error": {"message": "request (9 tokens) exceeds the available context size (8)"}}', ContextTooLong),
        (404, b'{"error": {"message": "The model `x` does not exist."}}', ModelNotFound),
        (404, b"404 page not found", ProviderRefused),
    ],
)
async def test_statuses(kind: str, status: int, body: bytes, expected: type[HearthError]) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.whole(status, body, location="http://127.0.0.1:1/elsewhere")
        return True

    async with faulty(kind, fault) as (opened, server):
        error = await failure(opened)
        assert type(error) is expected, error
        assert error.message
        assert sum(request.path in ASKS for request in server.requests) == 2, "such an answer is not asked for again"


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_is_asked_again_when_it_says(status: int) -> None:
    async def fault(_request: Request, reply: Reply, count: int) -> bool:
        if count <= 2:
            await reply.json({"error": {"message": "busy"}}, status, retry_after="0")
        return count <= 2

    async with faulty("openai", fault) as (opened, server):
        assert (await collect(opened.complete(SHORT)))[0] == "return a + b"
        assert len(server.asked("/v1/completions")) == 3


@pytest.mark.parametrize(
    ("status", "after", "tries", "expected"),
    [(429, "0", 3, ProviderRefused), (503, "0", 3, ProviderBroken), (429, "3600", 1, ProviderRefused)],
)
async def test_patience_is_bounded(status: int, after: str, tries: int, expected: type[HearthError]) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.json({"error": {"message": "busy"}}, status, retry_after=after)
        return True

    async with faulty("openai", fault) as (opened, server):
        with pytest.raises(expected, match="busy"):
            await collect(opened.complete(SHORT))
        assert len(server.asked("/v1/completions")) == tries


@both
@pytest.mark.parametrize("after", ["the request", "the head", "a token"])
async def test_silence_ends_in_a_timeout_and_hangs_up(kind: str, after: str) -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        if after != "the request":
            await reply.start(stream_kind(kind))
        if after == "a token":
            await reply.send(first_piece(kind))
        await asyncio.sleep(PATIENCE_S)
        return True

    async with faulty(kind, fault, HASTY) as (opened, server):
        error = await failure(opened)
        assert isinstance(error, ProviderTimeout)
        assert error.hint
        async with asyncio.timeout(PATIENCE_S):
            while server.active:  # noqa: ASYNC110 - the state is that of the server
                await asyncio.sleep(0.01)


@both
@pytest.mark.parametrize("what", ["header", "body"])
async def test_a_drip_does_not_keep_it_waiting(kind: str, what: str) -> None:
    """Each byte comes in time, and the answer never."""

    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        if what == "body":
            await reply.start(stream_kind(kind))
        else:
            await reply.raw(b"HTTP/1.1 200 OK\r\n")
        for _ in range(int(PATIENCE_S / 0.05)):
            await (reply.send(b" ") if what == "body" else reply.raw(b"x-more: 1\r\n"))
            await asyncio.sleep(0.05)
        return True

    async with faulty(kind, fault, HASTY) as (opened, _server):
        assert isinstance(await failure(opened), ProviderTimeout)


async def test_a_connection_that_stays_open_behind_the_end_is_not_waited_for() -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.start()
        await reply.event({"choices": [{"text": "all", "finish_reason": "stop"}]})
        await asyncio.sleep(PATIENCE_S)
        return True

    async with faulty("openai", fault, HASTY) as (opened, _server):
        assert (await collect(opened.complete(SHORT)))[0] == "all"


async def test_an_endless_event_is_bounded() -> None:
    async def fault(_request: Request, reply: Reply, _count: int) -> bool:
        await reply.start()
        await reply.send(b"data: ")
        for _ in range(200):
            await reply.send(b"x" * 100_000)
        return True

    async with faulty("openai", fault) as (opened, _server):
        with pytest.raises(ProviderBroken, match="limit"):
            await collect(opened.complete(SHORT))


async def test_a_server_that_cannot_stream_is_understood() -> None:
    async with serve(FakeOpenAI(streams=False, suffix="read").handle) as server:
        opened = provider("openai", server.url)
        assert (await collect(opened.complete(SHORT)))[0] == "return a + b"
        assert (await collect(opened.chat(CHAT)))[0] == "return a + b"
        await opened.aclose()
