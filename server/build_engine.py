"""Install llama-cpp-python into this environment, showing how far its C++ build has come.

It is published as source only; pip builds it once (5 to 9 minutes on two cores) and keeps the wheel in its cache, so
that every later installation takes seconds. Run: ``python server/build_engine.py``.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "build" / "engine-build.log"
NAME = "llama-cpp-python"
STEP = re.compile(r"\[(\d+)/(\d+)\]")
SHOWN_LINES = 30

HELP = """\
The build needs a C++ compiler (Debian: apt-get install g++; macOS: xcode-select --install).
Prebuilt wheels exist for those who want them: https://abetlen.github.io/llama-cpp-python/whl/cpu (also cu124, metal …):
  .venv/bin/pip install llama-cpp-python --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cpu"""


def requirement() -> str:
    """The version range that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(next(each for each in project["optional-dependencies"]["engine"] if each.startswith(NAME)))


def installed() -> bool:
    """Whether a version that fits is there."""
    from packaging.requirements import Requirement  # noqa: PLC0415

    try:
        return importlib.metadata.version(NAME) in Requirement(requirement()).specifier
    except importlib.metadata.PackageNotFoundError:
        return False


def build(console: Console) -> int:
    """Run pip; returns its exit code."""
    LOG.parent.mkdir(exist_ok=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    environment = {"CMAKE_BUILD_PARALLEL_LEVEL": str(cores), **os.environ}
    command = [sys.executable, "-m", "pip", "install", "-v", "--disable-pip-version-check", requirement()]
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn()
    )
    last = -1
    with LOG.open("w", encoding="utf-8") as log, bar as progress:
        bar.console.print(
            "llama.cpp is compiled once for this machine: 5 to 9 minutes on two cores, then kept in pip's cache."
        )
        task = progress.add_task("preparing", total=None)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        ) as pip:
            for line in pip.stdout or ():
                log.write(line)
                if step := STEP.search(line):
                    done, total = int(step[1]), int(step[2])
                    progress.update(task, description="compiling", completed=done, total=total)
                    percent = 100 * done // total
                    if not console.is_terminal and percent // 10 > last:
                        last = percent // 10
                        bar.console.print(f"compiling llama.cpp: {percent} %")
            code = pip.wait()
    return code


def main() -> int:
    """Install what is missing; 0 if it is there at the end."""
    console = Console()
    if installed():
        return 0
    code = build(console)
    if code:
        tail = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:]
        console.print("\n".join(tail), markup=False)
        console.print(f"[bold red]llama-cpp-python could not be built[/] (whole log: {LOG}).\n{HELP}")
    return code


if __name__ == "__main__":
    sys.exit(main())
