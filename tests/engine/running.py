"""Real engine processes for tests, and a plain HTTP client for them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import psutil

from hearth.core.paths import Paths
from hearth.engine import ladder, launch
from hearth.engine.api import EngineAddress, EngineSpec, Launching
from hearth.engine.ladder import Rung
from models.tiny_gguf import TinyModel

PATIENCE_S = 60.0
"""Far above what anything here takes; it only turns a hang into a failure."""


BIG = TinyModel(width=256, layers=8, context=4096)
"""Large enough that a prompt of thousands of tokens takes seconds, so that there is time to interrupt it."""


EXACT = TinyModel(quantised=False, context=1024)
"""On the rung BARE (no flash attention), batches of any size give it the same answers. Elsewhere products of quantised
weights and half-precision sums round differently with every batch size, and random weights make much of little."""


class Engine:
    """One running engine."""

    def __init__(self, address: EngineAddress) -> None:
        self.address = address
        self.client = httpx2.AsyncClient(
            base_url=address.url,
            headers={"authorization": f"Bearer {address.token}"},
            timeout=PATIENCE_S,
            trust_env=False,
            # A connection kept from before a crash is dead; clients retry, these tests ask once.
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    @property
    def worker(self) -> psutil.Process:
        """The process that holds the model now."""
        return psutil.Process(self.address.pid).children()[0]

    async def health(self) -> dict[str, Any]:
        return dict((await self.client.get("/health")).json())

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        return await self.client.post(path, json=body)

    async def complete(self, prompt: str | Sequence[int], **options: Any) -> dict[str, Any]:
        """A whole, greedy completion."""
        body = {"prompt": prompt, "temperature": 0, "max_tokens": 8} | options
        response = await self.post("/v1/completions", **body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def stream(self, path: str, **body: Any) -> AsyncIterator[dict[str, Any]]:
        """The JSON of each event, without the closing [DONE]."""
        async with self.client.stream("POST", path, json={**body, "stream": True}) as response:
            assert response.status_code == 200, await response.aread()
            async for line in response.aiter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    yield json.loads(line[6:])

    async def counter(self, name: str) -> int:
        """A Prometheus counter's value."""
        text = (await self.client.get("/metrics")).text
        found = re.search(rf"^{name}(?:_total)? (\S+)$", text, re.MULTILINE)
        assert found, f"{name} is not among the metrics"
        return int(float(found[1]))

    async def until_idle(self) -> None:
        """Wait until no request runs or waits."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                health = await self.health()
                if not health["running"] and not health["waiting"]:
                    return
                await asyncio.sleep(0.01)

    async def until_busy(self) -> None:
        """Wait until a request runs."""
        async with asyncio.timeout(PATIENCE_S):
            while not (await self.health()).get("running"):  # noqa: ASYNC110
                await asyncio.sleep(0.005)


class Engines:
    """Starts engines below one HEARTH_HOME and ends them."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._open: list[Engine] = []

    async def start(
        self, model: Path, *, worker: Sequence[str] = (), rung: Rung | None = None, **options: Any
    ) -> Engine:
        """Start an engine, on ``rung`` if one is named."""
        if rung is not None:
            ladder.remember(self.paths, model, rung, "a test asked for it")
        spec = EngineSpec(model=model, **options)
        steps = [step async for step in launch.ensure(spec, self.paths, timeout_s=PATIENCE_S, worker=worker)]
        address = steps[-1]
        assert isinstance(address, EngineAddress)
        assert all(isinstance(step, Launching) for step in steps[:-1])
        engine = Engine(address)
        self._open.append(engine)
        return engine

    async def close(self) -> None:
        for engine in self._open:
            await engine.client.aclose()
        for address in launch.running(self.paths):
            await launch.stop(address)
        assert not launch.running(self.paths)
