"""What a container leaves of a machine: its control groups, as Docker, Podman and systemd lay them out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from control_group import memory_group
from hearth.core import cores, limits

MB = 1_000_000
MACHINE = psutil.virtual_memory().total


def written(folder: Path, own: str, files: Mapping[str, str]) -> tuple[Path, Path]:
    for name, text in files.items():
        (folder / "groups" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "groups" / name).write_text(f"{text}\n")
    (folder / "own").write_text(own)
    return folder / "groups", folder / "own"


V2 = {"memory.max": "512000000", "memory.current": "300000000", "memory.stat": "anon 1\ninactive_file 100000000"}
V1 = {
    "memory/memory.limit_in_bytes": "512000000",
    "memory/memory.usage_in_bytes": "300000000",
    "memory/memory.stat": "inactive_file 5\ntotal_inactive_file 100000000",
}


def inside(path: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{path}/{name}": text for name, text in files.items()}


@pytest.mark.parametrize(
    ("own", "files"),
    [
        ("0::/\n", V2),
        ("0::/user.slice/app\n", inside("user.slice/app", V2)),
        ("0::/user.slice/app\n", inside("user.slice", V2) | inside("user.slice/app", {**V2, "memory.max": "max"})),
        ("0::/../../outside\n", V2),
        ("4:memory:/docker/1f\n0::/\n", V1),
        ("4:memory:/\n", V1 | {"memory/x/memory.limit_in_bytes": "1"}),
    ],
)
def test_the_memory_of_a_container(tmp_path: Path, own: str, files: dict[str, str]) -> None:
    found = limits.memory(*written(tmp_path, own, files))
    assert found == limits.Memory(512 * MB, 312 * MB)


@pytest.mark.parametrize(
    ("own", "files"),
    [
        ("", {}),
        ("0::/\n", {}),
        ("0::/\n", {**V2, "memory.max": "max"}),
        ("0::/\n", {**V2, "memory.current": "broken"}),
        ("4:memory:/\n", {**V1, "memory/memory.limit_in_bytes": "9223372036854771712"}),
        ("not of this form", V2),
    ],
)
def test_without_a_limit_it_is_the_machines(tmp_path: Path, own: str, files: dict[str, str]) -> None:
    found = limits.memory(*written(tmp_path, own, files))
    assert found.total == MACHINE
    assert 0 < found.available < MACHINE


@pytest.mark.parametrize(
    ("own", "files", "expected"),
    [
        ("0::/\n", {"cpu.max": "150000 100000"}, 1.5),
        ("0::/a/b\n", {"a/cpu.max": "200000 100000", "a/b/cpu.max": "max 100000"}, 2.0),
        ("1:cpu,cpuacct:/\n", {"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"}, 0.5),
        ("1:cpu,cpuacct:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ("0::/\n", {"cpu.max": "max 100000"}, None),
        ("0::/\n", {"cpu.max": ""}, None),
    ],
)
def test_the_processors_of_a_container(
    tmp_path: Path, own: str, files: dict[str, str], expected: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = limits.processors(*written(tmp_path, own, files))
    assert found == expected
    monkeypatch.setattr(limits, "processors", lambda: found)
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: set(range(16)), raising=False)
    assert cores.usable() == (16 if found is None else max(1, int(found)))


@pytest.fixture
def group() -> Iterator[Path]:
    with memory_group(400 * MB) as folder:
        yield folder


def test_a_real_group(group: Path) -> None:
    program = (
        "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(str(os.getpid()));"
        "from hearth.core import limits; print(limits.memory().total)"
    )
    command = [sys.executable, "-c", program, str(group / "cgroup.procs")]
    told = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert 0 <= 400 * MB - told < 100_000, "to whole pages"
