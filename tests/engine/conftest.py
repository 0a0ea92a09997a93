"""Fixtures: tiny models of several kinds, and real engine processes over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from engine.running import BIG, Engine, Engines
from hearth.core.paths import Paths
from hearth.engine.api import EngineAddress
from models.tiny_gguf import TinyModel, write


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[TinyModel], Path]:
    """Write a tiny model once."""
    folder = tmp_path_factory.mktemp("models")
    known: dict[TinyModel, Path] = {}

    def get(model: TinyModel) -> Path:
        if model not in known:
            known[model] = write(folder / f"model-{len(known)}.gguf", model)
        return known[model]

    return get


@pytest.fixture
def tiny(models: Callable[[TinyModel], Path]) -> Path:
    return models(TinyModel())


@pytest.fixture
def big(models: Callable[[TinyModel], Path]) -> Path:
    return models(BIG)


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path / "home"))
    return Paths.of_user()


@pytest.fixture
async def engines(paths: Paths) -> AsyncIterator[Engines]:
    """Starts engines; all are stopped and seen to be gone at the end."""
    running = Engines(paths)
    yield running
    await running.close()


@pytest.fixture(scope="module")
def shared_address(
    models: Callable[[TinyModel], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineAddress]:
    """One engine process for all tests of a module that leave it as they found it."""
    home = tmp_path_factory.mktemp("home")
    paths = Paths(**{name: home / name for name in ("runtime", "state", "config", "cache", "data")})
    running = Engines(paths)
    engine = asyncio.run(running.start(models(TinyModel())))
    yield engine.address
    asyncio.run(running.close())


@pytest.fixture
async def shared_engine(shared_address: EngineAddress) -> AsyncIterator[Engine]:
    """A client of the module's engine."""
    engine = Engine(shared_address)
    yield engine
    await engine.client.aclose()
