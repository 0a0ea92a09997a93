"""What is shown of a model that knows little: does it leave the text as whole as it was?"""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hearth.syntax import languages
from hearth.syntax.parse import Tree, parse

from . import corpus
from .overhead import HEARTH
from .result import Figure, Result, at_least, at_most, percentile
from .wire import Client

NAME = "syntax"
TITLE = "Completions that break nothing"
PLACES = 1_000
FILES = 120
_LEAST_LINES, _MOST_CHARS = 40, 60_000
_BLOCK = 50
"""Places that one server is asked about, before its patience ends."""


def run() -> Result:
    """Ask the real server with the bundled model at random places of real files, with and without its check."""
    places = _places()
    shown, broken, times = _ask(places, check=True)
    plain_shown, plain_broken, _ = _ask(places[: len(places) // 4], check=False)
    return Result(
        figures={
            "shown completions that add a syntax error": Figure(
                100 * broken / max(1, shown), "%", 100 * plain_broken / max(1, plain_shown), at_most(1)
            ),
            "places where something is shown": Figure(
                100 * shown / len(places), "%", 100 * plain_shown / (len(places) // 4)
            ),
            "completions looked at": Figure(shown, "", plain_shown, at_least(500)),
            "answered, p50": Figure(percentile(times, 50), "ms"),
        },
        note=(
            f"{len(places):,} places inside lines of {FILES} files of the standard library, the rest of the line taken "
            "out; each is asked of `hearth lsp` with the bundled model as an editor does while somebody types, and "
            "what comes back is inserted. It adds an error if tree-sitter finds more broken or missing nodes than in "
            "the text with nothing inserted. The peer is the same server with `completion.check_syntax` off, at the "
            "first quarter of the places. Where nothing is shown the model had nothing to say, or nothing of it parsed."
        ),
        target="Less than 1 % of what is shown adds an error.",
    )


def _places() -> list[tuple[str, str, str]]:
    """(file, text before the cursor, text after it)."""
    dice = random.Random(11)  # noqa: S311
    found = sorted(path for path in corpus.stdlib().glob("*.py") if path.stat().st_size < _MOST_CHARS)
    files = [path for path in found if path.read_text("utf-8", "replace").count("\n") > _LEAST_LINES][:FILES]
    places = []
    while len(places) < PLACES:
        path = dice.choice(files)
        lines = path.read_text("utf-8", "replace").split("\n")
        row = dice.randrange(10, len(lines) - 5)
        line = lines[row]
        first = len(line) - len(line.lstrip())
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        column = dice.randrange(first, len(line) + 1)
        before = "\n".join([*lines[:row], line[:column]])
        places.append((path.name, before, "\n" + "\n".join(lines[row + 1 :])))
    return places


def _ask(places: Sequence[tuple[str, str, str]], *, check: bool) -> tuple[int, int, list[float]]:
    """Completions shown, those that add an error, and milliseconds of each answer."""
    shown = broken = 0
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environ = {
            "HEARTH_HOME": folder,
            "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
            "HEARTH_COMPLETION__LATENCY_MS": "5000",
            "HEARTH_COMPLETION__PREFETCH": "false",
            "HEARTH_COMPLETION__CHECK_SYNTAX": "true" if check else "false",
            "HEARTH_COMPLETION__SILENCE": "0",
            "HEARTH_INDEX__ENABLED": "false",
        }
        try:
            for start in range(0, len(places), _BLOCK):
                with Client.running(HEARTH, environ) as client:
                    client.initialize(home)
                    for number, (name, before, after) in enumerate(places[start : start + _BLOCK], start):
                        begun = time.perf_counter()
                        text = _completion(client, (home / f"{number}_{name}").as_uri(), before, after)
                        times.append((time.perf_counter() - begun) * 1000)
                        if text:
                            shown += 1
                            broken += _errors(before + text + after) > _errors(before + after)
                    client.request("shutdown", None)
        finally:
            stop = [HEARTH[0], "engine", "stop"]
            subprocess.run(stop, env={**os.environ, **environ}, timeout=60, check=False, capture_output=True)
    return shown, broken, times


def _completion(client: Client, uri: str, before: str, after: str) -> str:
    document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
    client.write({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    line = before.rpartition("\n")[2]
    position = {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
    params = {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": 2}}
    result: Any = client.request("textDocument/inlineCompletion", params)
    client.write({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
    items = (result["items"] if isinstance(result, dict) else result) or []
    if not items:
        return ""
    item = items[0]
    start = item["range"]["start"]["character"] if item.get("range") else position["character"]
    return str(item["insertText"])[position["character"] - start :]


def _errors(text: str) -> int:
    """Broken and missing nodes; what is inside of a broken one is no further one."""
    known = languages.by_name("python")
    tree = parse(text, known, deadline=30) if known is not None else None
    return 0 if tree is None else _count(tree)


def _count(tree: Tree) -> int:
    count, waiting = 0, [tree.root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            count += 1
        elif node.has_error:
            waiting += node.children
    return count
