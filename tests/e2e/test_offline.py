"""The main job with the network cut: in a network namespace that has nothing but its own loopback device."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

OFFLINE = Path(__file__).with_name("offline.py")
SOURCE = "def mean(values):\n    total = sum(values)\n    return total / \n\n\nprint(mean([1, 2]))\n"


def cut_off(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python with ``arguments`` where no packet leaves."""
    command = ["unshare", "--net", "--map-root-user", sys.executable, str(OFFLINE), sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=os.environ, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def project(tmp_path: Path, bundled_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    if shutil.which("unshare") is None:
        pytest.skip("no unshare program here")
    probe = cut_off("-c", "print('cut')", cwd=tmp_path)
    if probe.returncode:
        pytest.skip(f"this machine gives no network namespace: {probe.stderr.strip()}")
    monkeypatch.setenv("HEARTH_ENGINE__MODEL", str(bundled_model))
    (tmp_path / "stats.py").write_text(SOURCE)
    yield tmp_path
    cut_off("-m", "hearth", "engine", "stop", cwd=tmp_path)


def test_the_network_is_really_cut(project: Path) -> None:
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    assert "unreachable" in cut_off("-c", reach, cwd=project).stderr


@pytest.mark.engine
def test_completes_and_answers(project: Path) -> None:
    """One process tree for all of it: an engine of one namespace is not seen from another."""
    both = (
        "import subprocess, sys\n"
        "run = lambda *a: subprocess.run([sys.executable, '-m', 'hearth', *a], check=True)\n"
        "run('complete', 'stats.py:3:20', '--json')\nrun('ask', 'Explain this code:', '-f', 'stats.py', '--json')\n"
        "run('engine', 'stop')"
    )
    done = cut_off("-c", both, cwd=project)
    assert done.returncode == 0, done.stderr
    decoder = json.JSONDecoder()
    completion, end = decoder.raw_decode(done.stdout)
    answer, _ = decoder.raw_decode(done.stdout[end:].lstrip())
    assert completion["usage"]["prompt_tokens"] > 10
    assert answer["answer"].strip()
