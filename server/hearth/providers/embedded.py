"""The embedded engine: found or started when it is needed, then spoken to like any OpenAI-compatible server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from hearth.core.aio import closing
from hearth.core.errors import ProviderAuth, ProviderBroken, ProviderUnavailable
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings
from hearth.engine.api import EngineAddress, EngineSpec

from .base import Capabilities, ChatRequest, Chunk, CompletionRequest, Delta, Loading, SpelledRequest

if TYPE_CHECKING:
    from .openai_compat import OpenAICompat
    from .registry import ModelResolver

T = TypeVar("T")

_LOST = (ProviderUnavailable, ProviderBroken, ProviderAuth)
"""How an engine that died, or was replaced by another one on its port, looks from here."""


class Embedded:
    """The provider of the engine that ``settings`` describe. ``model`` is a name that ``resolve_model`` understands."""

    def __init__(self, settings: EngineSettings, paths: Paths, *, model: str, resolve_model: ModelResolver) -> None:
        self.name = "embedded"
        self._settings = settings
        self._paths = paths
        self._model = model
        self._resolve = resolve_model
        self._inner: OpenAICompat | None = None
        self._launch: asyncio.Task[OpenAICompat] | None = None
        self._listeners: set[asyncio.Queue[Loading]] = set()
        self._retired: list[OpenAICompat] = []
        self._active = 0
        self._closed = False

    async def prepare(self) -> AsyncIterator[Loading]:
        """Find or start the engine, telling each step until it is ready."""
        steps: asyncio.Queue[Loading] = asyncio.Queue()
        self._listeners.add(steps)
        ready = asyncio.ensure_future(self._ready())
        ready.add_done_callback(_retrieve)
        try:
            while True:
                step = asyncio.ensure_future(steps.get())
                try:
                    await asyncio.wait({ready, step}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    step.cancel()
                if step.done() and not step.cancelled():
                    yield step.result()
                elif ready.done():
                    break
            await ready
        finally:
            self._listeners.discard(steps)
            ready.cancel()

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        """Stream the text between prefix and suffix."""
        async with aclosing(self._stream(lambda engine: engine.complete(request))) as stream:
            async for chunk in stream:
                yield chunk

    async def spelled(self, request: SpelledRequest) -> AsyncIterator[Chunk]:
        """Stream what follows a prompt that is spelled out."""
        async with aclosing(self._stream(lambda engine: engine.spelled(request))) as stream:
            async for chunk in stream:
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        """Stream the assistant's next turn."""
        async with aclosing(self._stream(lambda engine: engine.chat(request))) as stream:
            async for chunk in stream:
                yield chunk

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text. Raises ModelLacks if the model makes none."""
        return await self._call(lambda engine: engine.embed(texts))

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in the model's own vocabulary."""
        return await self._call(lambda engine: engine.count_tokens(texts))

    async def capabilities(self) -> Capabilities:
        """What the loaded model can do; starts the engine if none runs."""
        return await self._call(lambda engine: engine.capabilities())

    async def models(self) -> list[str]:
        """The model of these settings; ``hearth models`` lists all that are installed."""
        return [self._model]

    async def aclose(self) -> None:
        """Close connections. The engine itself runs on for other windows and ends when it is idle."""
        self._closed = True
        launch, self._launch = self._launch, None
        if launch is not None:
            launch.cancel()
            await asyncio.gather(launch, return_exceptions=True)
        if self._inner is not None:
            self._retire(self._inner)
        await self._close_retired()

    async def _stream(self, start: Callable[[OpenAICompat], AsyncIterator[Chunk]]) -> AsyncGenerator[Chunk]:
        for last_try in (False, True):
            spoke = False
            try:
                async with (
                    self._using() as engine,
                    closing(start(engine)) as stream,
                ):
                    async for chunk in stream:
                        spoke = spoke or isinstance(chunk, Delta)
                        yield chunk
                return
            except _LOST as error:
                if spoke:
                    raise ProviderBroken(
                        "The engine ended in the middle of its answer.",
                        hint="Ask again: it is started anew. `hearth doctor` shows why it ended.",
                    ) from error
                if last_try or self._closed:
                    raise

    async def _call(self, work: Callable[[OpenAICompat], Awaitable[T]]) -> T:
        try:
            async with self._using() as engine:
                return await work(engine)
        except _LOST:
            if self._closed:
                raise
        async with self._using() as engine:
            return await work(engine)

    @asynccontextmanager
    async def _using(self) -> AsyncGenerator[OpenAICompat]:
        """The connection, for one request; if the engine is lost meanwhile, the next request makes a new one."""
        engine = await self._ready()
        self._active += 1
        try:
            yield engine
        except _LOST:
            self._retire(engine)
            raise
        finally:
            self._active -= 1
            if not self._active:
                await self._close_retired()

    async def _ready(self) -> OpenAICompat:
        """A connection to the running engine. However many ask at once, it is looked for and started once."""
        if self._inner is not None:
            return self._inner
        if self._closed:
            raise ProviderUnavailable("The connection to the engine was closed.", hint="Ask again.")
        if self._launch is None or self._launch.done():
            self._launch = asyncio.create_task(self._connect(), name="ensure the engine")
            self._launch.add_done_callback(_retrieve)
        # One window may give up waiting without ending the start that others wait for.
        return await asyncio.shield(self._launch)

    async def _connect(self) -> OpenAICompat:
        # What starts processes and speaks HTTP takes a tenth of a second to import: not on the event loop.
        await asyncio.to_thread(_load)
        from hearth.engine import launch  # noqa: PLC0415

        from . import engine_link  # noqa: PLC0415

        model = await asyncio.to_thread(self._resolve, self._model, self._paths)
        spec = EngineSpec.of(model, self._settings)
        steps = launch.ensure(spec, self._paths, timeout_s=self._settings.start_timeout_s)
        address: EngineAddress | None = None
        async with closing(steps) as progress:
            async for step in progress:
                if isinstance(step, EngineAddress):
                    address = step
                else:
                    self._tell(Loading(step.message, step.fraction))
        if address is None:
            raise ProviderUnavailable("The engine gave no address.", hint="See `hearth doctor`.")
        health = await launch.status(address)
        self._inner = engine_link.connect(address, model, health, self._settings.safe_mode)
        return self._inner

    def _retire(self, engine: OpenAICompat) -> None:
        """Take no new requests to this connection. Others may still stream over it."""
        if self._inner is engine:
            self._inner = None
        if engine not in self._retired:
            self._retired.append(engine)

    async def _close_retired(self) -> None:
        retired, self._retired = self._retired, []
        for engine in retired:
            await engine.aclose()

    def _tell(self, step: Loading) -> None:
        for listener in self._listeners:
            listener.put_nowait(step)


def _load() -> None:
    from hearth.engine import launch  # noqa: F401, PLC0415

    from . import engine_link  # noqa: F401, PLC0415


def _retrieve(task: asyncio.Future[Any]) -> None:
    """Look at the task's error, so that asyncio does not log it when all who waited for it have gone."""
    if not task.cancelled():
        task.exception()
