"""What is learned of real suggestions of the bundled model, accepted and rejected through ``hearth lsp``."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from hearth.core.paths import Paths
from hearth.engine import launch
from hearth.features.completion.quiet.ledger import Ledger, Outcome, Row
from hearth.features.completion.quiet.signs import ALL, FIRST, LEAST, SURENESS
from lsp.raw_client import DEADLINE_S, Client

pytestmark = pytest.mark.engine

PLACES = (
    "import os\nimport sys\n\n\ndef read(path):\n    with open(",
    "class Point:\n    def __init__(self, x, y):\n        self.x = x\n        se",
    "def add(a, b):\n    return a ",
    "import json\n\n\ndef load(path):\n    with open(path) as file:\n        return json.",
    "for index in ra",
    "try:\n    value = int(text)\nexcept Val",
    "def zyx(qw):\n    kk = qw * 7 - ",
    "names = [name for name in ",
    "class Unknown(Thing):\n    limit = ",
    "if __name__ == ",
    "raise NotImpl",
    "result = frobnicate(",
)
"""Texts before the cursor: at some the model knows what comes, at others it guesses."""
FEWEST = 6
"""Suggestions at these places, however other builds of llama.cpp round."""


@attrs.define
class User:
    """Somebody with the bundled model and a record of suggestions."""

    home: Path
    environ: dict[str, str]
    numbers: Iterator[int] = attrs.field(factory=itertools.count)

    @property
    def ledger(self) -> Ledger:
        return Ledger(Paths(*(self.home / name for name in ("run", "state", "config", "cache", "data"))))

    @contextlib.contextmanager
    def editor(self, workspace: Path | None = None) -> Iterator[Client]:
        """A window, closed in an orderly way at the end, so that everything is kept."""
        with Client(self.home, self.environ) as client:
            folders = [{"uri": workspace.as_uri(), "name": "w"}] if workspace else None
            client.initialize(workspaceFolders=folders)
            status = client.notification("hearth/status", lambda params: params["state"] in ("ready", "error"))
            assert status["state"] == "ready", status
            yield client
            assert client.exit() == 0

    def look(self, client: Client, text: str, then: str = "nothing") -> str:
        """What is suggested behind ``text`` in a new document; it is "accepted" or "rejected" or "nothing" is said."""
        uri = f"file:///w/{next(self.numbers)}.py"
        client.open(uri, text)
        line, character = text.count("\n"), len(text.rpartition("\n")[2])
        here = {"line": line, "character": character}
        asked = {"textDocument": {"uri": uri}, "position": here, "context": {"triggerKind": 2}}
        result = client.request("textDocument/inlineCompletion", asked)
        items = result["items"] if result else []
        if items and then == "accepted":
            change = {"range": {"start": here, "end": here}, "text": items[0]["insertText"]}
            document = {"uri": uri, "version": 2}
            client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        elif items and then == "rejected":
            told = {"id": items[0]["command"]["arguments"][0], "outcome": "rejected"}
            client.notify("hearth/completion/feedback", told)
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return str(items[0]["insertText"]) if items else ""

    def stats(self, cwd: Path | None = None) -> dict[str, Any]:
        """What ``hearth stats`` tells."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HEARTH_")}
        command = [sys.executable, "-m", "hearth", "stats", "--json"]
        environ = clean | self.environ | {"HEARTH_HOME": str(self.home)}
        done = subprocess.run(command, env=environ, cwd=cwd, capture_output=True, timeout=DEADLINE_S, check=True)
        return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def user(bundled_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    home = tmp_path_factory.mktemp("user")
    settings = {"DEBOUNCE_MS": "0", "PREFETCH": "false", "LATENCY_MS": "60000", "TIMEOUT_S": "60", "MAX_TOKENS": "8"}
    environ = {f"HEARTH_COMPLETION__{name}": value for name, value in settings.items()}
    yield User(home, environ | {"HEARTH_ENGINE__MODEL": str(bundled_model)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEARTH_HOME", str(home))
        for address in launch.running(Paths.of_user()):
            launch.stop_now(address)
        assert launch.running(Paths.of_user()) == []


@pytest.fixture(scope="module")
def seen(user: User) -> dict[str, Row]:
    """Place to what is kept of its suggestion; every second one was accepted."""
    found: list[tuple[str, str]] = []
    with user.editor() as client:
        for place, then in zip(PLACES, itertools.cycle(["accepted", "rejected"]), strict=False):
            if text := user.look(client, place, then):
                # One character that comes in may as well have been typed.
                found.append((place, "typed" if then == "accepted" and len(text) == 1 else then))
    rows = user.ledger.rows()
    assert [row.outcome.value for row in rows] == [then for _, then in found]
    assert len(found) >= FEWEST, "a trained model has something to say at most of these places"
    return {place: row for (place, _), row in zip(found, rows, strict=True)}


def test_accepts_and_rejects_are_kept_with_how_sure_the_model_was(user: User, seen: dict[str, Row]) -> None:
    for row in seen.values():
        assert 0 < row.signs[LEAST] <= row.signs[ALL] <= 1
        assert row.signs[LEAST] <= row.signs[FIRST] <= 1
    told = user.stats()
    outcomes = [row.outcome for row in seen.values()]
    assert told["learned_from"] == len(seen)
    assert told["total"]["accepted"] == outcomes.count(Outcome.ACCEPTED) > 0
    assert told["total"]["rejected"] == outcomes.count(Outcome.REJECTED) > 0
    assert not told["hides"]


def test_what_the_model_is_not_sure_of_is_hidden_from_who_rejects_that(user: User, seen: dict[str, Row]) -> None:
    """Nothing but how sure the model was tells what is accepted: all other signs are mixed."""
    cut = statistics.median(row.signs[ALL] for row in seen.values())
    train(user, seen, cut)
    sure = [place for place, row in seen.items() if row.signs[ALL] > cut + 0.1]
    unsure = [place for place, row in seen.items() if row.signs[ALL] < cut - 0.1]
    assert sure
    assert unsure
    with user.editor() as client:
        assert user.look(client, sure[0])
        end = time.monotonic() + DEADLINE_S
        while all(user.look(client, place) for place in unsure):  # Until it has learned, beside the first answers.
            assert time.monotonic() < end, "nothing is hidden"
        assert all(user.look(client, place) for place in sure)
    told = user.stats()
    assert told["hides"]
    assert told["effect"]["hidden"] == told["total"]["silent"] > 0
    assert told["held_out"]["rejected_hidden"] > 0.5
    best = max(told["weights"], key=lambda name: abs(told["weights"][name]))
    assert best in SURENESS
    assert told["weights"][best] > 0


def test_a_workspace_teaches_nothing(user: User, seen: dict[str, Row], tmp_path: Path) -> None:
    """Neither a record in it, nor its settings."""
    cut = statistics.median(row.signs[ALL] for row in seen.values())
    train(user, seen, cut)
    for folder in (tmp_path, tmp_path / ".hearth", tmp_path / ".hearth" / "state", tmp_path / "state"):
        folder.mkdir(exist_ok=True)
        (folder / user.ledger.path.name).write_bytes(user.ledger.path.read_bytes())
    (tmp_path / ".hearth" / "settings.toml").write_text("[completion]\nsilence = 0.5\n")
    user.ledger.forget()
    with user.editor(tmp_path) as client:
        for _ in range(2):
            assert all(user.look(client, place) for place in seen)
    told = user.stats(tmp_path)
    assert (told["learned_from"], told["hides"], told["total"]["silent"]) == (0, False, 0)


def train(user: User, seen: dict[str, Row], cut: float) -> None:
    """A record of somebody who accepted what the model was sure of."""
    draw = random.Random(5)  # noqa: S311
    user.ledger.forget()
    rows = []
    for _ in range(300):
        place, doubt = draw.choice([*seen.values()]), draw.choice([*seen.values()])
        signs = {**place.signs, **{name: doubt.signs[name] for name in SURENESS}}
        outcome = Outcome.ACCEPTED if doubt.signs[ALL] > cut else Outcome.REJECTED
        rows.append(attrs.evolve(place, signs=signs, outcome=outcome))
    user.ledger.add(rows)
