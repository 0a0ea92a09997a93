"""The servers that an editor starts in a test: a ``hearth`` for its PATH, what they said, and how they end."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from conformance.traffic import Traffic

TAP = Path(__file__).with_name("tap.py")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "editors.md"


class Servers:
    """All that is started as ``hearth`` by one editor."""

    def __init__(self, folder: Path) -> None:
        self._records = folder / "records"
        self.programs = folder / "bin"
        """A folder for the editor's PATH."""
        self._records.mkdir()
        self.programs.mkdir()
        program = self.programs / "hearth"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{TAP}" "{self._records}" "$@"\n')
        program.chmod(0o755)

    def numbers(self) -> list[int]:
        """Process numbers of all that were started."""
        return [int(each.stem) for each in self._records.iterdir()]

    def kill(self) -> None:
        """Kill what runs, as a crash would."""
        for each in self.numbers():
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def heard(self) -> list[Any]:
        """What the editor said so far."""
        lines = [line for path in self._records.iterdir() for line in path.read_text(encoding="utf-8").splitlines()]
        entries = [json.loads(line) for line in lines if line.endswith("}")]  # The last may be half written.
        return [entry["message"] for entry in entries if entry["from"] == "client"]

    def methods(self) -> set[str]:
        """What was said; fails if any server said what it must not."""
        heard: set[str] = set()
        for path in self._records.iterdir():
            traffic = Traffic()
            for line in path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                (traffic.from_client if entry["from"] == "client" else traffic.from_server)(entry["message"])
            assert not traffic.faults, traffic.faults
            heard |= traffic.methods
        return heard


def snippets(heading: str, kind: str) -> list[str]:
    """The code of one kind below a heading of the page about editors: what users are told to write."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"(?ms)^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text)
    assert section is not None, heading
    found = re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", section[1])
    assert found, f"{heading} has no {kind}"
    return found
