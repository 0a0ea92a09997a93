"""How a model and its cache are opened, and what is decoded: plain values, which need no native code."""

from __future__ import annotations

import attrs


@attrs.frozen
class LoadOptions:
    """How to load a model."""

    extra_buffers: bool
    """Let llama.cpp repack weights for this processor's matrix units; faster, and where native code may crash."""
    gpu_layers: int
    """Layers on the GPU, -1 for all."""


@attrs.frozen
class ContextOptions:
    """How to run a model. Sizes are tokens."""

    size: int
    """Cells of the cache, shared by all sequences."""
    batch: int
    sequences: int
    threads: int
    embeddings: bool = False
    plain: bool = False
    """No flash attention and no operation on the GPU: the last rung of the ladder."""


@attrs.frozen
class Entry:
    """One token of a batch."""

    token: int
    position: int
    sequence: int
    output: bool
    """Whether its logits are wanted."""
