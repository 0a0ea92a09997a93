"""The client's side of the engine process: find it, start it under a lock, list it, stop it.

Imports no native code and no HTTP library, because the language server imports this.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import importlib.util
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import filelock
import psutil

from hearth import __version__
from hearth.core.errors import EngineError, EngineMissing, EngineStartFailed, HearthError
from hearth.core.gguf_header import read_header
from hearth.core.paths import Paths, private_folder

from .api import HOST, EngineAddress, EngineSpec, Launching, log_file, runtime_file

log = logging.getLogger(__name__)

_HEALTH_SECONDS = 2.0
"""Patience with one health check; a worker that starts or decodes may need a moment."""

_POLL_SECONDS = 0.05
_LOCK_SECONDS = 30.0
"""Longest wait for another window that is starting the same engine: starting takes well under a second."""

_STOP_SECONDS = 10.0
_LOG_BYTES = 1_000_000
"""An engine's log that is larger is put aside when the next one starts; one older log is kept."""

_NEEDED = ("llama_cpp", "starlette", "uvicorn", "jinja2", "prometheus_client")
_CREATE_TIME_SLACK = 1.0
"""Seconds by which two readings of a process's creation time may differ."""


async def ensure(
    spec: EngineSpec, paths: Paths, *, timeout_s: float, log_level: str = "info", worker: Sequence[str] = ()
) -> AsyncIterator[Launching | EngineAddress]:
    """Yield progress until the engine for ``spec`` is ready; the last value is its address.

    Starts it if none runs; ``worker`` is the command of its workers, empty for Hearth's own. Raises EngineMissing,
    EngineStartFailed, PortInUse, ModelNotFound or ModelInvalid.
    """
    _check_installed()
    await asyncio.to_thread(read_header, spec.model)
    deadline = time.monotonic() + timeout_s
    starter: subprocess.Popen[bytes] | None = None
    shown: Launching | None = None
    while time.monotonic() < deadline:
        address = await asyncio.to_thread(read_address, paths, spec)
        if address is None:
            if starter is not None and (code := starter.poll()) not in (None, 0):
                raise await asyncio.to_thread(_start_error, starter, code, log_file(paths, spec))
            if starter is None or starter.poll() == 0:
                # An end without an error means that another engine runs and has yet to show its file.
                starter = await asyncio.to_thread(_start, spec, paths, log_level, worker)
            await asyncio.sleep(_POLL_SECONDS)
            continue
        if address.version != __version__:
            log.info("replacing an engine of version %s", address.version)
            await stop(address)
            continue
        health = await asyncio.to_thread(_health, address)
        if health and health.get("status") == "ready":
            yield address
            return
        if health and health.get("status") == "failed":
            await stop(address)  # So that the next try reads the file again.
            raise _told_error(health.get("error"))
        step = _step(spec, health)
        if step != shown:
            shown = step
            yield step
        await asyncio.sleep(_POLL_SECONDS)
    raise EngineStartFailed(
        f"the engine was not ready after {timeout_s:.0f} s.",
        hint=f"Raise engine.start_timeout_s, or see {log_file(paths, spec)}.",
    )


async def find(spec: EngineSpec, paths: Paths) -> EngineAddress | None:
    """The engine for ``spec`` if it runs and is ready."""
    address = await asyncio.to_thread(read_address, paths, spec)
    if address is None:
        return None
    health = await asyncio.to_thread(_health, address)
    return address if health and health.get("status") == "ready" else None


def read_address(paths: Paths, spec: EngineSpec) -> EngineAddress | None:
    """The address in the runtime file of ``spec``, if that process is alive; a stale file is removed."""
    return _read(runtime_file(paths, spec))


def running(paths: Paths) -> list[EngineAddress]:
    """All engines of this user."""
    return [address for file in sorted(paths.runtime.glob("engine-*.json")) if (address := _read(file))]


async def status(address: EngineAddress) -> dict[str, Any]:
    """What the engine's ``/health`` tells; empty if it does not answer."""
    return await asyncio.to_thread(_health, address) or {}


async def stop(address: EngineAddress) -> None:
    """End the engine and wait until it is gone."""
    await asyncio.to_thread(stop_now, address)


def _read(file: Path) -> EngineAddress | None:
    try:
        address = EngineAddress.from_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        log.warning("removing an unreadable runtime file %s", file)
        file.unlink(missing_ok=True)
        return None
    if _process(address) is None:
        log.info("removing the runtime file of an engine that is gone")
        file.unlink(missing_ok=True)
        return None
    return address


def _process(address: EngineAddress) -> psutil.Process | None:
    """The supervisor's process, unless it is gone or the number now belongs to another one."""
    try:
        process = psutil.Process(address.pid)
        same = abs(process.create_time() - address.started) < _CREATE_TIME_SLACK
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError, OverflowError):
        return None


def _check_installed() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise EngineMissing(
            f"the engine's packages are not installed ({', '.join(missing)}).",
            hint='Install them with: pip install "hearth-ls[engine]" (the README tells where prebuilt wheels are).',
        )


def _start(spec: EngineSpec, paths: Paths, log_level: str, worker: Sequence[str]) -> subprocess.Popen[bytes] | None:
    """Start a supervisor under the lock, and wait until its runtime file stands; None if another window was first."""
    private_folder(paths.runtime)
    lock = filelock.FileLock(runtime_file(paths, spec).with_suffix(".lock"), timeout=_LOCK_SECONDS)
    try:
        with lock:
            if read_address(paths, spec) is not None:
                return None
            process = _spawn(spec, paths, log_level, worker)
            deadline = time.monotonic() + _LOCK_SECONDS
            while time.monotonic() < deadline and process.poll() is None and not runtime_file(paths, spec).exists():
                time.sleep(_POLL_SECONDS / 5)
            return process
    except filelock.Timeout as error:
        raise EngineStartFailed(
            f"another program has been starting the engine for {_LOCK_SECONDS:.0f} s.",
            hint="Look at `hearth engine status`, and stop what hangs with `hearth engine stop`.",
        ) from error


def _spawn(spec: EngineSpec, paths: Paths, log_level: str, worker: Sequence[str]) -> subprocess.Popen[bytes]:
    """A supervisor in its own session: it must outlive the window that starts it."""
    log_path = log_file(paths, spec)
    log_path.parent.mkdir(parents=True, exist_ok=True)
    order = {
        "spec": json.loads(spec.to_json()),
        "paths": {name: str(value) for name, value in attrs.asdict(paths).items()},
        "log_level": log_level,
    }
    if log_path.exists() and log_path.stat().st_size > _LOG_BYTES:
        log_path.replace(log_path.with_suffix(".old.log"))
    with log_path.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hearth.engine.supervisor", *worker],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.close()
    # Somebody has to wait for a child, or it stays a zombie as long as this window is open.
    threading.Thread(target=process.wait, name="engine-reaper", daemon=True).start()
    return process


def _start_error(process: subprocess.Popen[bytes], code: int, log_path: Path) -> HearthError:
    """Why a supervisor ended before it had an address: its last line says, if it knew."""
    try:
        last = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1]
        return _told_error(json.loads(last))
    except (OSError, IndexError, ValueError):
        process.wait()
        return EngineStartFailed(f"the engine ended with code {code}.", hint=f"See {log_path}.")


def _told_error(told: Any) -> HearthError:
    """An error that the engine told over the wire, as the class it was there."""
    if not isinstance(told, dict):
        return EngineError("the engine failed and does not say why.", hint="See `hearth doctor`.")
    kinds = [each for each in _descendants(HearthError) if each.code == told.get("code")]
    kind = kinds[0] if kinds else EngineError
    return kind(str(told.get("message", "the engine failed.")), hint=str(told.get("hint", "")))


def _descendants(kind: type[HearthError]) -> list[type[HearthError]]:
    return [found for child in kind.__subclasses__() for found in (child, *_descendants(child))]


def _step(spec: EngineSpec, health: dict[str, Any] | None) -> Launching:
    name = spec.model.stem
    if not health:
        return Launching(f"Starting the engine for {name}")
    if health.get("status") == "checking":
        return Launching(f"Checking {name} on this machine", 1.0)
    progress = health.get("progress")
    return Launching(f"Loading {name}", round(progress, 1) if isinstance(progress, float) else None)


def _health(address: EngineAddress) -> dict[str, Any] | None:
    """The answer of ``/health``, or None."""
    connection = http.client.HTTPConnection(HOST, address.port, timeout=_HEALTH_SECONDS)
    try:
        connection.request("GET", "/health", headers={"Authorization": f"Bearer {address.token}"})
        answer = json.loads(connection.getresponse().read())
        return answer if isinstance(answer, dict) else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def stop_now(address: EngineAddress) -> None:
    """What :func:`stop` does, for programs without an event loop."""
    process = _process(address)
    if process is None:
        return
    family = [process, *process.children(recursive=True)]
    with contextlib.suppress(psutil.Error):
        process.terminate()
    _gone, alive = psutil.wait_procs(family, timeout=_STOP_SECONDS)
    for each in alive:
        with contextlib.suppress(psutil.Error):
            each.kill()
    psutil.wait_procs(alive, timeout=_STOP_SECONDS)
