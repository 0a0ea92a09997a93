"""A worker of the real engine with one fault put in, started in its place: ``faulty_worker.py FAULT FD FD``.

``segv-fast``: dies of SIGSEGV at its first decode in mode fast, as AMX machines do. ``ill-always``: dies of SIGILL at
its first decode in every mode. ``slow-load``: takes a minute to load. ``exit-3``: ends before it serves.
``low-memory``: finds memory for a context of 1,024 tokens.
``no-memory``: may take no more memory for its model. ``killed``: is killed while it loads, as the
kernel does when memory runs out. ``bug``: fails in a way that nobody foresaw. ``group=FOLDER``: no fault, but a life in
that control group. ``gpu=FOLDER``: the same, with a build that says that it puts layers on a GPU.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from hearth.engine import memory, native, service, worker
from hearth.engine.crew import Crew


class Crashing(native.Context):
    signal_number = signal.SIGSEGV

    def decode(self, entries: Sequence[native.Entry]) -> int:
        os.kill(os.getpid(), self.signal_number)
        time.sleep(60)
        return 0


class Ill(Crashing):
    signal_number = signal.SIGILL


def crash_when_fast(model: native.Model, options: native.ContextOptions, crew: Crew | None = None) -> native.Context:
    return (Crashing if fast else native.Context)(model, options, crew)


class Observed(native.Model):
    def __init__(self, path, options, on_progress) -> None:  # type: ignore[no-untyped-def]
        global fast  # noqa: PLW0603
        fast = options.extra_buffers
        super().__init__(path, native.LoadOptions(extra_buffers=False, gpu_layers=0), on_progress)


class Slow(native.Model):
    def __init__(self, path, options, on_progress) -> None:  # type: ignore[no-untyped-def]
        for _ in range(600):
            time.sleep(0.1)
            if not on_progress(0.5):
                break
        super().__init__(path, options, on_progress)


class Starved(native.Model):
    def __init__(self, path, options, on_progress) -> None:  # type: ignore[no-untyped-def]
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms, before[1]))
        try:
            super().__init__(path, options, on_progress)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)


class Killed(native.Model):
    def __init__(self, path, options, on_progress) -> None:  # type: ignore[no-untyped-def]
        os.kill(os.getpid(), signal.SIGKILL)
        super().__init__(path, options, on_progress)


class Buggy(native.Model):
    def __init__(self, path, options, on_progress) -> None:  # type: ignore[no-untyped-def]
        raise RuntimeError("a bug")


fast = False
fault, *descriptors = sys.argv[1:]
if fault == "segv-fast":
    service.Model, service.Context = Observed, crash_when_fast  # type: ignore[misc,assignment]
elif fault == "ill-always":
    service.Context = Ill  # type: ignore[misc]
elif fault == "slow-load":
    service.Model = Slow  # type: ignore[misc]
elif fault == "low-memory":
    fitting = memory.fitting
    service.memory.fitting = lambda wanted, requests, cost, _available: fitting(  # type: ignore[attr-defined]
        wanted, requests, cost, 2 * 1024 * requests * cost.token_bytes
    )
elif fault == "no-memory":
    service.Model = Starved  # type: ignore[misc]
elif fault == "killed":
    service.Model = Killed  # type: ignore[misc]
elif fault == "bug":
    service.Model = Buggy  # type: ignore[misc]
elif fault == "exit-3":
    sys.exit(3)
elif fault.startswith(("group=", "gpu=")):
    kind, _, folder = fault.partition("=")
    Path(folder, "cgroup.procs").write_text(str(os.getpid()))
    if kind == "gpu":
        service.takes_gpu = lambda: True  # type: ignore[attr-defined]
sys.exit(worker.main(descriptors))
