"""Logs go to stderr or a file; stdout belongs to the protocol."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from hearth.core import log


@pytest.fixture(autouse=True)
def _keep_the_root_logger() -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger("hearth")
    handlers, level, own_level = root.handlers[:], root.level, own.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    own.setLevel(own_level)


def speak() -> None:
    for name in ("hearth.lsp", "httpx2", "pygls"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING):
            logging.getLogger(name).log(level, "%s at %s", name, level)


def test_stderr_is_the_default_and_stdout_stays_empty(capfd: pytest.CaptureFixture[str]) -> None:
    log.configure("info")
    speak()
    out, err = capfd.readouterr()
    assert out == ""
    assert [line.split(": ", 1)[1] for line in err.splitlines()] == [
        "hearth.lsp at 20",
        "hearth.lsp at 30",
        "httpx2 at 30",
        "pygls at 30",
    ]


def test_a_file_takes_all_of_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "state" / "lsp.log"
    log.configure("debug", path)
    speak()
    assert capfd.readouterr() == ("", "")
    text = path.read_text(encoding="utf-8")
    assert "hearth.lsp at 10" in text
    assert "httpx2 at 20" not in text


def test_configuring_twice_writes_once(capfd: pytest.CaptureFixture[str]) -> None:
    log.configure("info")
    log.configure("warning")
    speak()
    assert capfd.readouterr().err.count("hearth.lsp at 30") == 1


def test_a_log_file_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_MAX_BYTES", 2000)
    log.configure("info", tmp_path / "a.log")
    for _ in range(200):
        speak()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "a.log.1"]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())
