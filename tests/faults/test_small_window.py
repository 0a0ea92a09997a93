"""A window that is smaller than it was meant to be, or than anybody has told: the prompt is cut, nothing is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.running import Engine, Engines
from hearth.core.settings import CompletionSettings, OpenAISettings
from hearth.features.completion import prompt
from hearth.features.completion.request import Request
from hearth.features.completion.run import Desk, complete
from hearth.providers import engine_link
from hearth.providers.base import Chunk, CompletionRequest
from hearth.providers.openai_compat import OpenAICompat
from models.tiny_gguf import TinyModel

ENDLESS = TinyModel(context=4096, endless=True)
"""A byte is a token, so three characters of code are more tokens than any estimate says."""
TEXT = "line = 1\n" * 2000
SETTINGS = CompletionSettings(check_syntax=False, timeout_s=60.0)


@asynccontextmanager
async def client(engine: Engine) -> AsyncIterator[OpenAICompat]:
    """The way in that people take who run the engine as a server of its own."""
    provider = OpenAICompat(OpenAISettings(base_url=f"{engine.address.url}/v1", api_key=engine.address.token))
    yield provider
    await provider.aclose()


class Counted:
    """The requests that a provider gets, refused ones among them."""

    def __init__(self, provider: OpenAICompat) -> None:
        self._provider = provider
        self.asked = 0

    def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        self.asked += 1
        return self._provider.complete(request)


async def completed(desk: Desk, typed: str) -> bool:
    request = Request(TEXT + typed, len(TEXT) + len(typed), automatic=False)
    return [state.final async for state in complete(request, desk, SETTINGS)][-1:] == [True]


async def test_a_context_cut_for_want_of_memory_is_told_and_used(engines: Engines, models, faulty) -> None:
    engine = await engines.start(models(ENDLESS), worker=faulty("low-memory"), context=4096)
    async with client(engine) as provider:
        able = await provider.capabilities()
        assert able.context == 1024
        linked = engine_link.connect(engine.address, models(ENDLESS), await engine.health(), "safe")
        note = (await linked.capabilities()).notes[0]
        await linked.aclose()
        assert "Memory is low: the context was cut from 4096 to 1024 tokens" in note
        assert await completed(Desk(provider, prompt.Model(able.context)), "x = ")


async def test_a_window_that_nobody_told_is_found_once(engines: Engines, models) -> None:
    engine = await engines.start(models(ENDLESS), context=512)
    async with client(engine) as provider:
        counted = Counted(provider)
        desk = Desk(counted, prompt.Model(), key="a")
        assert await completed(desk, "x = ")
        first = counted.asked
        assert first > 1
        for typed in ("x = 1 + ", "x = 1 + 2 + "):
            assert await completed(desk, typed)
        assert counted.asked == first + 2, "the size that fitted is asked for at once"
