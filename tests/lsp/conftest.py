"""Language servers to talk to, with a scripted model."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lsp.raw_client import DEADLINE_S, Client

PLAIN = {"DEBOUNCE_MS": "0", "PREFETCH": "false", "CANDIDATES": "1"}
"""One request, one call of the model, at once."""


class Stage:
    """Starts servers whose model plays a script, and tells what the model was asked."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home = home
        self._stack = stack
        self._record = home / "record.jsonl"

    def script(self, name: str = "script", **sections: dict[str, Any]) -> str:
        """Write a script; returns the provider that plays it."""
        lines = [f"record = {json.dumps(str(self._record))}"]
        for section, values in sections.items():
            lines.append(f"[{section}]")
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
        path = self.home / f"{name}.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return f"scripted:{path}"

    def client(self, env: dict[str, str] | None = None, **sections: dict[str, Any]) -> Client:
        """A server whose model plays the script made of ``sections`` and is asked for nothing beforehand."""
        spec = self.script(**sections)
        models = {"HEARTH_MODELS__COMPLETION": spec, "HEARTH_MODELS__CHAT": spec}
        plain = {f"HEARTH_COMPLETION__{name}": value for name, value in PLAIN.items()}
        return self._stack.enter_context(Client(self.home, {**models, **plain, **(env or {})}))

    def bare_client(self) -> Client:
        """A server without any settings from the environment."""
        return self._stack.enter_context(Client(self.home))

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What happened to the model so far."""
        if not self._record.exists():
            return []
        lines = self._record.read_text(encoding="utf-8").split("\n")[:-1]
        return [event for event in map(json.loads, lines) if event["event"] == kind]

    def until(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until something has happened to the model ``count`` times."""
        end = time.monotonic() + DEADLINE_S
        while len(found := self.events(kind)) < count:
            assert time.monotonic() < end, f"{kind} did not happen {count} times"
            time.sleep(0.01)
        return found


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A folder for one test, which is ``HEARTH_HOME`` too; all servers in it are ended with the test."""
    with ExitStack() as stack:
        yield Stage(tmp_path, stack)


@pytest.fixture
def start(stage: Stage) -> Callable[..., Client]:
    """Start a server with a script and initialize it."""

    def begin(**sections: Any) -> Client:
        client = stage.client(**sections)
        client.initialize()
        return client

    return begin


def inline(uri: str, line: int, character: int, **context: Any) -> dict[str, Any]:
    """Params of an inline completion that was asked for explicitly."""
    where = {"line": line, "character": character}
    return {"textDocument": {"uri": uri}, "position": where, "context": {"triggerKind": 1, **context}}
