"""A running Ollama, through its official client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import attrs

from hearth.core.aio import closing
from hearth.core.errors import ModelLacks, ProviderUnavailable
from hearth.core.settings import OllamaSettings
from hearth.prompts import fim
from hearth.prompts.fim import FimFormat

from .base import Capabilities, ChatRequest, Chunk, CompletionRequest, Delta, Done, Loading, Reason, SpelledRequest
from .faults import Endpoint, broken
from .fim_way import REPOSITORY, with_comments
from .http import is_loopback
from .ollama_wire import keep_lines_whole, mapped, no_insert, options, usage
from .resilience import Waits, retried, retried_stream
from .stream import StopGuard, Surrogates, TextFilter, logprobs, shaped, whole

if TYPE_CHECKING:
    import ollama

T = TypeVar("T")

_EMPTY_SUFFIX = "\n"
"""Sent where nothing stands behind the cursor: with an empty suffix Ollama leaves the FIM template and talks."""


@attrs.frozen
class Shown:
    """What ``/api/show`` tells of the model."""

    capabilities: frozenset[str] | None
    """None from an Ollama that is too old to tell (before 0.6.4)."""
    context: int | None
    format: FimFormat | None
    """Known by the model's name: whose control tokens its template spells out."""

    def may(self, ability: str) -> bool:
        """Can it, or can it perhaps?"""
        return self.capabilities is None or ability in self.capabilities


class Ollama:
    """The provider of ``settings.host``. ``model`` wins over the settings' own."""

    def __init__(self, settings: OllamaSettings, *, model: str = "", waits: Waits | None = None) -> None:
        self.name = "ollama"
        self._settings = settings
        self._model = model or settings.model
        self._where = _where(settings)
        self._waits = waits or Waits(settings.connect_timeout_s)
        self._client: ollama.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._shown: Shown | None = None
        self._raw = False
        """The model's template turned out to know no suffix, so its prompt is spelled here."""

    async def prepare(self) -> AsyncIterator[Loading]:
        """Let Ollama load the model, so that the first completion need not wait for it."""
        shown = await self._show()
        yield Loading(f"Loading {self._model} into Ollama")
        client = await self._open()
        keep_alive = self._settings.keep_alive
        if shown.may("completion") or shown.may("insert"):
            # A request without a prompt loads the model and generates nothing.
            await self._ask(lambda: client.generate(model=self._model, keep_alive=keep_alive), self._waits.answer_s)

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        """Stream the text between prefix and suffix. Raises ModelLacks if the model cannot fill in the middle."""
        shown = await self._show()
        if not self._raw and shown.may("insert"):
            try:
                async with aclosing(self._insert(request, shown)) as stream:
                    async for chunk in stream:
                        yield chunk
                return
            except ModelLacks as error:
                # Raised before any text: Ollama refuses a template without a suffix outright.
                if shown.format is None or error.message != no_insert(self._model).message:
                    raise
        if shown.format is None:
            raise no_insert(self._model)
        self._raw = True
        async with aclosing(self._spelled(request, shown.format)) as stream:
            async for chunk in stream:
                yield chunk

    async def spelled(self, request: SpelledRequest) -> AsyncIterator[Chunk]:
        """Stream what follows a prompt that is spelled out: raw, past the model's template."""
        filters: tuple[TextFilter, ...] = (Surrogates(), StopGuard(request.stop), request.specials.restoring())
        prompt = {"prompt": request.blunted, "raw": True}
        async with aclosing(self._generate(prompt, request, request.stop, filters)) as stream:
            async for chunk in stream:
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        """Stream the assistant's next turn."""
        specials = fim.chat_specials()
        messages = [
            {
                "role": each.role.value,
                "content": specials.blunt(whole(each.content)),
                **({"images": [image.data for image in each.images]} if each.images else {}),
            }
            for each in request.messages
        ]
        client = await self._open()

        def start() -> Awaitable[AsyncIterator[Any]]:
            return client.chat(
                model=self._model,
                messages=messages,
                stream=True,
                options=options(request, request.stop),
                keep_alive=self._settings.keep_alive,
            )

        filters = (Surrogates(), specials.restoring(), StopGuard(request.stop))
        async with aclosing(self._stream(start, lambda part: part.message.content, filters)) as stream:
            async for chunk in stream:
                yield chunk

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text. Raises ModelLacks if the model makes none."""
        if not texts:
            return []
        client = await self._open()
        inputs = [whole(text) for text in texts]
        answer = await self._ask(
            lambda: client.embed(model=self._model, input=inputs, keep_alive=self._settings.keep_alive),
            self._waits.answer_s,
        )
        vectors = [[float(value) for value in vector] for vector in answer.embeddings]
        if len(vectors) != len(texts) or not all(vectors):
            raise broken(self._where, f"sent {len(vectors)} embeddings for {len(texts)} texts")
        return vectors

    async def capabilities(self) -> Capabilities:
        """What ``/api/show`` tells of the model."""
        shown = await self._show()
        abilities = shown.capabilities
        notes = []
        if abilities is None:
            notes.append("This Ollama is too old to tell what a model can do; update it to be sure.")
        by_name = shown.format is not None and not (abilities is not None and "insert" in abilities)
        if by_name and shown.format is not None:
            notes.append(f"The way to fill in the middle was chosen by the model's name: {shown.format.name}.")
        return Capabilities(
            model=self._model,
            fim=shown.format is not None or bool(abilities and "insert" in abilities),
            chat=shown.may("completion"),
            embeddings=shown.may("embedding") and abilities is not None,
            context=shown.context,
            notes=tuple(notes),
            images=bool(abilities and "vision" in abilities),
            no_images="Run `ollama pull qwen2.5vl` (or another model that sees) and name it in `models.chat`.",
        )

    async def models(self) -> list[str]:
        """Names as ``ollama list`` shows them."""
        client = await self._open()
        answer = await self._ask(client.list, self._waits.call_s)
        return [entry.model for entry in answer.models if entry.model]

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Raises ModelLacks: Ollama has no such call."""
        raise ModelLacks(f"Ollama cannot count tokens ({len(texts)} texts asked).", hint="Estimate them by length.")

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.close()  # type: ignore[no-untyped-call]

    def _insert(self, request: CompletionRequest, shown: Shown) -> AsyncGenerator[Chunk]:
        """By ``suffix``: Ollama puts both texts into the model's own template, as text; so spellings are blunted."""
        specials = shown.format.specials if shown.format else fim.any_specials()
        request = with_comments(request)
        prompt, suffix = specials.blunt(whole(request.prefix)), specials.blunt(whole(request.suffix)) or _EMPTY_SUFFIX
        filters: tuple[TextFilter, ...] = (Surrogates(), specials.restoring(), StopGuard(request.stop))
        return self._generate({"prompt": prompt, "suffix": suffix}, request, request.stop, filters)

    def _spelled(self, request: CompletionRequest, spelling: FimFormat) -> AsyncGenerator[Chunk]:
        """By a raw prompt, for a model whose template in Ollama knows no suffix."""
        if not spelling.file:
            request = with_comments(request)
        others = [(whole(each.path), whole(each.text)) for each in request.others]
        prompt = spelling.render(
            whole(request.prefix), whole(request.suffix), path=request.path, repository=REPOSITORY, files=others
        )
        filters: tuple[TextFilter, ...] = (
            Surrogates(),
            StopGuard(spelling.stop),
            spelling.specials.restoring(),
            StopGuard(request.stop),
        )
        stops = (*request.stop, *spelling.stop)
        return self._generate({"prompt": prompt, "raw": True}, request, stops, filters)

    async def _generate(
        self,
        prompt: Mapping[str, Any],
        request: CompletionRequest | SpelledRequest,
        stops: tuple[str, ...],
        filters: tuple[TextFilter, ...],
    ) -> AsyncGenerator[Chunk]:
        client = await self._open()
        told = isinstance(request, CompletionRequest) and request.logprobs

        def start() -> Awaitable[AsyncIterator[Any]]:
            return client.generate(
                model=self._model,
                stream=True,
                options=options(request, stops),
                keep_alive=self._settings.keep_alive,
                logprobs=told or None,  # An Ollama before 0.12.11 passes over what it does not know.
                **prompt,
            )

        async with aclosing(self._stream(start, lambda part: part.response, filters)) as stream:
            async for chunk in stream:
                yield chunk

    async def _stream(
        self,
        start: Callable[[], Awaitable[AsyncIterator[Any]]],
        text_of: Callable[[Any], str | None],
        filters: tuple[TextFilter, ...],
    ) -> AsyncGenerator[Chunk]:
        """Ollama's parts as chunks; each wait has its own deadline."""
        wait_s = self._waits.answer_s

        async def parts() -> AsyncGenerator[Chunk]:
            source = await start()
            heard: list[float] = []
            async with closing(source):
                while True:
                    with mapped(self._where, self._model, wait_s):
                        try:
                            async with asyncio.timeout(wait_s):
                                part = await anext(source)
                        except StopAsyncIteration:
                            raise broken(self._where, "ended its answer in the middle") from None
                    heard += logprobs([each.logprob for each in part.logprobs or ()])
                    if text := text_of(part):
                        yield Delta(text, tuple(heard))
                        heard.clear()
                    if part.done:
                        yield Done(Reason.LENGTH if part.done_reason == "length" else Reason.STOP, usage(part))
                        return

        try:
            async with aclosing(shaped(retried_stream(parts), filters)) as stream:
                async for chunk in stream:
                    yield chunk
        except ProviderUnavailable:
            # Another version, with other models, may answer next time.
            self._shown, self._raw = None, False
            raise

    async def _show(self) -> Shown:
        if self._shown is None:
            client = await self._open()
            answer = await self._ask(lambda: client.show(self._model), self._waits.call_s)
            abilities = None if answer.capabilities is None else frozenset(answer.capabilities)
            info = answer.modelinfo or {}
            context = info.get(f"{info.get('general.architecture', '')}.context_length")
            family = fim.for_model(self._model)
            self._shown = Shown(abilities, context if isinstance(context, int) else None, family)
        return self._shown

    async def _ask(self, work: Callable[[], Awaitable[T]], wait_s: float) -> T:
        async def once() -> T:
            with mapped(self._where, self._model, wait_s):
                async with asyncio.timeout(wait_s):
                    return await work()

        return await retried(once)

    async def _open(self) -> ollama.AsyncClient:
        async with self._opening:
            if self._closed:
                raise ProviderUnavailable("The connection to Ollama was closed.", hint="Ask again.")
            if self._client is None:
                # The import takes a third of a second, too long for the event loop.
                self._client = await asyncio.to_thread(self._new)
        return self._client

    def _new(self) -> ollama.AsyncClient:
        import httpx  # noqa: PLC0415
        import ollama  # noqa: PLC0415

        host = self._settings.host
        name = urlsplit(host if "//" in host else f"//{host}").hostname or "127.0.0.1"
        return ollama.AsyncClient(
            host=host,
            timeout=httpx.Timeout(self._waits.answer_s, connect=self._waits.connect_s),
            follow_redirects=False,
            trust_env=not is_loopback(name),
            event_hooks={"response": [keep_lines_whole]},
        )


def _where(settings: OllamaSettings) -> Endpoint:
    return Endpoint(
        what="Ollama",
        address=settings.host,
        start_hint="Start it with `ollama serve` (or its app), or set `ollama.host` to where it runs.",
        key_hint="Check what stands before this Ollama; Hearth sends it no key.",
    )
