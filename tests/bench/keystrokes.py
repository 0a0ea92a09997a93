"""How often a key needs the model: recorded typing, replayed through the whole language server."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from .overhead import HEARTH
from .result import Figure, Result, at_least
from .traces import Key, keys, places, projects
from .wire import Client

NAME = "keystrokes"
TITLE = "Keys that need no model"
LINES = 12
PAUSE_S = 0.15
"""Between an answer and the next key: somebody who types fast."""
_BLOCK = 80
"""Keys that one server gets, before its patience ends."""
_ASKED, _AHEAD = b"a completion is asked of the model", b"what would follow is asked of the model"


def run() -> Result:
    """Replay the keys, each as soon as the one before is answered."""
    texts = projects()
    told = _replay(list(keys(places(random.Random(9), texts, LINES))))  # noqa: S311
    count = len(told.answers)
    figures = {
        "keys answered without the model": Figure(100 * told.answers.count(0) / count, "%", None, at_least(50)),
        "calls of the model for a key": Figure(sum(told.answers) / count, ""),
        "calls ahead of a key": Figure(told.ahead / count, ""),
        "keys with a suggestion": Figure(100 * told.shown / count, "%"),
    }
    for kind, total in told.kinds.items():
        figures[f"{kind}: answered without the model"] = Figure(100 * told.free[kind] / total, "%")
    return Result(
        figures=figures,
        note=(
            f"{LINES} lines in files of {', '.join(texts)}, in turns, {count} keys with slips that are taken back, "
            "lines half accepted and the cursor elsewhere for the next, at `hearth lsp` with the bundled model: each "
            f"key is an edit and a `textDocument/inlineCompletion`, and comes {PAUSE_S:g} s after the one before was "
            "answered, with no quiet time before the model is asked; in use, keys that come sooner than that are not "
            "answered and need no model either. Counted is what the server asks of the model for a key; what it finds "
            "out ahead, while a suggestion is shown, is counted by itself."
        ),
        target="At least half of the keys need no model.",
    )


@attrs.define
class Told:
    """What the server did."""

    answers: list[int] = attrs.field(factory=list)
    """Calls of the model for each key."""
    ahead: int = 0
    shown: int = 0
    kinds: Counter[str] = attrs.field(factory=Counter)
    free: Counter[str] = attrs.field(factory=Counter)
    """Keys of each kind, and those of them that needed no model."""


def _replay(trace: list[Key]) -> Told:
    told = Told()
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "HEARTH_HOME": folder,
            "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
            "HEARTH_COMPLETION__LATENCY_MS": "5000",
            "HEARTH_COMPLETION__SILENCE": "0",
            "HEARTH_INDEX__ENABLED": "false",
            "HEARTH_LOG__LEVEL": "debug",
        }
        try:
            for number, block in enumerate(_blocks(trace)):
                with Client.running(HEARTH, environ) as client:
                    client.initialize(Path(folder))
                    _type(client, Path(folder), f"{number}", block, told)
                    client.request("shutdown", None)
        finally:
            stop = [HEARTH[0], "engine", "stop"]
            subprocess.run(stop, env={**os.environ, **environ}, timeout=60, check=False, capture_output=True)
    return told


def _blocks(trace: Iterable[Key]) -> list[list[Key]]:
    """The trace cut at jumps, where nothing that is known counts any more."""
    blocks: list[list[Key]] = []
    for key in trace:
        if not blocks or (key.kind == "jump" and len(blocks[-1]) >= _BLOCK):
            blocks.append([])
        blocks[-1].append(key)
    return blocks


def _type(client: Client, folder: Path, name: str, block: list[Key], told: Told) -> None:
    uri, version, asked, ahead = "", 0, 0, 0
    for number, key in enumerate(block):
        text = key.before + key.after
        if key.kind == "jump":
            uri, version = (folder / f"{name}_{number}").as_uri(), 1
            document = {"uri": uri, "languageId": key.language, "version": 1, "text": text}
            edit: dict[str, Any] = {"method": "textDocument/didOpen", "params": {"textDocument": document}}
        else:
            version += 1
            change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
            edit = {"method": "textDocument/didChange", "params": change}
        line = key.before.rpartition("\n")[2]
        position = {"line": key.before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
        params = {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": 2}}
        time.sleep(PAUSE_S)
        result: Any = client.request("textDocument/inlineCompletion", params, before=[edit])
        items = (result["items"] if isinstance(result, dict) else result) or []
        log = client.whole_log()
        calls, asked = log.count(_ASKED) - asked, log.count(_ASKED)
        told.ahead, ahead = told.ahead + log.count(_AHEAD) - ahead, log.count(_AHEAD)
        told.answers.append(calls)
        told.shown += bool(items)
        told.kinds[key.kind] += 1
        told.free[key.kind] += not calls
