"""Limits that the kernel keeps on a process that runs native code over hostile texts."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Iterator

import psutil


def limit_memory(extra: int) -> None:
    """Let this process take ``extra`` bytes more address space than it has; beyond that allocating fails, which ends a
    parser. Where the system knows no such limit there is none."""
    with contextlib.suppress(OSError, ValueError):
        most = psutil.Process().memory_info().vms + extra
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextlib.contextmanager
def limited_cpu(seconds: float) -> Iterator[None]:
    """The block takes no more time of a processor, or the process ends: the kernel does that, whoever holds the GIL."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
