"""How long a language server takes from the start of its process to the answer of ``initialize``."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from .result import Figure, Result, at_most
from .wire import Client

NAME = "initialize"
TITLE = "Start of the language server"
PAIRS = 21
WARM_UP = 3
HEARTH = [str(Path(sys.executable).with_name("hearth")), "lsp"]
PEER = [sys.executable, str(Path(__file__).with_name("peer_pygls.py"))]


def run() -> Result:
    """Start both in turns; the first of each pair changes, so that neither always finds the warmer machine."""
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as home:
        for pair in range(-WARM_UP, PAIRS):
            first, second = (HEARTH, PEER) if pair % 2 else (PEER, HEARTH)
            times = {tuple(command): _start(command, Path(home)) for command in (first, second)}
            if pair >= 0:
                ours.append(times[tuple(HEARTH)])
                peer.append(times[tuple(PEER)])
    differences = [mine - other for mine, other in zip(ours, peer, strict=True)]
    return Result(
        figures={
            "process start to initialize answered, median": Figure(
                statistics.median(ours), "ms", statistics.median(peer)
            ),
            "more than the peer, median of the pairs": Figure(statistics.median(differences), "ms", target=at_most(50)),
            "best of all starts": Figure(min(ours), "ms", min(peer)),
        },
        note=(
            f"`hearth lsp` beside a bare pygls server (`tests/bench/peer_pygls.py`), {PAIRS} starts of each in turns, "
            f"after {WARM_UP} that do not count. Same Python, compiled modules in the file cache."
        ),
        target="`initialize` is answered at most 50 ms later than by bare pygls.",
    )


def _start(command: list[str], home: Path) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    with Client.running(command, {"HEARTH_HOME": str(home)}) as client:
        return (client.initialize(home) - begun) * 1000
