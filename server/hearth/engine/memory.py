"""How large a context may be on this machine: its cache of keys and values takes memory for every token."""

from __future__ import annotations

from pathlib import Path

import attrs

from hearth.core.errors import EngineMemory

SMALLER = "Choose a smaller model, or close what else takes memory."
"""What to do where a model does not fit."""

_SHARE = 0.5
"""Of the memory that is free once the model is in it: the editor and what it starts want the rest."""
_STEP = 256
"""A window is a multiple of it: llama.cpp rounds up to that itself."""
LEAST = 512
"""Tokens. With less there is no use in a model; should even that not fit, loading says so."""
_BYTES = 2
"""Of a 16-bit float."""


@attrs.frozen
class Cost:
    """What a model's context takes."""

    layers: int
    kv_heads: int
    head_width: int

    @property
    def token_bytes(self) -> int:
        """Bytes that one token takes: a key and a value in each layer."""
        return 2 * self.layers * self.kv_heads * self.head_width * _BYTES


@attrs.frozen
class Window:
    """The window that fits."""

    tokens: int
    note: str = ""
    """Why it is smaller than what was wanted, for a person; empty if it is not."""


def check(model: Path, size: int, allowed: int, machine: int) -> None:
    """Raise EngineMemory if a file of ``size`` bytes is larger than what this process may have.

    ``allowed``: bytes of that, as :func:`hearth.core.limits.memory` tells; ``machine``: those of the whole machine.
    The system would map the file all the same, and read it from the disk again for each token. Pages of a mapped file
    count against a container's limit too, once the container has read them, and are given up first when it is reached.
    """
    if size <= allowed:
        return
    takes = f"The model {model.name} takes {size / 1e9:,.1f} GB"
    if allowed < machine:
        raise EngineMemory(
            f"{takes}, and the limit of this container is {allowed / 1e9:,.1f} GB of memory.",
            hint="Choose a smaller model, or give the container more memory.",
        )
    raise EngineMemory(
        f"{takes}, and this machine has {machine / 1e9:,.1f} GB of memory.", hint="Choose a smaller model."
    )


def fitting(wanted: int, requests: int, cost: Cost, available: int) -> Window:
    """A window of ``wanted`` tokens, or less where ``requests`` of them side by side take too much memory.

    ``available``: bytes that are free once the model is in memory.
    """
    most = int(max(0, available) * _SHARE) // max(1, cost.token_bytes * requests) // _STEP * _STEP
    tokens = max(LEAST, most)
    if tokens >= wanted:
        return Window(wanted)
    need = wanted * requests * cost.token_bytes
    return Window(
        tokens,
        f"Memory is low: the context was cut from {wanted} to {tokens} tokens, because {wanted} would take "
        f"{need / 1e6:,.0f} MB and {max(0, available) / 1e6:,.0f} MB are free. A smaller model leaves room for more.",
    )
