"""The real Emacs with its own eglot, in batch mode, with the real server and a scripted model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from editors.conftest import EMACS
from editors.models import CODE, environment

SCRIPT = Path(__file__).with_name("emacs.el")
LONGEST_S = 300


def test_eglot(tmp_path: Path) -> None:
    file, out = tmp_path / "work" / "a.py", tmp_path / "out.json"
    (file.parent / ".git").mkdir(parents=True)
    file.write_text(CODE)
    env = {**os.environ, **environment(tmp_path), "PYTHON": sys.executable, "FILE": str(file), "OUT": str(out)}
    command = [str(EMACS), "--batch", "-Q", "-l", str(SCRIPT)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(out.read_text())
    assert "trouble" not in seen, f"{seen}\n{done.stderr}"
    assert seen["completion"] == "return x"
    assert "return False\n    return x\n" in seen["accepted"]
    assert seen["edited"].startswith("def positive(x):\n    return x > 0\n\ndef negative")
    assert seen["undone"] is True
    assert seen["untouched"] is True
    assert "no documentation" in seen["told"]
    assert seen["alive"] == "# still here"
    assert seen["again"].startswith("# still here\ndef positive(x):\n    return x > 0\n")
