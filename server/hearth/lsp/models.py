"""The providers in use: one for completions and one for chat, or one for both."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import logging
from collections.abc import AsyncIterator, Callable

import attrs

from hearth.context.counting import Tokens
from hearth.core.aio import Tasks
from hearth.core.settings import EngineSettings, OllamaSettings, OpenAISettings, Settings
from hearth.providers.base import Capabilities, Provider, Speed

log = logging.getLogger(__name__)

_GRACE_S = 20.0
"""How long a replaced provider may finish what it streams."""
_CLOSE_S = 3.0
"""Longest wait for a provider to close its connections."""


class Use(enum.Enum):
    """What a model is for."""

    COMPLETION = "completion"
    CHAT = "chat"
    NEXT_EDIT = "nextEdit"
    """Only where the settings name one; nothing waits for it to be loaded, and nobody is shown its state."""


READY_AT_ONCE = (Use.COMPLETION, Use.CHAT)
"""What is loaded when a session begins."""


@attrs.frozen
class _Key:
    """All that makes a provider another one."""

    spec: str
    engine: EngineSettings
    openai: OpenAISettings
    ollama: OllamaSettings


class Model:
    """One provider, made in a thread on first use."""

    def __init__(self, creating: asyncio.Task[Provider]) -> None:
        self._creating = creating
        self._idle = asyncio.Event()
        self._idle.set()
        self._users = 0
        self.capabilities: Capabilities | None = None
        """What the model can do, once it is known."""
        self.tokens: Tokens | None = None
        """Counts in the model's vocabulary, once somebody has counted."""
        self.heard: float | None = None
        """Tokens a second of the fastest answer: others that run at the same time only ever slow a model down."""

    async def provider(self) -> Provider:
        """The provider. Raises what its creation raised."""
        return await asyncio.shield(self._creating)

    @property
    def name(self) -> str:
        """Name to show; empty while unknown."""
        return self.capabilities.model if self.capabilities else ""

    @property
    def context(self) -> int | None:
        """The window in tokens, if known."""
        return self.capabilities.context if self.capabilities else None

    @property
    def speed(self) -> Speed | None:
        """As its server measured it, if that is known."""
        return self.capabilities.speed if self.capabilities else None

    def spoke(self, tokens_per_second: float | None) -> None:
        """An answer came to its end."""
        if tokens_per_second is not None:
            self.heard = max(tokens_per_second, self.heard or 0.0)

    def counting(self, provider: Provider) -> Tokens:
        """Counts in its vocabulary, by its own provider."""
        if self.tokens is None:
            self.tokens = Tokens(provider.count_tokens)
        return self.tokens

    def enter(self) -> None:
        """Somebody uses it."""
        self._users += 1
        self._idle.clear()

    def leave(self) -> None:
        """Somebody stopped using it."""
        self._users -= 1
        if not self._users:
            self._idle.set()

    async def close(self, grace_s: float) -> None:
        """Close it once nobody uses it, at the latest after ``grace_s``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self._idle.wait()
        if not self._creating.done():
            self._creating.cancel()
            return
        if self._creating.cancelled() or self._creating.exception() is not None:
            return
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._creating.result().aclose()
        except TimeoutError:
            log.warning("a provider did not close in time")


class Models:
    """Makes, shares, replaces and closes providers."""

    def __init__(self, create: Callable[[str, Settings], Provider], tasks: Tasks) -> None:
        self._create = create
        self._tasks = tasks
        self._settings = Settings()
        self._models: dict[_Key, Model] = {}

    def configure(self, settings: Settings) -> bool:
        """Use ``settings`` from now on; returns whether other providers are wanted than before."""
        before = {use: self._key(use) for use in Use}
        self._settings = settings
        wanted = {use: self._key(use) for use in Use}
        for key in [key for key in self._models if key not in wanted.values()]:
            self._tasks.start(self._models.pop(key).close(_GRACE_S), "close a provider")
        return wanted != before

    def model(self, use: Use) -> Model:
        """The model for ``use``; its creation begins now if it has not yet."""
        key = self._key(use)
        if key not in self._models:
            creating = asyncio.create_task(asyncio.to_thread(self._create, key.spec, self._settings))
            creating.add_done_callback(_retrieved)
            self._models[key] = Model(creating)
        return self._models[key]

    @contextlib.asynccontextmanager
    async def use(self, use: Use) -> AsyncIterator[tuple[Model, Provider]]:
        """A model that stays open inside the block, whatever happens to the settings."""
        model = self.model(use)
        model.enter()
        try:
            yield model, await model.provider()
        finally:
            model.leave()

    async def close(self) -> None:
        """Close all providers."""
        models, self._models = list(self._models.values()), {}
        await asyncio.gather(*(model.close(0) for model in models), return_exceptions=True)

    def _key(self, use: Use) -> _Key:
        settings = self._settings
        specs = {
            Use.COMPLETION: settings.models.completion,
            Use.CHAT: settings.models.chat,
            Use.NEXT_EDIT: settings.models.next_edit,
        }
        return _Key(specs[use], settings.engine, settings.openai, settings.ollama)


def _retrieved(task: asyncio.Task[Provider]) -> None:
    """Mark an exception as seen: everybody who uses the model gets it, and nobody may come."""
    if not task.cancelled():
        task.exception()
