"""What an editor notices of the indexer: answers of the language server while it works, and while it rests."""

from __future__ import annotations

import contextlib
import shutil
import time

from hearth.core.paths import Paths
from hearth.embedding import install

from . import homes, packages
from .overhead import HEARTH
from .result import Figure, Of, Result, at_most, percentile
from .wire import Client

NAME = "index-quiet"
TITLE = "An editor beside the indexer"
BLOCKS = 8
"""Of each kind, in turns."""
REQUESTS = 150
"""Of one block."""
_EVERY_S = 0.01
_SETTLE_S = 0.5
"""For the indexer to stop or to get under way."""
_CONTROL = "hearth/index/control"
_WORKING = ("scanning", "reading", "embedding")


def run() -> Result:
    """Ask the server while the indexer works on the standard library, and while it is paused."""
    model = install.folder(Paths.of_user())
    working: list[float] = []
    resting: list[float] = []
    with homes.scratch(model) as scratch:
        work = scratch / "stdlib"
        shutil.copytree(packages.fetch("stdlib"), work)
        environ = {
            "HEARTH_HOME": str(scratch / "home"),
            "HEARTH_INDEX__EMBEDDER": "minilm" if model.is_dir() else "none",
            "HEARTH_INDEX__BATTERY_PERCENT": "0",
        }
        with Client.running(HEARTH, environ) as client:
            client.initialize(work)
            _until(client, _WORKING)
            for _ in range(BLOCKS):
                client.request(_CONTROL, {"action": "resume"})
                _until(client, _WORKING)
                working += _block(client)
                client.request(_CONTROL, {"action": "pause"})
                _until(client, ("paused",))
                resting += _block(client)
            client.request("shutdown", None)
            client.write({"method": "exit"})
            with contextlib.suppress(OSError, ValueError):
                client.process.wait(timeout=10)
    both = [(percentile(working, share), percentile(resting, share)) for share in (50, 95, 99)]
    return Result(
        figures={
            "request answered, p50": Figure(both[0][0], "ms", both[0][1]),
            "request answered, p95": Figure(both[1][0], "ms", both[1][1], at_most(1.2, Of.RATIO)),
            "request answered, p99": Figure(both[2][0], "ms", both[2][1]),
        },
        note=(
            f"`hearth/status` asked of one `hearth lsp` every {1000 * _EVERY_S:.0f} ms, {BLOCKS} times {REQUESTS} "
            "while its indexer reads and embeds the standard library, in turns with as many while it is paused, which "
            "is the peer. Server and indexer share two cores with the client that asks."
        ),
        target="The p95 of an answer is at most 1.2 times that without the indexer.",
    )


def _until(client: Client, phases: tuple[str, ...]) -> None:
    """Wait until the indexer is in one of these phases. Raises TimeoutError."""
    deadline = time.monotonic() + 60
    while client.request(_CONTROL, {"action": "tell"})["phase"] not in phases:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the indexer is not {' or '.join(phases)}\n{client.log()}")
        time.sleep(0.05)
    time.sleep(_SETTLE_S)


def _block(client: Client) -> list[float]:
    times = []
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        client.request("hearth/status", {})
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(_EVERY_S)
    return times
