"""How the next token is chosen: llama.cpp's own samplers, in llama.cpp's own default order."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import attrs

from .native import Context, lib

_SEEDS = 2**32 - 1
_PENALTY_WINDOW = 64
"""Tokens that a repetition penalty looks back on, llama.cpp's default."""


@attrs.frozen
class Sampling:
    """Parameters of one request. The defaults are greedy."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 40
    min_p: float = 0.05
    seed: int | None = None
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    repeat_penalty: float = 1.0

    @property
    def penalised(self) -> bool:
        """Whether earlier tokens change the choice of the next."""
        return bool(self.frequency_penalty or self.presence_penalty or self.repeat_penalty != 1.0)

    @property
    def greedy(self) -> bool:
        """Whether the choice depends on the logits alone."""
        return self.temperature <= 0 and not self.penalised


class Sampler:
    """A chain of samplers with its own random state."""

    def __init__(self, sampling: Sampling, vocabulary_size: int) -> None:
        self._chain: Any = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        for link in _links(sampling, vocabulary_size):
            lib.llama_sampler_chain_add(self._chain, link)

    def sample(self, context: Context, row: int) -> int:
        """The next token after batch row ``row``, whose logits were asked for."""
        return int(lib.llama_sampler_sample(self._chain, context.handle, row))

    def close(self) -> None:
        """Free the chain."""
        lib.llama_sampler_free(self._chain)


def _links(sampling: Sampling, vocabulary_size: int) -> Iterator[Any]:
    if sampling.penalised:
        yield lib.llama_sampler_init_penalties(
            vocabulary_size,
            _PENALTY_WINDOW,
            sampling.repeat_penalty,
            sampling.frequency_penalty,
            sampling.presence_penalty,
        )
    if sampling.temperature <= 0:
        yield lib.llama_sampler_init_greedy()
        return
    if sampling.top_k > 0:
        yield lib.llama_sampler_init_top_k(sampling.top_k)
    if sampling.top_p < 1:
        yield lib.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0:
        yield lib.llama_sampler_init_min_p(sampling.min_p, 1)
    yield lib.llama_sampler_init_temp(sampling.temperature)
    seed = sampling.seed if sampling.seed is not None else secrets.randbelow(_SEEDS)
    yield lib.llama_sampler_init_dist(seed % _SEEDS)
