"""A real control group of memory, as a container has one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BASE = Path("/sys/fs/cgroup/memory")
_PATIENCE_S = 30.0
"""Until the last process of a group is gone."""


@contextmanager
def memory_group(limit: int) -> Iterator[Path]:
    """A group whose processes may have ``limit`` bytes; a process joins it by writing its number into ``cgroup.procs``.

    Skips the test where none can be made.
    """
    folder = _BASE / f"hearth-test-{os.getpid()}"
    try:
        folder.mkdir(exist_ok=True)
        (folder / "memory.limit_in_bytes").write_text(str(limit))
    except OSError as refused:
        pytest.skip(f"no control group of memory can be made here: {refused}")
    try:
        yield folder
    finally:
        end = time.monotonic() + _PATIENCE_S
        while (folder / "cgroup.procs").read_text() and time.monotonic() < end:
            time.sleep(0.01)
        folder.rmdir()
