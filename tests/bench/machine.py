"""The machine that figures were measured on, without what would tell whose it is."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import attrs
import psutil

from hearth.core import cores


@attrs.frozen
class Machine:
    """What decides how fast a program runs."""

    processor: str
    cores: int
    """Those that this process may use."""
    memory_gib: float
    system: str
    python: str
    load: float
    """Processes that wanted to run in the last minute, this one not counted."""

    def __str__(self) -> str:
        return (
            f"{self.processor}, {self.cores} cores, {self.memory_gib:.0f} GiB, {self.system}, Python {self.python}; "
            f"load before the run {self.load:.1f}"
        )


def this() -> Machine:
    """The machine of this process."""
    return Machine(
        processor=_processor(),
        cores=cores.usable(),
        memory_gib=psutil.virtual_memory().total / 2**30,
        system=_system(),
        python=platform.python_version(),
        load=psutil.getloadavg()[0],
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file() and (match := re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)):
        return match[1]
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"
