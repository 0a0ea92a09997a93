"""What a container lets its processes have: control groups of Linux, versions 1 and 2. psutil knows only the machine.

The files are those of https://docs.kernel.org/admin-guide/cgroup-v2.html (and ``cgroup-v1/memory.html``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import attrs
import psutil

_GROUPS = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_UNLIMITED = 1 << 60
"""Version 1 writes a number near the largest of 64 bits for no limit."""


@attrs.frozen
class Memory:
    """Bytes."""

    total: int
    available: int


def memory(groups: Path = _GROUPS, own: Path = _OWN) -> Memory:
    """The machine's memory, or what this process' control groups leave of it."""
    machine = psutil.virtual_memory()
    total, available = machine.total, machine.available
    for folder in _folders("memory", groups, own):
        limit = _number(folder / "memory.max", folder / "memory.limit_in_bytes")
        used = _number(folder / "memory.current", folder / "memory.usage_in_bytes")
        if limit is None or used is None or limit >= _UNLIMITED:
            continue
        # Pages of files count as used, and are given back when something else needs them.
        used -= _pages_of_files(folder / "memory.stat")
        total, available = min(total, limit), min(available, max(0, limit - used))
    return Memory(total, available)


def processors(groups: Path = _GROUPS, own: Path = _OWN) -> float | None:
    """Processors' worth of time that this process' control groups allow; None for no limit."""
    found: list[float] = []
    for folder in _folders("cpu", groups, own):
        quota, period = [*_text(folder / "cpu.max").split(), "", ""][:2]
        if not quota:
            quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
        if quota.isdecimal() and period.isdecimal() and int(quota) > 0 < int(period):
            found.append(int(quota) / int(period))
    return min(found, default=None)


def _folders(controller: str, groups: Path, own: Path) -> Iterator[Path]:
    """Of the groups that limit this process in ``controller``, the innermost first."""
    for line in _text(own).splitlines():
        if line.count(":") < 2:
            continue
        _, names, path = line.split(":", 2)
        if names and controller not in names.split(","):
            continue
        mounts = (groups / controller, groups / names) if names else (groups, groups / "unified")
        mount = next((each for each in mounts if each.is_dir()), None)
        if mount is None:
            continue
        inner = PurePosixPath(path.lstrip("/"))
        if ".." in inner.parts:  # A group outside of this container's view.
            inner = PurePosixPath()
        # Without a namespace of its own, a container sees its group's files at the mount and its path as the host's.
        yield from (mount / each for each in (inner, *inner.parents) if (mount / each).is_dir())


def _pages_of_files(stat: Path) -> int:
    lines = dict(each.split(" ", 1) for each in _text(stat).splitlines() if " " in each)
    text = lines.get("total_inactive_file") or lines.get("inactive_file") or "0"
    return int(text) if text.isdecimal() else 0


def _number(*files: Path) -> int | None:
    return next((int(text) for text in map(_text, files) if text.isdecimal()), None)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
