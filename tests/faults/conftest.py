"""The engine's fixtures, and workers with faults."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.conftest import *  # noqa: F403

FAULTY = Path(__file__).with_name("faulty_worker.py")


@pytest.fixture
def faulty() -> Callable[[str], tuple[str, ...]]:
    """The command of a worker with a fault."""
    return lambda fault: (sys.executable, str(FAULTY), fault)
