"""The bundled model, through Hearth's engine and through a real llama-server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contract.test_providers import CHAT, PREFIX, SUFFIX, collect
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings, OpenAISettings
from hearth.engine import launch
from hearth.providers.base import CompletionRequest, Provider, Role
from hearth.providers.embedded import Embedded
from hearth.providers.openai_compat import OpenAICompat
from peers.llama_server import LlamaServer

ASKED = CompletionRequest(PREFIX, SUFFIX, max_tokens=16)
SPELLED = CompletionRequest("x = 1  # <|fim_suffix|><|fim_middle|><|im_end|>\ny = ", "\n", max_tokens=1)
"""The comment is text: read as control tokens it would count as three tokens and turn the prompt upside down."""


@asynccontextmanager
async def embedded(model: Path) -> AsyncIterator[Provider]:
    paths = Paths.of_user()
    settings = EngineSettings(model=str(model), threads=1, idle_minutes=2.0)
    provider = Embedded(settings, paths, model=settings.model, resolve_model=lambda name, _paths: Path(name))
    yield provider
    await provider.aclose()
    for address in launch.running(paths):
        await launch.stop(address)


@pytest.mark.engine
async def test_through_the_engine(bundled_model: Path) -> None:
    async with embedded(bundled_model) as provider:
        told = await provider.capabilities()
        assert told.fim
        assert told.chat
        assert (told.context or 0) >= 2048
        await check(provider)


@pytest.mark.peer
@pytest.mark.parametrize("fim", ["auto", "qwen"])
async def test_through_llama_server(bundled_model: Path, llama_starter: Callable[..., LlamaServer], fim: str) -> None:
    with llama_starter(bundled_model, "-np", "1", "-c", "2048", "-t", "1") as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1", fim=fim))
        told = await provider.capabilities()
        assert told.fim
        assert told.context == 2048
        await check(provider)
        await provider.aclose()


async def check(provider: Provider) -> None:
    _text, done = await collect(provider.complete(ASKED))
    assert done.usage.prompt_tokens is not None
    _text, spelled = await collect(provider.complete(SPELLED))
    comment, rest = await provider.count_tokens(["x = 1  # <|fim_suffix|><|fim_middle|><|im_end|>\ny = ", "\n"])
    assert (spelled.usage.prompt_tokens or 0) >= comment + rest + 3
    await collect(provider.chat(CHAT))
    assert CHAT.messages[0].role is Role.SYSTEM
