"""The subjects of the suite, and what runs behind them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from contract import subjects
from contract.subjects import OPENERS, SERVERS, Opener, Peers, Subject
from hearth.core.paths import Paths
from hearth.engine import launch
from models.tiny_gguf import TinyModel, write
from peers import llama_server
from peers.llama_server import LlamaServer

MARKS = {subjects.embedded: "engine", subjects.engine_by_address: "engine"}
MARKS |= {subjects.llama_infill: "peer", subjects.llama_raw_prompt: "peer"}


def marked(openers: tuple[Opener, ...]) -> list[object]:
    """Parameters with the marks of what they need."""
    return [
        pytest.param(each, id=each.__name__, marks=[getattr(pytest.mark, MARKS[each])] if each in MARKS else [])
        for each in openers
    ]


RANDOM = TinyModel(width=128, layers=4, context=4096, endless=True)


@pytest.fixture(scope="session")
def llama_starter(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., LlamaServer]:
    """Makes llama-servers. Skips where none can be had, and says why; under CI that is a failure."""

    def start(model: Path, *options: str, key: str = "") -> LlamaServer:
        try:
            return LlamaServer(model, tmp_path_factory.mktemp("llama") / "log", *options, key=key)
        except llama_server.Missing as reason:
            if os.environ.get("CI") == "true":
                pytest.fail(str(reason))
            pytest.skip(str(reason))

    return start


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory, llama_starter: Callable[..., LlamaServer]) -> Iterator[Peers]:
    """One engine and one llama-server for all tests, both over the same random model."""
    home = tmp_path_factory.mktemp("home")
    paths = Paths(**{name: home / name for name in ("runtime", "state", "config", "cache", "data")})
    model = write(home / "random.gguf", RANDOM)
    running: list[LlamaServer] = []

    def llama() -> LlamaServer:
        if not running:
            running.append(llama_starter(model, "-np", "2", "-c", "8192", "-t", "1", key="sekrit").__enter__())
        return running[0]

    yield Peers(model, paths, llama)
    for server in running:
        server.__exit__()
    for address in launch.running(paths):
        asyncio.run(launch.stop(address))


@pytest.fixture(params=marked(OPENERS))
async def subject(request: pytest.FixtureRequest, peers: Peers) -> AsyncIterator[Subject]:
    async with request.param(peers) as opened:
        yield opened
        await opened.provider.aclose()


@pytest.fixture(params=marked(SERVERS))
async def server_subject(request: pytest.FixtureRequest, peers: Peers) -> AsyncIterator[Subject]:
    async with request.param(peers) as opened:
        yield opened
        await opened.provider.aclose()
