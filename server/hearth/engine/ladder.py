"""The safe-mode ladder: which native features a model runs with on this machine, and what was learnt from crashes.

Native code can crash where no Python code can catch it: matrix units that a virtual machine announces and does not have
(AMX tiles fault at the first quantised product), a GPU driver, a kernel bug. Each rung uses less of it. What crashed is
remembered for this machine, this build of llama.cpp and this model, so that it happens once.
"""

from __future__ import annotations

import enum
import hashlib
import importlib.metadata
import json
import platform
import signal
import time
from pathlib import Path
from typing import Any

import attrs
import filelock

from hearth.core.paths import Paths, write_private

_FILE = "safe-modes.json"
_LOCK_SECONDS = 10.0


class Rung(enum.Enum):
    """How much of the machine native code may use, most first."""

    FAST = "fast"
    """Everything: weights repacked for matrix units, GPU."""
    PLAIN = "plain"
    """No extra buffer types: the weights as they are in the file."""
    BARE = "bare"
    """No GPU and no flash attention either."""

    @property
    def below(self) -> Rung | None:
        """The next safer rung."""
        rungs = list(Rung)
        after = rungs.index(self) + 1
        return rungs[after] if after < len(rungs) else None

    @property
    def extra_buffers(self) -> bool:
        """Whether llama.cpp may repack weights."""
        return self is Rung.FAST


CRASHES = frozenset(
    getattr(signal, name) for name in ("SIGSEGV", "SIGILL", "SIGBUS", "SIGFPE", "SIGABRT") if hasattr(signal, name)
)
"""Signals by which native code dies of itself; SIGKILL and SIGTERM come from outside and teach nothing."""


@attrs.frozen
class Fall:
    """One step down, as it is remembered and shown by the doctor."""

    model: str
    rung: str
    """The rung that is used since."""
    cause: str
    when: str
    """Local time, ISO 8601."""


def machine() -> str:
    """This processor and this build of llama.cpp; another of either may do better."""
    try:
        build = importlib.metadata.version("llama-cpp-python")
    except importlib.metadata.PackageNotFoundError:
        build = "none"
    return f"{platform.machine()}/{_processor()}/{build}"


def remembered(paths: Paths, model: Path) -> Rung:
    """The rung to start ``model`` on."""
    entry = _read(paths).get(_key(model))
    try:
        return Rung(entry["rung"]) if entry else Rung.FAST
    except (KeyError, TypeError, ValueError):
        return Rung.FAST


def remember(paths: Paths, model: Path, rung: Rung, cause: str) -> None:
    """From now on ``model`` starts on ``rung`` here."""
    fall = Fall(str(model), rung.value, cause, time.strftime("%Y-%m-%dT%H:%M:%S%z"))
    _change(paths, lambda known: known.update({_key(model): attrs.asdict(fall)}))


def forget(paths: Paths, model: Path) -> None:
    """Start ``model`` at the top again."""
    if _key(model) in _read(paths):
        _change(paths, lambda known: known.pop(_key(model), None))


def falls(paths: Paths) -> list[Fall]:
    """All that is remembered for this machine."""
    here = _machine_key()
    found = []
    for key, entry in _read(paths).items():
        if key.startswith(here) and isinstance(entry, dict) and entry.keys() == {f.name for f in attrs.fields(Fall)}:
            found.append(Fall(**entry))
    return found


def _key(model: Path) -> str:
    return f"{_machine_key()}:{hashlib.blake2b(str(model).encode(), digest_size=8).hexdigest()}"


def _machine_key() -> str:
    return hashlib.blake2b(machine().encode(), digest_size=8).hexdigest()


def _processor() -> str:
    """The processor's name and its features: a virtual machine may move to another host."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    chosen = [line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))]
    return hashlib.blake2b("\n".join(sorted(set(chosen))).encode(), digest_size=8).hexdigest()


def _read(paths: Paths) -> dict[str, Any]:
    try:
        known = json.loads((paths.state / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _change(paths: Paths, edit: Any) -> None:
    paths.state.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(paths.state / f"{_FILE}.lock", timeout=_LOCK_SECONDS):
        known = _read(paths)
        edit(known)
        write_private(paths.state / _FILE, json.dumps(known, indent=1))
