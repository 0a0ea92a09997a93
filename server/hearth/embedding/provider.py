"""The embedding model of a provider: the engine's, Ollama's, or one behind an OpenAI-compatible server."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from typing import Self

import numpy as np

from hearth.core.aio import closing
from hearth.core.errors import ModelLacks, ProviderTimeout
from hearth.providers.base import Provider

from .base import Vectors

_BATCH = 16
_EMBED_S = 120.0
"""Longest wait for one batch; a server may have to load the model first."""
_MAX_CHARS = 6_000
"""Characters of a text that are sent: small embedding models refuse longer ones instead of cutting them."""
_VERSION = 1


class ProviderEmbedder:
    """A provider that is ready. It is closed with the embedder."""

    batch = _BATCH

    def __init__(self, provider: Provider, key: str, dimensions: int) -> None:
        self._provider = provider
        self.key = key
        self.dimensions = dimensions

    @classmethod
    async def load(cls, provider: Provider, spec: str) -> Self:
        """Make the provider ready and ask it for one vector. Raises what providers raise; it is closed then."""
        try:
            async with closing(provider.prepare()) as steps:
                async for _ in steps:
                    pass
            model = (await provider.capabilities()).model
            made = cls(provider, _key(spec, model), 0)
            made.dimensions = (await made.embed(["def hello(): pass"])).shape[1]
        except BaseException:
            await provider.aclose()
            raise
        return made

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of pieces of code."""
        try:
            async with asyncio.timeout(_EMBED_S):
                rows = await self._provider.embed([text[:_MAX_CHARS] for text in texts])
        except TimeoutError:
            raise ProviderTimeout(f"No vectors after {_EMBED_S:g} s.", hint="Is the server overloaded?") from None
        try:
            vectors = np.asarray(rows, np.float32).reshape(len(texts), self.dimensions or len(rows[0]))
        except (ValueError, IndexError, TypeError):
            raise ModelLacks("The model's vectors have several sizes, or none.", hint="Choose another model.") from None
        if vectors.size == 0:
            raise ModelLacks("The model makes empty vectors.", hint="Choose another model.")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)

    async def embed_question(self, text: str) -> Vectors:
        """One vector, as one row."""
        return await self.embed([text])

    async def aclose(self) -> None:
        """Close the provider."""
        await self._provider.aclose()


def _key(spec: str, model: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "_", model.rpartition("/")[2]).strip("_").lower()[:40]
    digest = hashlib.blake2b(f"{spec}\0{model}".encode(), digest_size=4).hexdigest()
    return f"provider_{plain}_{digest}_v{_VERSION}"
