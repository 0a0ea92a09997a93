"""The real Neovim, headless, with the real server and a scripted model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from editors.conftest import NEOVIM
from editors.models import BAD, CODE, EXPLAINED, environment

SCRIPT = Path(__file__).with_name("neovim.lua")
LONGEST_S = 300


def test_neovim(tmp_path: Path) -> None:
    file, out = tmp_path / "work" / "a.py", tmp_path / "out.json"
    file.parent.mkdir()
    file.write_text(CODE)
    env = {**os.environ, **environment(tmp_path), "PYTHON": sys.executable, "FILE": str(file), "OUT": str(out)}
    command = [str(NEOVIM), "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", str(SCRIPT)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(out.read_text())
    assert "trouble" not in seen, f"{seen['trouble']}\n{done.stderr}"
    assert seen["edited"].startswith("def positive(x):\n    return x > 0\n\ndef negative")
    assert seen["undone"] is True
    assert seen["untouched"] is True
    assert "no documentation" in seen["told"][0]
    assert BAD in seen["told"][0], "the answer is shown"
    assert EXPLAINED in seen["chat"]
    assert seen["alive"] == "# still here"
