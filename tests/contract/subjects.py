"""Every provider, each with something real behind it where that can be had, and a way to see what that is doing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs
import httpx2

from contract.fake_ollama import FakeModel, FakeOllama
from contract.fake_openai import FakeOpenAI
from contract.http_server import Server, serve
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings, OllamaSettings, OpenAISettings
from hearth.engine import launch
from hearth.engine.api import EngineSpec
from hearth.providers.base import Provider
from hearth.providers.embedded import Embedded
from hearth.providers.ollama import Ollama
from hearth.providers.openai_compat import OpenAICompat
from hearth.providers.scripted import Answer, Script, Scripted
from peers.llama_server import LlamaServer

PATIENCE_S = 60.0
"""Far above what anything here takes; it only turns a hang into a failure."""

LONG_TEXT = "for item in items: # \U0001f600 \u00e4\n    total += item\n" * 400
"""What the stand-ins answer: longer than any test waits for, with characters of one to four bytes."""


@attrs.frozen
class Subject:
    """One provider under test."""

    provider: Provider
    busy: Callable[[], Awaitable[int]]
    """Requests that are being answered behind it, right now."""
    aborted: Callable[[], Awaitable[int]]
    """Requests that were broken off so far, as the other side counts them."""
    embeds: bool = False
    counts_tokens: bool = False
    address: str = ""
    """With ``/v1``, where the server wants a key."""


@attrs.frozen
class Peers:
    """What is started once for all tests."""

    model: Path
    """Random weights: it never ends an answer by itself, and half of what it says is no valid UTF-8."""
    engine_paths: Paths
    llama: Callable[[], LlamaServer]


@asynccontextmanager
async def scripted(_peers: Peers) -> AsyncIterator[Subject]:
    provider = Scripted(
        Script(
            completion=Answer(LONG_TEXT, delay_ms=1),
            chat=Answer(LONG_TEXT, delay_ms=1),
            spelled=Answer(LONG_TEXT, delay_ms=1),
        )
    )

    async def busy() -> int:
        return provider.running

    async def aborted() -> int:
        return provider.counts["cancelled"]

    yield Subject(provider, busy, aborted, counts_tokens=True)


@asynccontextmanager
async def embedded(peers: Peers) -> AsyncIterator[Subject]:
    settings = engine_settings(peers)
    provider = Embedded(settings, peers.engine_paths, model=settings.model, resolve_model=lambda name, _: Path(name))
    async for _ in provider.prepare():
        pass
    address = await launch.find(EngineSpec.of(peers.model, settings), peers.engine_paths)
    assert address is not None
    headers = {"authorization": f"Bearer {address.token}"}
    async with httpx2.AsyncClient(base_url=address.url, headers=headers, trust_env=False) as watcher:

        async def busy() -> int:
            health = (await watcher.get("/health")).json()
            return int(health["running"]) + int(health["waiting"])

        async def aborted() -> int:
            return _metric((await watcher.get("/metrics")).text, "hearth_requests_aborted_total")

        yield Subject(provider, busy, aborted, counts_tokens=True, address=f"{address.url}/v1")


@asynccontextmanager
async def engine_by_address(peers: Peers) -> AsyncIterator[Subject]:
    """Hearth's engine as a stranger finds it: by address and key, with everything else to be found out."""
    async with embedded(peers) as inner:
        address = await launch.find(EngineSpec.of(peers.model, engine_settings(peers)), peers.engine_paths)
        assert address is not None
        provider = OpenAICompat(OpenAISettings(base_url=f"{address.url}/v1", api_key=address.token))
        yield attrs.evolve(inner, provider=provider)
        await inner.provider.aclose()


@asynccontextmanager
async def llama_infill(peers: Peers) -> AsyncIterator[Subject]:
    async with _llama(peers, "auto") as subject:
        yield subject


@asynccontextmanager
async def llama_raw_prompt(peers: Peers) -> AsyncIterator[Subject]:
    async with _llama(peers, "qwen") as subject:
        yield subject


@asynccontextmanager
async def _llama(peers: Peers, fim: str) -> AsyncIterator[Subject]:
    server = peers.llama()
    headers = {"authorization": f"Bearer {server.key}"}
    broken_off: set[int] = set()
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as watcher:

        async def busy() -> int:
            text = (await watcher.get("/metrics")).text
            return _metric(text, "llamacpp:requests_processing") + _metric(text, "llamacpp:requests_deferred")

        async def aborted() -> int:
            # llama-server does not count these: a task that decoded less than it was asked for was broken off.
            for slot in (await watcher.get("/slots")).json():
                if "next_token" in slot and slot["next_token"][0]["n_decoded"] < slot["params"]["n_predict"]:
                    broken_off.add(slot["id_task"])
            return len(broken_off)

        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1", api_key=server.key, fim=fim))
        yield Subject(provider, busy, aborted, counts_tokens=True, address=f"{server.url}/v1")


@asynccontextmanager
async def service(_peers: Peers) -> AsyncIterator[Subject]:
    """A server like vLLM: no ``/props``, refuses ``suffix``, gives embeddings."""
    fake = FakeOpenAI(text=LONG_TEXT, delay_s=0.001, embeds=True, key="sekrit")
    async with serve(fake.handle) as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1", api_key="sekrit"))
        yield _watching(provider, server, embeds=True)


@asynccontextmanager
async def words(_peers: Peers) -> AsyncIterator[Subject]:
    """A server whose model knows no way to fill in the middle and which drops ``suffix`` in silence."""
    fake = FakeOpenAI(text=LONG_TEXT, model="some-chat-model", suffix="ignored", stops=False, delay_s=0.001)
    async with serve(fake.handle) as server:
        yield _watching(OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1")), server)


@asynccontextmanager
async def ollama(_peers: Peers) -> AsyncIterator[Subject]:
    model = FakeModel(text=LONG_TEXT, capabilities=("completion", "insert", "embedding"))
    fake = FakeOllama({"qwen2.5-coder:1.5b-base": model}, delay_s=0.001)
    async with serve(fake.handle) as server:
        yield _watching(Ollama(OllamaSettings(host=server.url)), server, embeds=True)


Opener = Callable[[Peers], AbstractAsyncContextManager[Subject]]
SERVERS: tuple[Opener, ...] = (embedded, engine_by_address, llama_infill, llama_raw_prompt)
"""Those with a real model behind them, which has a window, and a server that wants a key."""
OPENERS: tuple[Opener, ...] = (
    scripted,
    embedded,
    engine_by_address,
    llama_infill,
    llama_raw_prompt,
    service,
    words,
    ollama,
)


def engine_settings(peers: Peers) -> EngineSettings:
    return EngineSettings(model=str(peers.model), slots=2, threads=1, idle_minutes=5.0)


def _watching(provider: Provider, server: Server, *, embeds: bool = False) -> Subject:
    async def busy() -> int:
        return server.active

    async def aborted() -> int:
        return server.hung_up

    return Subject(provider, busy, aborted, embeds=embeds)


def _metric(text: str, name: str) -> int:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is not among the metrics"
    return int(float(found[1]))
