"""Code actions: how long the menu takes in a long file, whole and while it is broken near the cursor."""

from __future__ import annotations

import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs

from . import real_code
from .overhead import HEARTH, PEER
from .result import Figure, Result, at_most, percentile
from .wire import Client

NAME = "actions"
TITLE = "Code actions offered"
PLACES = 150
LINES = 5_000
WARM_UP = 5
LANGUAGES = ("python", "typescript")
BROKEN = "    value = call(first, ["


@attrs.define
class Asker:
    """Somebody who moves through a document, and whose editor asks for the actions at each place."""

    client: Client
    uri: str
    language: str
    lines: list[str]
    version: int = 1

    def open(self) -> None:
        """Open the document."""
        text = "\n".join(self.lines)
        document = {"uri": self.uri, "languageId": self.language, "version": 1, "text": text}
        self.client.write({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def ask(self, line: int, column: int, before: tuple[dict[str, Any], ...] = ()) -> float:
        """Milliseconds until the actions at a place, at which there is a diagnostic, are there."""
        where = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": column}}
        cursor = {"start": where["end"], "end": where["end"]}
        context = {"diagnostics": [{"range": where, "message": "This is wrong."}], "triggerKind": 2}
        params = {"textDocument": {"uri": self.uri}, "range": cursor, "context": context}
        begun = time.perf_counter()
        found = self.client.request("textDocument/codeAction", params, before=before)
        passed = (time.perf_counter() - begun) * 1000
        if not found:
            raise ValueError(f"nothing is offered\n{self.client.log()}")
        return passed

    def broken(self, line: int) -> float:
        """The same on a new line that is not finished, with the edit; afterwards the line is taken out again."""
        start, end = {"line": line, "character": 0}, {"line": line + 1, "character": 0}
        passed = self.ask(line, len(BROKEN), (self._change(start, start, f"{BROKEN}\n"),))
        self.client.write(self._change(start, end, ""))
        self.ask(line, 0)
        return passed

    def _change(self, start: dict[str, int], end: dict[str, int], text: str) -> dict[str, Any]:
        self.version += 1
        changes = [{"range": {"start": start, "end": end}, "text": text}]
        document = {"uri": self.uri, "version": self.version}
        return {"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": changes}}


def run() -> Result:
    """Ask in turns at ours and the peer."""
    figures: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        environ = {"HEARTH_HOME": str(home / "home"), "HEARTH_INDEX__ENABLED": "false"}
        clients = [stack.enter_context(Client.running(command, environ)) for command in (HEARTH, PEER)]
        for client in clients:
            client.initialize(home)
        for language in LANGUAGES:
            lines = real_code.whole(language, LINES).split("\n")
            askers = [Asker(client, (home / f"long.{language}").as_uri(), language, lines) for client in clients]
            for asker in askers:
                asker.open()
            places = random.Random(7).sample(range(len(lines) - 2), WARM_UP + PLACES)  # noqa: S311 (no secret)
            for what in ("whole", "broken"):
                times = [
                    [asker.ask(at, len(lines[at])) if what == "whole" else asker.broken(at) for asker in askers]
                    for at in places
                ][WARM_UP:]
                ours, peer = zip(*times, strict=True)
                name = f"{language}, {what}"
                figures[f"{name}, p50"] = Figure(percentile(ours, 50), "ms", percentile(peer, 50))
                figures[f"{name}, p95"] = Figure(percentile(ours, 95), "ms", percentile(peer, 95), at_most(10))
    return Result(
        figures,
        note=(
            f"{PLACES} places of {LINES:,} lines, made of real files put behind one another, which parse, each with a "
            "diagnostic on the line. Whole: the request alone. Broken: an edit that puts an unfinished call there, and "
            "the request, in one write. The peer is bare pygls that answers a constant (`tests/bench/peer_pygls.py`)."
        ),
        target="p95 under 10 ms, also with a syntax error near the cursor.",
    )
