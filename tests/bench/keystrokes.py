"""How often a key needs the model: recorded typing, replayed through the whole language server."""

from __future__ import annotations

import contextlib
import math
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from .overhead import HEARTH
from .result import Figure, Result, at_least
from .suggesting import asking, home, items_of, written
from .traces import Key, keys, places, projects
from .wire import Client, ServerFailedError

NAME = "keystrokes"
TITLE = "Keys that need no model"
LINES = 12
INTERVAL_S, DEVIATION_S = 0.239, 0.112
"""Between two keys of a person."""
_JUMP_S = 1.0
"""After the cursor was moved."""
RIGHT = 3
"""Characters of a suggestion that are about to be typed."""
PAUSE_S = 0.15
"""Between an answer and the next key: somebody who types fast."""
_BLOCK = 80
"""Keys that one server gets, before its patience ends."""
_TOLD = {"HEARTH_COMPLETION__SILENCE": "0", "HEARTH_LOG__LEVEL": "debug"}
"""Nothing is hidden, and each call of the model is in the log."""
_ASKED, _AHEAD = b"a completion is asked of the model", b"what would follow is asked of the model"


def run() -> Result:
    """Replay the keys, each as soon as the one before is answered."""
    texts = projects()
    trace = list(keys(places(random.Random(9), texts, LINES)))  # noqa: S311
    told = _replay(trace)
    paced = _paced(trace)
    count = len(told.answers)
    figures = {
        "typed at a person's pace: keys that need no model": Figure(
            100 * (1 - paced.asked / len(trace)), "%", None, at_least(50)
        ),
        "typed at a person's pace: keys with a suggestion": Figure(100 * paced.shown / len(trace), "%"),
        f"typed at a person's pace: suggestions that begin with {RIGHT} right characters": Figure(
            100 * paced.right / max(1, paced.shown), "%"
        ),
        "typed at a person's pace: calls ahead of a key": Figure(paced.ahead / len(trace), ""),
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
            "key is an edit and a `textDocument/inlineCompletion`. *At a person's pace*: with the settings as they are "
            f"from the start; keys come {INTERVAL_S:g} s apart, with a deviation of {DEVIATION_S:g} s (log-normal; the "
            "mean of 168,000 typists: Dhakal et al., CHI 2018), answered or not, and end a request that is not "
            f"answered yet. The other rows: a key comes {PAUSE_S:g} s after the one before was answered, and the model "
            "is asked without a quiet time. Counted is what the server asks of the model for a key; what it finds out "
            "ahead, while a suggestion is shown, is counted by itself."
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
    eager = {"HEARTH_COMPLETION__DEBOUNCE_MS": "0", "HEARTH_COMPLETION__LATENCY_MS": "5000"}
    with home(**_TOLD, **eager) as (folder, environ):
        for number, block in enumerate(_blocks(trace)):
            with Client.running(HEARTH, environ) as client:
                client.initialize(folder)
                _type(client, folder, f"{number}", block, told)
                client.request("shutdown", None)
    return told


@attrs.define
class Paced:
    """What the server did for somebody who does not wait for it."""

    asked: int = 0
    ahead: int = 0
    shown: int = 0
    right: int = 0


def _paced(trace: list[Key]) -> Paced:
    paced = Paced()
    draw = random.Random(3)  # noqa: S311
    spread = math.log(1 + (DEVIATION_S / INTERVAL_S) ** 2)
    with home(**_TOLD) as (folder, environ):
        for number, block in enumerate(_blocks(trace)):
            with Client.running(HEARTH, environ) as client:
                client.initialize(folder)
                answers: queue.Queue[dict[str, Any]] = queue.Queue()
                threading.Thread(target=_read, args=(client, answers), daemon=True).start()
                for (edit, params), rest in zip(_edits(folder, f"{number}", block), _rests(block), strict=True):
                    client.number += 1
                    request = {"id": client.number, "method": "textDocument/inlineCompletion", "params": params}
                    client.write(edit, request)
                    jump = edit["method"] == "textDocument/didOpen"
                    interval = draw.lognormvariate(math.log(INTERVAL_S) - spread / 2, math.sqrt(spread))
                    answer = _answer(answers, client.number, _JUMP_S if jump else interval)
                    if answer is None:
                        client.write({"method": "$/cancelRequest", "params": {"id": client.number}})
                    items = items_of(answer)
                    paced.shown += bool(items)
                    paced.right += bool(items) and rest[:RIGHT] == written(items[0], params)[:RIGHT]
                log = client.whole_log()
                paced.asked, paced.ahead = paced.asked + log.count(_ASKED), paced.ahead + log.count(_AHEAD)
    return paced


def _read(client: Client, answers: queue.Queue[dict[str, Any]]) -> None:
    with contextlib.suppress(ServerFailedError, OSError, ValueError):
        while True:
            answers.put(client.read())


def _answer(answers: queue.Queue[dict[str, Any]], number: int, interval: float) -> Any:
    """What the server answers to a request until the next key; None if it does not in time."""
    end = time.monotonic() + interval
    found = None
    while (left := end - time.monotonic()) > 0:
        with contextlib.suppress(queue.Empty):
            message = answers.get(timeout=left)
            found = message.get("result") if message.get("id") == number else found
    return found


def _rests(block: Sequence[Key]) -> Iterator[str]:
    """For each key what is still typed of its line; empty after a slip."""
    for number, key in enumerate(block):
        ends = (at for at in range(number + 1, len(block)) if block[at].kind == "jump")
        line = block[next(ends, len(block)) - 1].before
        yield line[len(key.before) :] if line.startswith(key.before) else ""


def _blocks(trace: Iterable[Key]) -> list[list[Key]]:
    """The trace cut at jumps, where nothing that is known counts any more."""
    blocks: list[list[Key]] = []
    for key in trace:
        if not blocks or (key.kind == "jump" and len(blocks[-1]) >= _BLOCK):
            blocks.append([])
        blocks[-1].append(key)
    return blocks


def _edits(folder: Path, name: str, block: list[Key]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """For each key the edit and the parameters of the request."""
    uri, version = "", 0
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
        yield edit, asking(uri, key.before)


def _type(client: Client, folder: Path, name: str, block: list[Key], told: Told) -> None:
    asked, ahead = 0, 0
    for key, (edit, params) in zip(block, _edits(folder, name, block), strict=True):
        time.sleep(PAUSE_S)
        items = items_of(client.request("textDocument/inlineCompletion", params, before=[edit]))
        log = client.whole_log()
        calls, asked = log.count(_ASKED) - asked, log.count(_ASKED)
        told.ahead, ahead = told.ahead + log.count(_AHEAD) - ahead, log.count(_AHEAD)
        told.answers.append(calls)
        told.shown += bool(items)
        told.kinds[key.kind] += 1
        told.free[key.kind] += not calls
