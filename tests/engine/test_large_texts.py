"""A large text is made into tokens beside all else: others are answered, order holds, nothing outlives the model.

The real service over real HTTP in this process; the tokenizer is held by an event, so that no clock decides anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from engine.running import PATIENCE_S
from hearth.core.errors import EngineError
from hearth.engine import http
from hearth.engine.api import EngineSpec
from hearth.engine.ladder import Rung
from hearth.engine.metrics import Metrics
from hearth.engine.native import Model
from hearth.engine.service import Service
from hearth.engine.tokenizing import LARGE

TOKEN = "token"
HUGE = "x" * LARGE
MESSAGE = {"role": "user", "content": HUGE}


class Held:
    """A service whose tokenizer stops at every text of :data:`LARGE` characters until :attr:`go`."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        self.service, self.loop = service, asyncio.get_running_loop()
        self.go, self.begun = threading.Event(), asyncio.Event()
        self.events: list[str] = []
        self.threads: set[int] = set()
        """Those that met a large text."""
        self.client: httpx2.AsyncClient
        tokenize, close = Model.tokenize, Model.close

        def holding(model: Model, text: str, *, special: bool = False) -> list[int]:
            if len(text) < LARGE:
                return tokenize(model, text, special=special)
            self.threads.add(threading.get_ident())
            self.loop.call_soon_threadsafe(self.begun.set)
            assert self.go.wait(PATIENCE_S)
            self.events.append(f"read {text[:1]}")
            return [1, 2, 3]

        def closing(model: Model) -> None:
            self.events.append("freed")
            close(model)

        monkeypatch.setattr(Model, "tokenize", holding)
        monkeypatch.setattr(Model, "close", closing)

    def post(self, path: str, **body: Any) -> asyncio.Task[httpx2.Response]:
        """Begin a request."""
        return asyncio.create_task(self.client.post(path, json=body))

    async def stopped(self) -> None:
        """Wait until a large text is being read."""
        async with asyncio.timeout(PATIENCE_S):
            await self.begun.wait()

    async def turns(self) -> None:
        """A request and its answer: whatever came before it has been seen."""
        assert (await self.client.get("/health")).json()["status"] == "ready"


@pytest.fixture
async def held(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Held]:
    service = Service(EngineSpec(tiny, saved_mb=0), Rung.BARE, Metrics(), tmp_path, on_check=lambda: None)
    await service.load()
    held = Held(service, monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(http.create(service, TOKEN), lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE_S, trust_env=False) as client:
            held.client = client
            yield held
        held.go.set()
        server.should_exit = True
        await serving
        await service.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/completions", {"prompt": HUGE}),
        ("/v1/completions", {"prompt": "a", "suffix": HUGE}),
        ("/v1/completions", {"prompt": [{"control": "<|file_sep|>"}, HUGE]}),
        ("/v1/completions", {"prompt": "a", "suffix": "b", "input_extra": [{"filename": "c", "text": HUGE}]}),
        ("/v1/chat/completions", {"messages": [MESSAGE]}),
        ("/tokenize", {"content": ["a", HUGE]}),
        ("/v1/embeddings", {"input": HUGE}),
    ],
    ids=["prompt", "suffix", "pieces", "other file", "chat", "tokenize", "embeddings"],
)
async def test_others_are_answered_meanwhile(held: Held, path: str, body: dict[str, Any]) -> None:
    large = held.post(path, **body, **({} if path == "/tokenize" else {"max_tokens": 1}))
    await held.stopped()
    await held.turns()
    assert (await held.post("/v1/completions", prompt="small", max_tokens=1)).status_code == 200
    assert held.service.idle_s == 0, "it is no idle engine, which would end"
    assert not large.done()
    assert held.threads != {threading.get_ident()}
    held.go.set()
    status = (await large).status_code
    assert status == 200 if path != "/v1/embeddings" else status == 400, "the tiny model embeds nothing"


async def test_many_small_texts_and_many_tokens_are_large_too(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    run = held.service.tokenizing._begin

    def seen(work: Any) -> Any:
        threads.append(threading.get_ident())
        return run(work)

    monkeypatch.setattr(held.service.tokenizing, "_begin", seen)
    assert len((await held.post("/tokenize", content=["a"] * LARGE)).json()["tokens"]) == LARGE
    tokens = (await held.post("/tokenize", content="a")).json()["tokens"] * LARGE
    assert (await held.post("/detokenize", tokens=tokens)).json()["content"] == "a" * LARGE
    assert len(threads) == 2
    assert threading.get_ident() not in threads


async def test_large_ones_are_read_one_after_the_other_in_their_order(held: Held) -> None:
    first = held.post("/v1/completions", prompt="1" * LARGE, max_tokens=1)
    await held.stopped()
    others = []
    for number in (2, 3):
        others.append(held.post("/v1/completions", prompt=f"{number}" * LARGE, max_tokens=1))
        async with asyncio.timeout(PATIENCE_S):
            while held.service.tokenizing._waiting < number:
                await held.turns()
    held.go.set()
    for each in (first, *others):
        assert (await each).status_code == 200
    assert held.events == ["read 1", "read 2", "read 3"]
    assert len(held.threads) == 1


async def test_of_a_client_that_hangs_up_nothing_is_left(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = await held.service.ready(PATIENCE_S)
    submitted: list[int] = []
    submit = ready.scheduler.submit

    def seen(task: Any, sink: Any) -> Any:
        submitted.append(len(task.prompt))
        return submit(task, sink)

    monkeypatch.setattr(ready.scheduler, "submit", seen)
    running = held.post("/v1/completions", prompt="1" * LARGE, stream=True)
    await held.stopped()
    waiting = held.post("/v1/chat/completions", messages=[{"role": "user", "content": "2" * LARGE}])
    async with asyncio.timeout(PATIENCE_S):
        while held.service.tokenizing._waiting < 2:
            await held.turns()
        for each in (running, waiting):
            each.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await each
        while held.service.tokenizing.busy:
            await held.turns()
    held.go.set()
    assert (await held.post("/v1/completions", prompt="3" * LARGE, max_tokens=1)).status_code == 200
    assert held.events == ["read 1", "read 3"], "what had not begun is not done"
    assert submitted == [3], "and what had begun is not answered"


async def test_the_model_is_freed_after_the_last_reader_and_nobody_reads_later(held: Held) -> None:
    service = held.service
    running = held.post("/v1/completions", prompt="1" * LARGE, max_tokens=1)
    await held.stopped()
    waiting = held.post("/v1/completions", prompt="2" * LARGE, max_tokens=1)
    async with asyncio.timeout(PATIENCE_S):
        while service.tokenizing._waiting < 2:
            await held.turns()
    closing = asyncio.create_task(service.close())
    for _ in range(10):
        assert (await held.client.get("/metrics")).status_code == 200
    assert not closing.done()
    assert held.events == []
    with pytest.raises(EngineError, match="shutting down"):
        await service.tokenizing.run(1, lambda: 1)
    held.go.set()
    await closing
    assert held.events == ["read 1", "freed"]
    for each in (running, waiting):
        response = await each
        assert response.status_code == 503
        assert "shutting down" in response.json()["error"]["message"]


async def test_small_ones_make_no_detour(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(held.service.tokenizing, "_pool", None)
        assert (await held.post("/tokenize", content="x" * (LARGE - 1000))).status_code == 200
        assert (await held.post("/v1/completions", prompt="a", suffix="b", max_tokens=1)).status_code == 200
