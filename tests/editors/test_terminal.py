"""What is started in a terminal ends with the tests, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from editors.terminal import Terminal
from lsp.raw_client import DEADLINE_S

STUBBORN = "trap '' HUP TERM INT; echo $$ > new; mv new number; while :; do sleep 1; done"
KILLED = """
import os, signal, sys
from pathlib import Path
from editors.terminal import Terminal
Terminal(Path(sys.argv[1]), ["sh", "-c", sys.argv[2]], {}).wait(lambda _: Path(sys.argv[1], "number").exists(), "it")
os.kill(os.getpid(), signal.SIGKILL)
"""


def ends(folder: Path) -> None:
    """Wait until the program is gone."""
    number = int((folder / "number").read_text())
    end = time.monotonic() + DEADLINE_S
    while Path(f"/proc/{number}").exists():
        assert time.monotonic() < end, "it goes on"
        time.sleep(0.02)


def test_it_ends_when_it_is_closed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, ["sh", "-c", STUBBORN], {})
    terminal.wait(lambda _: (tmp_path / "number").exists(), "it")
    terminal.close()
    ends(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel kills it")
def test_it_ends_with_tests_that_are_killed(tmp_path: Path) -> None:
    tests = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path, STUBBORN], env={**os.environ, "PYTHONPATH": tests}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    ends(tmp_path)
