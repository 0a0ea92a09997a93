"""Any model of sentence-transformers, for those who have it: larger and slower to start, for every model name."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import numpy as np

from hearth.core.errors import ModelNotFound

from .base import Vectors

_BATCH = 16
_VERSION = 1


class SentenceTransformers:
    """A model, loaded. ``name`` is a folder, or a name of a model that is on this machine already."""

    batch = _BATCH

    def __init__(self, name: str, model: Any) -> None:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", name.rstrip("/").rpartition("/")[2]).strip("_").lower()
        # Two folders of the same name are two models.
        digest = hashlib.blake2b(name.encode(), digest_size=4).hexdigest()
        self.key = f"st_{plain}_{digest}_v{_VERSION}"
        # Its older name warns since version 5, and is the only one before.
        dimensions = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        self.dimensions = int(dimensions())
        self._model = model
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")

    @classmethod
    async def load(cls, name: str, threads: int) -> Self:
        """Load a model from this machine; nothing is downloaded. Raises ModelNotFound."""
        return await asyncio.to_thread(cls._load, name, threads)

    @classmethod
    def _load(cls, name: str, threads: int) -> Self:
        try:
            import torch  # noqa: PLC0415
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        except ImportError as error:
            raise ModelNotFound(
                f"sentence-transformers cannot be loaded ({error}).", hint='Install "hearth-ls[transformers]".'
            ) from error
        torch.set_num_threads(threads)
        try:
            return cls(name, SentenceTransformer(name, local_files_only=True))
        except Exception as error:
            # It raises what its dozens of model classes raise.
            raise ModelNotFound(
                f"sentence-transformers has no model {name} on this machine.",
                hint="Download it first, or name a folder.",
            ) from error

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of pieces of code."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, list(texts))

    async def embed_question(self, text: str) -> Vectors:
        """One vector, as one row."""
        return await self.embed([text])

    async def aclose(self) -> None:
        """Free the model."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _run(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(
            texts, batch_size=_BATCH, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)
