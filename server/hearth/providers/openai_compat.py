"""Any server that speaks the OpenAI HTTP API: llama-server, vLLM, LM Studio, Hearth's own engine, and services."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from typing import Any

from hearth.core.errors import HearthError, ModelLacks, ProviderBroken, ProviderRefused, ProviderUnavailable
from hearth.core.settings import OpenAISettings
from hearth.engine.api import PRIORITY_HEADER, Priority
from hearth.prompts import fim

from .base import Capabilities, ChatRequest, Chunk, CompletionRequest, Loading, SpelledRequest
from .detect import Found, find, list_models, root_of
from .faults import Endpoint, broken
from .fim_way import Call, chat_call, completion_call, spelled_call
from .http import Http
from .openai_wire import chunks
from .resilience import ATTEMPTS, Waits, retried, retried_stream
from .stream import shaped, whole

_EMBED_BATCH = 32
"""Texts of one request: enough to keep a server busy, few enough to answer within one wait on a slow machine."""
_ENGINE_READS = (
    "The built-in engine runs models that read text. Set `models.chat` to a model that sees, in Ollama "
    "(`ollama:qwen2.5vl`) or behind llama-server (`openai`)."
)
_SERVER_READS = (
    "The server does not say that its model sees pictures. Start it with one that does (llama-server: `--mmproj`), or "
    "set `openai.images` to `yes` if you know better."
)
_LOADING_POLL_S = 0.5
_LOADING_S = 180.0
"""A server that says that it loads its model is waited for this long: large models on slow disks take minutes."""


class OpenAICompat:
    """A provider for the server at ``settings.base_url``.

    ``model`` wins over the settings' own. ``hearth`` says that the server is Hearth's engine: control tokens are put in
    by number there, requests carry a priority, and a failed connection is not tried again (its starter does that).
    """

    def __init__(
        self,
        settings: OpenAISettings,
        *,
        model: str = "",
        hearth: bool = False,
        waits: Waits | None = None,
        where: Endpoint | None = None,
        known: Found | None = None,
    ) -> None:
        self.name = "openai"
        self._settings = settings
        self._model = model or settings.model
        self._hearth = hearth
        self._base = settings.base_url.rstrip("/")
        self._http = Http(where or _where(settings), settings.api_key, waits or Waits(settings.connect_timeout_s))
        self._attempts = 1 if hearth else ATTEMPTS
        self._known = known
        self._found: Found | None = known
        self._embeds: bool | None = None
        self._finding = asyncio.Lock()

    async def prepare(self) -> AsyncIterator[Loading]:
        """Wait for a server that still loads its model, then find out what it can do."""
        deadline = time.monotonic() + _LOADING_S
        yield Loading(f"Asking {self._http.where.address}")
        while True:
            try:
                await self._find()
            except ProviderBroken as error:
                # A server that loads answers 503, and is broken as far as a single request can tell.
                if time.monotonic() > deadline or not _is_loading(error):
                    raise
                yield Loading("The model server is loading its model")
                await asyncio.sleep(_LOADING_POLL_S)
            else:
                return

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        """Stream the text between prefix and suffix."""
        found = await self._find()
        call = completion_call(found.way, request, found.model)
        try:
            priority = Priority.BACKGROUND if request.background else Priority.INTERACTIVE
            async with aclosing(self._stream(call, priority)) as stream:
                async for chunk in stream:
                    yield chunk
        except (ProviderRefused, ModelLacks) as error:
            # Another model may have been loaded behind the same address.
            self.forget()
            if self._known is not None or self._settings.fim == "auto":
                raise
            hint = f"openai.fim is `{self._settings.fim}`; set it to `auto` to find out what this server takes."
            raise type(error)(error.message, hint=hint) from error

    async def spelled(self, request: SpelledRequest) -> AsyncIterator[Chunk]:
        """Stream what follows a prompt that is spelled out."""
        found = await self._find()
        call = spelled_call(request, found.model, exact_tokens=self._hearth)
        priority = Priority.BACKGROUND if request.background else Priority.INTERACTIVE
        async with aclosing(self._stream(call, priority)) as stream:
            async for chunk in stream:
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        """Stream the assistant's next turn."""
        found = await self._find()
        call = chat_call(request, found.model, exact_tokens=self._hearth)
        async with aclosing(self._stream(call, Priority.CHAT)) as stream:
            async for chunk in stream:
                yield chunk

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text. Raises ModelLacks if the model makes none."""
        found = await self._find()
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _EMBED_BATCH):
            vectors += await self._embed(found.model, [whole(text) for text in texts[start : start + _EMBED_BATCH]])
        if len({len(vector) for vector in vectors}) > 1:
            raise broken(self._http.where, "sent vectors of different lengths")
        return vectors

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """Scores by ``/v1/rerank``, which is not OpenAI's: llama-server, vLLM and others took it from Jina's API.

        Raises ModelLacks if the server has it not.
        """
        found = await self._find()
        body = {"query": whole(question), "documents": [whole(text) for text in texts], "top_n": len(texts)}
        with self._watching():
            try:
                answer = await self._ask(
                    "/rerank", body | ({"model": found.model} if found.model else {}), Priority.CHAT
                )
            except ProviderRefused as error:
                raise ModelLacks(
                    f"{found.model or 'The model'} ranks no texts: {error.message}",
                    hint="Set `models.reranking` to a reranker, and start llama-server with `--reranking`.",
                ) from error
        try:
            scores = {int(each["index"]): float(each["relevance_score"]) for each in answer["results"]}
            return [scores[index] for index in range(len(texts))]
        except (KeyError, TypeError, ValueError) as error:
            raise broken(self._http.where, "sent a ranking of a shape that Hearth does not know") from error

    async def models(self) -> list[str]:
        """Names as ``/v1/models`` lists them."""
        with self._watching():
            return [entry["id"] for entry in await list_models(self._http, self._base)]

    async def capabilities(self) -> Capabilities:
        """What the server and its model can do; asks it to embed one word, once."""
        found = await self._find()
        if self._embeds is None:
            try:
                await self._embed(found.model, ["a"])
                self._embeds = True
            except (ModelLacks, ProviderRefused, ProviderBroken):
                self._embeds = False
        return Capabilities(
            model=found.model or self._http.where.address,
            fim=found.way.reads_suffix,
            chat=found.chat,
            embeddings=self._embeds,
            context=found.context,
            notes=found.notes,
            speed=found.speed,
            images=self._sees(found),
            no_images=_ENGINE_READS if self._hearth else _SERVER_READS,
        )

    def _sees(self, found: Found) -> bool:
        return found.images if self._settings.images == "auto" else self._settings.images == "yes"

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text by ``/tokenize``, which llama-server and Hearth's engine have."""
        if self._hearth:
            return await self._count_all([whole(text) for text in texts])
        return [await self._count(whole(text)) for text in texts]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _find(self) -> Found:
        if self._found is None:
            async with self._finding:
                if self._found is None:
                    # Reads the formats' files, which is not the event loop's work.
                    await asyncio.to_thread(fim.any_specials)
                    self._found = await find(self._http, self._base, self._model, self._settings.fim)
        return self._found

    async def _stream(self, call: Call, priority: Priority) -> AsyncGenerator[Chunk]:
        base = root_of(self._base) if call.path == "/infill" else self._base
        url = f"{base}{call.path.removeprefix('/v1')}"

        def start() -> AsyncGenerator[Chunk]:
            events = self._http.events(url, call.body, self._headers(priority))
            return chunks(events, call.dialect, self._http.where, self._http.waits.tail_s)

        with self._watching():
            async with aclosing(shaped(retried_stream(start, self._attempts), call.filters)) as stream:
                async for chunk in stream:
                    yield chunk

    async def _embed(self, model: str, texts: list[str]) -> list[list[float]]:
        body = {"input": texts} | ({"model": model} if model else {})
        with self._watching():
            try:
                answer = await self._ask("/embeddings", body, Priority.BACKGROUND)
            except ProviderRefused as error:
                raise ModelLacks(
                    f"{model or 'The model'} makes no embeddings: {error.message}",
                    hint="Set `models.embedding` to an embedding model, such as nomic-embed-text.",
                ) from error
        try:
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            vectors = [[float(value) for value in entry["embedding"]] for entry in entries]
        except (KeyError, TypeError, ValueError) as error:
            raise broken(self._http.where, "sent embeddings of a shape that Hearth does not know") from error
        if len(vectors) != len(texts) or not all(vectors):
            raise broken(self._http.where, f"sent {len(vectors)} embeddings for {len(texts)} texts")
        return vectors

    async def _count(self, text: str) -> int:
        if not text:
            return 0
        body = {"content": text, "add_special": False, "parse_special": False}
        with self._watching():
            try:
                answer = await self._ask("/tokenize", body, Priority.INTERACTIVE, root=True)
            except (ProviderRefused, ModelLacks) as error:
                raise ModelLacks(f"{self._http.where.what} cannot count tokens.") from error
        tokens = answer.get("tokens") if isinstance(answer, dict) else None
        if not isinstance(tokens, list):
            raise broken(self._http.where, "sent no tokens")
        return len(tokens)

    async def _count_all(self, texts: list[str]) -> list[int]:
        """Hearth's engine takes many texts at once; llama-server would join them to one."""
        if not texts:
            return []
        with self._watching():
            answer = await self._ask("/tokenize", {"content": texts}, Priority.INTERACTIVE, root=True)
        lists = answer.get("tokens") if isinstance(answer, dict) else None
        if not isinstance(lists, list) or len(lists) != len(texts) or not all(isinstance(each, list) for each in lists):
            raise broken(self._http.where, "sent no tokens")
        return [len(each) for each in lists]

    async def _ask(self, path: str, body: Mapping[str, Any], priority: Priority, *, root: bool = False) -> Any:
        url = f"{root_of(self._base) if root else self._base}{path}"
        wait_s = self._http.waits.answer_s
        headers = self._headers(priority)
        return await retried(lambda: self._http.call("POST", url, body, wait_s=wait_s, headers=headers), self._attempts)

    def _headers(self, priority: Priority) -> dict[str, str]:
        return {PRIORITY_HEADER: priority.value} if self._hearth else {}

    @contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            yield
        except ProviderUnavailable:
            self.forget()
            raise

    def forget(self) -> None:
        """Ask the server again next time: another may have taken its place."""
        self._found, self._embeds = self._known, None


def _is_loading(error: HearthError) -> bool:
    return "HTTP 503" in error.message


def _where(settings: OpenAISettings) -> Endpoint:
    return Endpoint(
        what="The model server",
        address=settings.base_url.rstrip("/"),
        start_hint=(
            "Start your model server, for instance `llama-server -m MODEL.gguf --port 8080`, or set `openai.base_url` "
            "to its address. `hearth doctor` shows what answers."
        ),
        key_hint="Set `openai.api_key` in your own settings to the key that this server expects.",
    )
