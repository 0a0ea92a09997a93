"""How many cores this process may use."""

from __future__ import annotations

import os

import psutil

from . import limits


def usable() -> int:
    """Logical cores that this process may run on, at least one: a container or ``taskset`` may allow it few of them, or
    only the time of few.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    time = limits.processors()
    return allowed if time is None else max(1, min(allowed, int(time)))


def physical() -> int:
    """Of those, the ones that are cores of their own: a second thread on a core only takes its units from the first."""
    allowed = usable()
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))
