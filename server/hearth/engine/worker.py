"""The worker: the process that holds the model. It may die at any time; its supervisor starts the next one.

Started by :mod:`hearth.engine.supervisor` as ``python -m hearth.engine.worker SOCKET STATUS`` with the numbers of two
inherited file descriptors, the listening socket and the status pipe, and one line of JSON on stdin (not on the command
line, where every user of the machine could read the token). The end of stdin means that the supervisor is gone.
"""

from __future__ import annotations

from . import native  # noqa: F401 - loads llama.cpp, which has to be in the process before NumPy is.

# isort: split
import asyncio
import contextlib
import faulthandler
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from hearth.core import log as logs

from . import http
from .api import EngineSpec, Phase
from .ladder import Rung
from .metrics import Metrics
from .service import Service

log = logging.getLogger(__name__)

_IDLE_CHECK_SECONDS = 1.0
_FAILED_SECONDS = 20.0
"""A worker whose model cannot be loaded stays this long, to tell whoever waits for it."""

_SHUTDOWN_SECONDS = 3


class Worker:
    """One life of the engine."""

    def __init__(self, spec: EngineSpec, rung: Rung, token: str, cache: Path, report: Callable[[str], None]) -> None:
        self._spec, self._report = spec, report
        self.service = Service(spec, rung, Metrics(), cache, on_check=lambda: report(Phase.CHECKING.value))
        config = uvicorn.Config(
            http.create(self.service, token),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            timeout_keep_alive=60,
        )
        self._server = _Server(config)

    async def run(self, listener: socket.socket) -> None:
        """Serve until idle, stopped, or left alone by the supervisor."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        orphaned = asyncio.create_task(_end_of_stdin(self.stop))
        watching = asyncio.create_task(self._watch())
        loading = asyncio.create_task(self._load())
        try:
            await self._server.serve(sockets=[listener])
        finally:
            for task in (orphaned, watching):
                task.cancel()
            await asyncio.gather(orphaned, watching, return_exceptions=True)
            await self.service.close()
            await loading

    def stop(self) -> None:
        """Finish up: no new requests, a short grace for running ones."""
        self._server.should_exit = True

    async def _load(self) -> None:
        self._report(Phase.LOADING.value)
        await self.service.load()
        self._report(self.service.phase.value)

    async def _watch(self) -> None:
        """Stop after the idle time, or soon if the model failed."""
        while True:
            await asyncio.sleep(_IDLE_CHECK_SECONDS)
            self._report(self.service.phase.value)
            idle = self.service.idle_s
            if self.service.phase is Phase.FAILED and idle > _FAILED_SECONDS:
                self.stop()
            elif self._spec.idle_minutes and idle > self._spec.idle_minutes * 60:
                log.info("ending after %.0f idle seconds", idle)
                self.stop()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Signals are the worker's own business: uvicorn would raise them again after the shutdown."""
        yield


async def _end_of_stdin(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
    stop()


def main(arguments: list[str]) -> int:
    """Run one worker with the descriptors named in ``arguments``."""
    faulthandler.enable()
    listener = socket.socket(fileno=int(arguments[0]))
    status = os.fdopen(int(arguments[1]), "w", buffering=1)
    order = json.loads(sys.stdin.readline())
    logs.configure(order["log_level"])
    spec = EngineSpec.from_json(json.dumps(order["spec"]))

    def report(phase: str) -> None:
        with contextlib.suppress(OSError):
            status.write(f"{phase}\n")

    worker = Worker(spec, Rung(order["rung"]), order["token"], Path(order["cache"]), report)
    asyncio.run(worker.run(listener))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
