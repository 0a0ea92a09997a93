"""What is learned of suggestions that are right and wrong: how many of the wrong ones it would keep off the screen."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from hearth.core.paths import Paths
from hearth.features.completion.quiet.fit import Example
from hearth.features.completion.quiet.ledger import Ledger, Row, examples
from hearth.features.completion.quiet.policy import Policy, learn
from hearth.features.completion.quiet.signs import SURENESS

from . import corpus
from .overhead import HEARTH
from .result import Figure, Result, at_least
from .wire import Client

NAME = "silence"
TITLE = "Staying silent"
PLACES = 1_200
FILES = 120
_LEAST_LINES, _MOST_CHARS = 40, 60_000
_BLOCK = 25
"""Places that one server is asked about: fewer than it begins to learn from, so that it hides none of them, and few
enough for its patience on a busy machine."""
_LOST = 0.02, 0.1


def run() -> Result:
    """Let somebody who accepts exactly what is right look at real suggestions; learn from three quarters of that."""
    found = examples(_record(_places()))
    plain = [attrs.evolve(each, signs=_without(each)) for each in found]
    low, high = _LOST
    best, rest = learned(found, low), learned(plain, low)
    more, less = learned(found, high), learned(plain, high)
    right = sum(each.accepted for each in found)
    return Result(
        figures={
            f"wrong ones hidden, at most {low:.0%} of the right ones lost": Figure(
                100 * best.trial.rejected_hidden, "%", 100 * rest.trial.rejected_hidden
            ),
            "right ones lost there": Figure(100 * best.trial.accepted_lost, "%", 100 * rest.trial.accepted_lost),
            f"wrong ones hidden, at most {high:.0%} of the right ones lost": Figure(
                100 * more.trial.rejected_hidden, "%", 100 * less.trial.rejected_hidden
            ),
            "right ones lost there too": Figure(100 * more.trial.accepted_lost, "%", 100 * less.trial.accepted_lost),
            "error of the likelihood (Brier)": Figure(best.trial.brier, "", rest.trial.brier),
            "error of always the same guess": Figure(best.trial.brier_constant, "", rest.trial.brier_constant),
            "suggestions": Figure(len(found), "", len(plain), at_least(500)),
            "right ones among them": Figure(100 * right / max(1, len(found)), "%", 100 * right / max(1, len(found))),
        },
        note=(
            f"{PLACES:,} places inside lines of {FILES} files of the standard library, the rest of the line taken out; "
            "each is asked of `hearth lsp` with the bundled model, and accepted if it is what stands there in the "
            "file, else rejected. What was learned of the first three quarters is examined on the last. The peer is "
            "the same without the model's own probabilities."
        ),
        target="Fewer wrong suggestions, at the price that the user has set.",
    )


def learned(found: Sequence[Example], most_lost: float) -> Policy:
    """A policy. Raises RuntimeError if there is too little to learn from."""
    policy = learn(found, most_lost)
    if policy is None:
        raise RuntimeError(f"{len(found)} suggestions, {sum(each.accepted for each in found)} right: too few")
    return policy


def _without(example: Example) -> dict[str, float]:
    return {name: value for name, value in example.signs.items() if name not in SURENESS}


def _places() -> list[tuple[str, str, str, str]]:
    """(file, text before the cursor, what stands there, text after the line)."""
    dice = random.Random(12)  # noqa: S311
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
        column = dice.randrange(first, len(line))
        before, after = "\n".join([*lines[:row], line[:column]]), "\n" + "\n".join(lines[row + 1 :])
        places.append((path.name, before, line[column:], after))
    return places


def _record(places: Sequence[tuple[str, str, str, str]]) -> list[Row]:
    """What the server kept of them."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environ = {
            "HEARTH_HOME": folder,
            "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
            "HEARTH_COMPLETION__LATENCY_MS": "5000",
            "HEARTH_COMPLETION__PREFETCH": "false",
            "HEARTH_INDEX__ENABLED": "false",
        }
        ledger = Ledger(Paths(**{name: home / name for name in ("runtime", "state", "config", "cache", "data")}))
        try:
            for start in range(0, len(places), _BLOCK):
                with Client.running(HEARTH, environ) as client:
                    client.initialize(home)
                    for number, place in enumerate(places[start : start + _BLOCK], start):
                        _look(client, home, number, *place)
                    client.request("shutdown", None)
                rows += ledger.rows()
                ledger.forget()
        finally:
            stop = [HEARTH[0], "engine", "stop"]
            subprocess.run(stop, env={**os.environ, **environ}, timeout=60, check=False, capture_output=True)
    return rows


def _look(client: Client, home: Path, number: int, name: str, before: str, right: str, after: str) -> None:
    """Ask for a suggestion, and say whether it was accepted."""
    uri = (home / f"{number}_{name}").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
    client.write({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    line = before.rpartition("\n")[2]
    position = {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
    params = {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": 2}}
    result: Any = client.request("textDocument/inlineCompletion", params)
    for item in ((result["items"] if isinstance(result, dict) else result) or [])[:1]:
        start = item["range"]["start"]["character"] if item.get("range") else position["character"]
        text = str(item["insertText"])[position["character"] - start :]
        outcome = "accepted" if (right + after).startswith(text.rstrip()) else "rejected"
        told = {"id": item["command"]["arguments"][0], "outcome": outcome}
        client.write({"method": "hearth/completion/feedback", "params": told})
    client.write({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
