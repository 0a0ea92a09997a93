"""The embedded engine: found or started when it is needed, then spoken to like any OpenAI-compatible server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hearth.core.aio import closing
from hearth.core.errors import ProviderAuth, ProviderBroken, ProviderUnavailable
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings, OpenAISettings
from hearth.engine.api import EngineAddress, EngineSpec

from .base import Capabilities, ChatRequest, Chunk, CompletionRequest, Delta, Loading
from .detect import Found
from .faults import Endpoint
from .fim_way import Kind, Way
from .openai_compat import OpenAICompat
from .resilience import Waits

if TYPE_CHECKING:
    from .registry import ModelResolver

T = TypeVar("T")

_LOST = (ProviderUnavailable, ProviderBroken, ProviderAuth)
"""How an engine that died, or was replaced by another one on its port, looks from here."""
_CONNECT_S = 2.0
"""On the loopback address a connection is made at once or not at all."""


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
            # Whoever waits gets the error too; this keeps asyncio from logging it when all of them have gone.
            self._launch.add_done_callback(lambda task: task.cancelled() or task.exception())
        # One window may give up waiting without ending the start that others wait for.
        return await asyncio.shield(self._launch)

    async def _connect(self) -> OpenAICompat:
        from hearth.engine import launch  # noqa: PLC0415

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
        self._inner = self._provider(address, model, health)
        return self._inner

    def _provider(self, address: EngineAddress, model: Path, health: Mapping[str, Any]) -> OpenAICompat:
        return OpenAICompat(
            OpenAISettings(base_url=f"{address.url}/v1", api_key=address.token),
            hearth=True,
            waits=Waits(connect_s=_CONNECT_S),
            where=_where(address),
            known=_found(health, model, self._settings.safe_mode),
        )

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


def _found(health: Mapping[str, Any], model: Path, safe_mode: str) -> Found:
    """What the engine says of its model."""
    name, context, mode = health.get("model"), health.get("context"), health.get("mode")
    notes: list[str] = []
    fim, chat = health.get("fim") is not False, health.get("chat") is not False
    if isinstance(mode, str) and mode not in ("fast", safe_mode):
        notes.append(f"The engine runs in the safer mode {mode!r}, because a faster one crashed on this machine.")
    if fim:
        way = Way(Kind.SUFFIX, exact_tokens=True)
    else:
        way = Way(Kind.INSTRUCT if chat else Kind.PREFIX, exact_tokens=True)
        notes.append(
            "This model has no tokens to fill in the middle; "
            + ("it is asked in words." if chat else "it sees only the text before the cursor.")
        )
    return Found(
        model=name if isinstance(name, str) else model.stem,
        way=way,
        chat=chat,
        context=context if isinstance(context, int) else None,
        notes=tuple(notes),
    )


def _where(address: EngineAddress) -> Endpoint:
    return Endpoint(
        what="The engine",
        address=address.url,
        start_hint=f"It is started again by the next request; if that fails too, see {address.log}.",
        key_hint="Another program answers on the engine's port; `hearth engine stop` and try again.",
    )
