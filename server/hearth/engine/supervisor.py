"""The supervisor: what stays when native code crashes. It holds the socket and the token, and restarts the worker.

A client's connection waits in the socket's queue while a worker is replaced, so a crash costs the running requests and
nothing else. It imports nothing heavy and touches no native code.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import filelock
import psutil

from hearth import __version__
from hearth.core import log as logs
from hearth.core.errors import EngineError, EngineMemory, EngineStartFailed, PortInUse
from hearth.core.paths import Paths, private_folder, write_private

from . import ladder, memory
from .api import HOST, EngineAddress, EngineSpec, Phase, log_file, runtime_file
from .ladder import CRASHES, Rung

log = logging.getLogger(__name__)

WORKER = (sys.executable, "-P", "-m", "hearth.engine.worker")

_BACKLOG = 128
_MAX_RESTARTS = 6
"""Crashes within the window below after which an engine gives up: it would only burn the machine."""

_RESTART_WINDOW_SECONDS = 120.0
_MAX_KILLS = 2
"""Workers in a row that were killed before they were ready: then nobody did it by hand, but the system did, for it has
no memory left. Once more would take the machine through the same again."""

_STOP_SECONDS = 5.0
"""Grace of a worker that was told to stop, before it is killed."""


@attrs.frozen
class Life:
    """How a worker ended: its exit code (below 0: minus the signal) and the last phase it reported."""

    code: int
    phase: Phase

    @property
    def crash(self) -> signal.Signals | None:
        """The signal native code died of, or None."""
        if self.code < 0 and signal.Signals(-self.code) in CRASHES:
            return signal.Signals(-self.code)
        return None

    @property
    def killed_early(self) -> bool:
        """It was killed from outside before it was ready."""
        return self.code == -signal.SIGKILL and self.phase is not Phase.READY


class Supervisor:
    """One engine from start to end."""

    def __init__(
        self, spec: EngineSpec, paths: Paths, *, log_level: str = "info", worker: Sequence[str] = WORKER
    ) -> None:
        """``worker`` is the command of a worker, to which two descriptor numbers are added."""
        self._spec, self._paths, self._log_level, self._command = spec, paths, log_level, worker
        self._token = secrets.token_urlsafe(32)
        self._process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()

    def run(self) -> int:
        """Serve until the worker ends by itself or a signal comes: 0. Raises EngineError if the engine gives up."""
        private_folder(self._paths.runtime)
        alive = filelock.FileLock(runtime_file(self._paths, self._spec).with_suffix(".alive"))
        try:
            alive.acquire(timeout=0)
        except filelock.Timeout:
            log.info("an engine for this model runs already")
            return 0
        with alive, _listen(self._spec.port) as listener:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)
            self._publish(listener)
            try:
                return self._supervise(listener)
            finally:
                runtime_file(self._paths, self._spec).unlink(missing_ok=True)

    def _publish(self, listener: socket.socket) -> None:
        """Say where the engine is, again if somebody cleaned the runtime folder."""
        file = runtime_file(self._paths, self._spec)
        if not file.exists():
            write_private(file, self._address(listener).to_json())

    def _supervise(self, listener: socket.socket) -> int:
        if self._spec.safe_mode == "fast":
            ladder.forget(self._paths, self._spec.model)
        rung = ladder.remembered(self._paths, self._spec.model)
        if self._spec.safe_mode == "plain" and rung is Rung.FAST:
            rung = Rung.PLAIN
        crashes: list[float] = []
        kills = 0
        while not self._stopping.is_set():
            life = self._live(listener, rung)
            if self._stopping.is_set() or life.code == 0:
                return 0
            now = time.monotonic()
            crashes = [when for when in crashes if now - when < _RESTART_WINDOW_SECONDS] + [now]
            kills = kills + 1 if life.killed_early else 0
            if kills == _MAX_KILLS:
                raise EngineMemory(
                    f"The system ended the engine {kills} times while it loaded {self._spec.model.name}, as it does "
                    "when memory runs out.",
                    hint=memory.SMALLER,
                )
            if len(crashes) > _MAX_RESTARTS:
                raise EngineStartFailed(
                    f"The engine crashed {len(crashes)} times in {_RESTART_WINDOW_SECONDS:.0f} s and gives up.",
                    hint=f"See {log_file(self._paths, self._spec)}.",
                )
            rung = self._after(life, rung)
        return 0

    def _after(self, life: Life, rung: Rung) -> Rung:
        """The rung for the next worker: a safer one if native code crashed, the same if it was killed."""
        crash = life.crash
        if crash is None:
            log.warning("the worker ended with code %d while %s; starting it again", life.code, life.phase.value)
            return rung
        below = rung.below if self._spec.safe_mode != "fast" or life.phase is not Phase.READY else rung
        if below is None:
            log.error("the worker crashed (%s) in the safest mode", crash.name)
            return rung
        cause = f"{crash.name} while {life.phase.value} in mode {rung.value}"
        log.warning("the worker crashed (%s); mode %s from now on", cause, below.value)
        ladder.remember(self._paths, self._spec.model, below, cause)
        return below

    def _live(self, listener: socket.socket, rung: Rung) -> Life:
        """Run one worker to its end, reading the phases that it reports."""
        read_end, write_end = os.pipe()
        try:
            process = subprocess.Popen(
                [*self._command, str(listener.fileno()), str(write_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(listener.fileno(), write_end),
                text=True,
                preexec_fn=_no_core_file,  # noqa: PLW1509 - this process has one thread
            )
        finally:
            os.close(write_end)
        self._process = process
        if self._stopping.is_set():
            process.terminate()
        phase = Phase.LOADING
        try:
            self._order(process, rung)
            with os.fdopen(read_end) as reports:
                for line in reports:
                    phase = Phase(line.strip())
                    self._publish(listener)
            return Life(process.wait(), phase)
        finally:
            _reap(process)
            self._process = None

    def _order(self, process: subprocess.Popen[str], rung: Rung) -> None:
        order = {
            "spec": json.loads(self._spec.to_json()),
            "rung": rung.value,
            "token": self._token,
            "cache": str(self._paths.cache),
            "log_level": self._log_level,
        }
        with contextlib.suppress(BrokenPipeError):
            if process.stdin is not None:
                process.stdin.write(json.dumps(order) + "\n")
                process.stdin.flush()

    def _address(self, listener: socket.socket) -> EngineAddress:
        return EngineAddress(
            pid=os.getpid(),
            started=psutil.Process().create_time(),
            port=listener.getsockname()[1],
            token=self._token,
            model=str(self._spec.model),
            version=__version__,
            log=str(log_file(self._paths, self._spec)),
        )

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
            # The worker has a grace; after it the kernel ends it, whatever native code does meanwhile.
            signal.signal(signal.SIGALRM, self._on_overdue)
            signal.setitimer(signal.ITIMER_REAL, _STOP_SECONDS)

    def _on_overdue(self, _number: int, _frame: object) -> None:
        if self._process is not None:
            self._process.kill()


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise PortInUse(
            f"port {port} on {HOST} cannot be used: {error.strerror}.",
            hint="Set engine.port to another one, or to 0 for any free one.",
        ) from error
    return listener


def _reap(process: subprocess.Popen[str]) -> None:
    """Leave no child behind, whatever happened above."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _no_core_file() -> None:
    """A crash is expected and survived; a core file of a model's size is not wanted."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """``python -m hearth.engine.supervisor``: a line of JSON on stdin holds the specification, paths and log level."""
    order = json.loads(sys.stdin.readline())
    paths = Paths(**{name: Path(value) for name, value in order["paths"].items()})
    spec = EngineSpec.from_json(json.dumps(order["spec"]))
    logs.configure(order["log_level"])
    try:
        return Supervisor(spec, paths, log_level=order["log_level"], worker=arguments or WORKER).run()
    except EngineError as error:
        sys.stderr.write(json.dumps({"code": error.code, "message": error.message, "hint": error.hint}) + "\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
