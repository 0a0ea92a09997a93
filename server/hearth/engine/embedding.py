"""Embeddings: a second context over the same weights, made when the first text comes."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.core.errors import ContextTooLong, EngineError, ModelLacks

from .crew import Crew
from .native import Context, Model, lib
from .options import ContextOptions, Entry

_WINDOW = 2048
"""Tokens of the longest text, where the model itself allows as many; a larger cache would only take memory."""


class EmbeddingContext:
    """Turns texts into pooled vectors. All calls on one thread."""

    def __init__(self, model: Model, threads: int, crew: Crew | None = None) -> None:
        self._model, self._crew = model, crew
        self._threads = threads
        self._window = min(_WINDOW, model.trained_context)
        self._context: Context | None = None

    def embed(self, text: Sequence[int]) -> list[float]:
        """The vector of one text, given as tokens. Raises ModelLacks, ContextTooLong."""
        context = self._open()
        if not 0 < len(text) <= self._window:
            raise ContextTooLong(
                f"a text of {len(text)} tokens cannot be embedded; from 1 to {self._window} are possible.",
                hint="Split the text.",
            )
        context.clear()
        if result := context.decode([Entry(token, at, 0, True) for at, token in enumerate(text)]):
            raise EngineError(f"llama_decode failed with {result} while embedding.", hint="See the engine's log.")
        return context.embedding(0)

    def close(self) -> None:
        """Free the cache."""
        if self._context is not None:
            self._context.close()
            self._context = None

    def _open(self) -> Context:
        if self._context is None:
            size = self._window
            context = Context(
                self._model,
                ContextOptions(size=size, batch=size, sequences=1, threads=self._threads, embeddings=True),
                self._crew,
            )
            if context.pooling in (lib.LLAMA_POOLING_TYPE_NONE, lib.LLAMA_POOLING_TYPE_RANK):
                context.close()
                raise ModelLacks(
                    f"{self._model.name} is not an embedding model.",
                    hint="Name an embedding model in models.embedding, or leave it empty.",
                )
            self._context = context
        return self._context
