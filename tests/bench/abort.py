"""From a cancelled request to an idle engine in the middle of a long prompt: what a keystroke waits for the last."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hearth.core.paths import Paths
from hearth.engine import launch
from hearth.engine.api import EngineAddress, EngineSpec
from peers.llama_server import LlamaServer, Missing

from . import shapes
from .result import Figure, Result, at_most, percentile
from .wire import Client

NAME = "abort"
TITLE = "From cancel to idle"
ROUNDS = 40
PROMPT_CHARS = 10_000
"""About 3,000 tokens, many seconds of work."""

PAUSE_S = (0.15, 0.9)
"""When, after the work has begun, the request is cancelled: at random, so that every part of a step is met."""

PATIENCE_S = 120.0
HEARTH = [str(Path(sys.executable).with_name("hearth")), "lsp"]


def run() -> Result:
    """Cancel long prompts at ours, then at the peer."""
    model = shapes.model()
    with tempfile.TemporaryDirectory() as folder:
        ours = _hearth(model, Path(folder))
        peer = _llama_server(model, Path(folder))
    beside = (percentile(peer, 50), percentile(peer, 95)) if peer else (None, None)
    return Result(
        figures={
            "cancel to idle, p50": Figure(percentile(ours, 50), "ms", beside[0]),
            "cancel to idle, p95": Figure(percentile(ours, 95), "ms", beside[1], at_most(50)),
        },
        note=(
            f"{ROUNDS} inline completions with about {PROMPT_CHARS // 3:,} tokens of new prompt, each cancelled "
            f"between {PAUSE_S[0]} and {PAUSE_S[1]} s after the engine took it up. Ours is the whole way: "
            "`$/cancelRequest` to `hearth lsp`, through HTTP to the engine, until `/health` says that nothing runs. "
            "The peer is `llama-server` with the same file: its connection is closed, until `/slots` says so; it "
            "looks up between steps only. The model is Qwen2.5-Coder-0.5B's shape, Q4_K_M, random weights."
        ),
        target="95 of 100 are over within 50 ms.",
    )


def _hearth(model: Path, home: Path) -> list[float]:
    environ = {
        "HEARTH_HOME": str(home),
        "HEARTH_ENGINE__MODEL": str(model),
        "HEARTH_ENGINE__IDLE_MINUTES": "5",
        "HEARTH_COMPLETION__PREFIX_CHARS": str(PROMPT_CHARS),
        "HEARTH_COMPLETION__TIMEOUT_S": str(PATIENCE_S),
        "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
        "HEARTH_COMPLETION__CANDIDATES": "1",
    }
    paths = Paths(home / "run", home / "state", home / "config", home / "cache", home / "data")
    waits = []
    try:
        with Client.running(HEARTH, environ) as client:
            client.initialize(home)
            address = _engine(paths, model)
            for number in range(ROUNDS):
                uri = (home / f"work{number}.py").as_uri()
                text = _code(number)
                document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
                client.write({"method": "textDocument/didOpen", "params": {"textDocument": document}})
                place = {"line": text.count("\n"), "character": 4}
                params = {"textDocument": {"uri": uri}, "position": place, "context": {"triggerKind": 1}}
                client.number += 1
                client.write({"id": client.number, "method": "textDocument/inlineCompletion", "params": params})
                waits.append(
                    _until_idle(
                        lambda: bool(_health(address).get("running")),
                        lambda: client.write({"method": "$/cancelRequest", "params": {"id": client.number}}),
                    )
                )
                while client.read().get("id") != client.number:
                    pass
    finally:
        for address in launch.running(paths):
            launch.stop_now(address)
    return waits


def _llama_server(model: Path, folder: Path) -> list[float]:
    """Empty where no llama-server can be had."""
    waits = []
    try:
        with LlamaServer(model, folder / "llama.log", "-c", "8192", "-np", "1", "-t", "2") as server:
            for number in range(ROUNDS // 4):
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
                body = {"input_prefix": _code(number), "input_suffix": "", "n_predict": 8, "stream": True}
                connection.request("POST", "/infill", json.dumps(body), {"content-type": "application/json"})
                waits.append(_until_idle(lambda: _processing(server.port), connection.close))
    except Missing:
        return []
    return waits


def _until_idle(busy: Callable[[], bool], cancel: Callable[[], Any]) -> float:
    """Cancel a while after the work has begun; milliseconds until it has ended."""
    with _patience() as left:
        while not busy():
            left()
        time.sleep(random.uniform(*PAUSE_S))  # noqa: S311
        if not busy():
            raise ValueError("the prompt was evaluated before it could be cancelled")
        begun = time.perf_counter()
        cancel()
        while busy():
            left()
        return (time.perf_counter() - begun) * 1000


@contextlib.contextmanager
def _patience() -> Iterator[Callable[[], None]]:
    end = time.monotonic() + PATIENCE_S

    def check() -> None:
        if time.monotonic() > end:
            raise TimeoutError("waited in vain")
        time.sleep(0.001)

    yield check


def _engine(paths: Paths, model: Path) -> EngineAddress:
    """Wait for the engine that the language server starts."""
    with _patience() as left:
        while True:
            address = launch.read_address(paths, EngineSpec(model))
            if address is not None and _health(address).get("status") == "ready":
                return address
            left()


def _health(address: EngineAddress) -> dict[str, Any]:
    """Empty while the engine's first decode crashes on this machine and it starts again."""
    try:
        return dict(_get(address.port, "/health", address.token))
    except (OSError, http.client.HTTPException):
        return {}


def _processing(port: int) -> bool:
    slots = _get(port, "/slots", "")
    return any(slot["is_processing"] for slot in slots or ())


def _get(port: int, path: str, token: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={"authorization": f"Bearer {token}"} if token else {})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def _code(number: int) -> str:
    """New code that no cache has seen, with the cursor on a line of its own at the end."""
    draw = random.Random(number)  # noqa: S311
    lines = []
    while sum(map(len, lines)) < PROMPT_CHARS:
        name = f"value_{draw.randrange(10**6)}"
        lines.append(f"    {name} = compute({draw.randrange(10**6)}, {draw.random():.6f})\n")
    return "def work():\n" + "".join(lines) + "    "
