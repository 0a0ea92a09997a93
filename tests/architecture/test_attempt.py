"""``.ci/attempt``: tests that need downloads fail for their own faults, never for a mirror that is away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ATTEMPT = Path(__file__).resolve().parents[2] / ".ci" / "attempt"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script")


@pytest.mark.parametrize(
    ("setup", "status", "said"),
    [
        ("true", 4, "RAN"),
        ("echo 'Only on Mars.' >&2; exit 75", 0, "NOT RUN: Editor: Only on Mars."),
        ("echo 'npm error code ENOTFOUND'; echo more; exit 1", 0, "NOT RUN: Editor: npm error code ENOTFOUND"),
        ("echo 'E: Failed to fetch http://x'; exit 100", 0, "NOT RUN: Editor: E: Failed to fetch http://x"),
        ("echo 'npm error code E404'; exit 1", 1, "Editor could not be set up."),
        ("exit 3", 3, "Editor could not be set up."),
    ],
)
def test_only_what_cannot_be_had_is_passed_over(tmp_path: Path, setup: str, status: int, said: str) -> None:
    command = ["sh", str(ATTEMPT), "Editor", setup, "echo RAN; exit 4"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done
    assert said in done.stdout + done.stderr
    assert ("RAN" in done.stdout) is (setup == "true")


def test_what_fails_once_is_tried_again(tmp_path: Path) -> None:
    command = ["sh", str(ATTEMPT), "Editor", "true", "test -e here || { touch here; exit 1; }"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    assert "FAILED ONCE: Editor" in done.stdout
