"""How long a language server takes from the start of its process to the answer of ``initialize``."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import attrs
import psutil

from .result import Figure, Result, at_most
from .wire import Client

NAME = "initialize"
TITLE = "Start of the language server"
PAIRS = 21
WARM_UP = 3
HEARTH = [str(Path(sys.executable).with_name("hearth")), "lsp"]
PEER = [sys.executable, "-P", str(Path(__file__).with_name("peer_pygls.py"))]


@attrs.frozen
class Start:
    """One start, in milliseconds."""

    passed: float
    """By the clock."""
    worked: float
    """By the processor, which other programs do not disturb as much."""


def run() -> Result:
    """Start both in turns; the first of each pair changes, so that neither always finds the warmer machine."""
    ours: list[Start] = []
    peer: list[Start] = []
    with tempfile.TemporaryDirectory() as home:
        for pair in range(-WARM_UP, PAIRS):
            order = [(HEARTH, ours), (PEER, peer)]
            for command, starts in order if pair % 2 else reversed(order):
                start = _start(command, Path(home))
                if pair >= 0:
                    starts.append(start)
    differences = [mine.passed - other.passed for mine, other in zip(ours, peer, strict=True)]
    return Result(
        figures={
            "process start to initialize answered, median": Figure(
                statistics.median(start.passed for start in ours),
                "ms",
                statistics.median(start.passed for start in peer),
            ),
            "more than the peer, median of the pairs": Figure(statistics.median(differences), "ms", target=at_most(50)),
            "best of all starts": Figure(
                min(start.passed for start in ours), "ms", min(start.passed for start in peer)
            ),
            "processor time of a start, mean": Figure(
                statistics.mean(start.worked for start in ours), "ms", statistics.mean(start.worked for start in peer)
            ),
        },
        note=(
            f"`hearth lsp` beside a bare pygls server (`tests/bench/peer_pygls.py`), {PAIRS} starts of each in turns, "
            f"after {WARM_UP} that do not count. Same Python, compiled modules in the file cache."
        ),
        target="`initialize` is answered at most 50 ms later than by bare pygls.",
    )


def _start(command: list[str], home: Path) -> Start:
    begun = time.perf_counter()
    with Client.running(command, {"HEARTH_HOME": str(home)}) as client:
        passed = client.initialize(home) - begun
        used = psutil.Process(client.process.pid).cpu_times()
        return Start(passed * 1000, (used.user + used.system) * 1000)
