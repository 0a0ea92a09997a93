"""What this machine has for a model: memory, disk, and how fast its memory is read.

Writing a token reads the weights once, so its speed follows from the bytes of the file and what the memory gives in a
second, or the GPU's if the engine was seen to run there.
"""

from __future__ import annotations

import functools
import shutil
import threading
import time
from pathlib import Path

import attrs

from hearth.core import cores, limits

_OVERHEAD = 1.2
"""Of a model in memory over its file: the context's cells and the buffers of a step."""
_SHARE = 0.6
"""Of the memory's speed that decoding gets. Measured on two cores that read 30 GB a second: files of 0.27 and 0.60 GB
were foretold 64 and 31 tokens a second, and wrote 46 to 81 and 31 to 37."""
LEAST_BYTES = 150_000_000
"""Of a file whose speed follows from the memory's: smaller ones are read from the processor's caches."""
_PART = 48 << 20
"""Bytes that each thread reads: together more than a processor's caches hold."""
_ROUNDS = 4


@attrs.frozen
class Machine:
    """Bytes, and bytes a second."""

    cores: int
    memory: int
    free_memory: int
    free_disk: int
    """Where models are installed."""
    bandwidth: float
    """Of the memory; 0 if it was not measured."""


def look(folder: Path) -> Machine:
    """This machine, now. The first call of a process reads memory for a tenth of a second."""
    memory = limits.memory()
    return Machine(cores.physical(), memory.total, memory.available, free_disk(folder), bandwidth())


def free_disk(folder: Path) -> int:
    """Bytes that are free where ``folder`` is, or would be."""
    place = next((each for each in (folder, *folder.parents) if each.exists()), None)
    return shutil.disk_usage(place).free if place is not None else 0


def memory_of(size: int) -> int:
    """Bytes of memory that a model file of ``size`` bytes takes when it runs."""
    return int(size * _OVERHEAD)


def predicted(token_bytes: int, bandwidth: float) -> float | None:
    """Tokens a second of a model that reads ``token_bytes`` for each; None if that cannot be told."""
    return _SHARE * bandwidth / token_bytes if token_bytes and bandwidth else None


@functools.cache
def bandwidth() -> float:
    """Bytes a second that all cores together read from memory; the best of some rounds, for others run too."""
    import numpy as np  # noqa: PLC0415 - imports what the start does not need

    parts = [np.ones(_PART // 4, np.float32) for _ in range(cores.physical())]
    best = 0.0
    for _ in range(_ROUNDS):
        threads = [threading.Thread(target=np.dot, args=(part, part)) for part in parts]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, _PART * len(parts) / (time.perf_counter() - began))
    return best
