"""What reads a question and a piece of code together, and says how well they fit: slower and better than vectors.

A reranker looks at what a search found; it finds nothing itself. Importing this is cheap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, Self

from hearth.core.aio import closing
from hearth.core.errors import ModelLacks, ModelNotFound, ProviderTimeout
from hearth.providers import base

_BATCH = 16
_RERANK_S = 20.0
"""Longest wait for a server; who waits for it is a person who asked something."""
_MAX_CHARS = 4_000
"""Characters of a text that are sent: models for this read some 512 tokens, and servers refuse longer texts."""


class Reranker(Protocol):
    """Judges texts for one question."""

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One number for each text, the higher the better; comparable within this call only. Raises HearthError."""
        ...

    async def aclose(self) -> None:
        """Free the model."""
        ...


class CrossEncoder:
    """A cross-encoder of sentence-transformers that is on this machine."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rerank")

    @classmethod
    async def load(cls, name: str) -> Self:
        """Load a model, by its name or its folder; nothing is downloaded. Raises ModelNotFound."""
        return await asyncio.to_thread(cls._load, name)

    @classmethod
    def _load(cls, name: str) -> Self:
        try:
            from sentence_transformers import CrossEncoder as Model  # noqa: PLC0415
        except ImportError as error:
            raise ModelNotFound(
                f"sentence-transformers cannot be loaded ({error}).", hint='Install "hearth-ls[transformers]".'
            ) from error
        try:
            return cls(Model(name, local_files_only=True))
        except Exception as error:
            # It raises what its dozens of model classes raise.
            raise ModelNotFound(
                f"sentence-transformers has no reranker {name} on this machine.",
                hint="Download it first, or name a folder.",
            ) from error

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """As :meth:`Reranker.scores`."""
        pairs = [(question, text) for text in texts]
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, pairs)

    async def aclose(self) -> None:
        """Free the model."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _run(self, pairs: list[tuple[str, str]]) -> list[float]:
        found = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return [float(each) for each in found]


class ServerReranker:
    """The reranker of a model server. The provider is closed with it."""

    def __init__(self, provider: base.Provider) -> None:
        """Raises ModelLacks if providers of this kind have none."""
        if not isinstance(provider, base.Reranker):
            raise ModelLacks(
                f"The provider {provider.name} has no reranker.",
                hint="Set models.reranking to `openai:MODEL`: llama-server, vLLM and others serve /v1/rerank.",
            )
        self._provider = provider
        self._rerank = provider.rerank

    @classmethod
    async def load(cls, provider: base.Provider) -> Self:
        """Make the provider ready and have it judge a text. Raises what providers raise; it is closed then."""
        try:
            async with closing(provider.prepare()) as steps:
                async for _ in steps:
                    pass
            made = cls(provider)
            await made.scores("greet", ["def hello(): pass"])
        except BaseException:
            await provider.aclose()
            raise
        return made

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """As :meth:`Reranker.scores`."""
        try:
            async with asyncio.timeout(_RERANK_S):
                return await self._rerank(question[:_MAX_CHARS], [text[:_MAX_CHARS] for text in texts])
        except TimeoutError:
            raise ProviderTimeout(f"No ranking after {_RERANK_S:g} s.", hint="Is the server overloaded?") from None

    async def aclose(self) -> None:
        """Close the provider."""
        await self._provider.aclose()
