"""A workspace, and an indexer in a process of its own that ends with the test."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import filelock
import pytest

from hearth.core.aio import closing
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.embedding import install
from hearth.features.indexing.answer import handle
from hearth.features.indexing.link import Order
from hearth.features.indexing.progress import IndexProgress, Phase
from hearth.features.indexing.run import Follower
from hearth.index.handle import Handle
from hearth.index.place import Place
from index.shop import indexed, write

PATIENCE_S = 120.0
"""For a machine that does other things too."""
SETTINGS = Settings(index=IndexSettings(embedder="none", battery_percent=0, memory_mb=4000))


class Window:
    """A follower whose reports are kept."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.follower = Follower([root], settings, Paths.of_user())
        self.place = Order((root,), settings, Paths.of_user()).place
        self.told: list[IndexProgress] = []
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for step in self.follower.progress():
            self.told.append(step)
            self._news.set()

    async def until(self, phase: Phase, since: int = 0) -> IndexProgress:
        """The first report of this phase after the ``since`` first ones."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for step in self.told[since:]:
                    if step.phase is phase:
                        return step
                self._news.clear()
                await self._news.wait()

    async def close(self, *, stop: bool = True) -> None:
        if stop:
            self.follower.stop()
        async with asyncio.timeout(PATIENCE_S):
            while stop and not self._task.done() and self.follower._writer is not None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


_EMBEDDERS = Path(__file__).resolve().parents[2] / "build" / "embedders"


@pytest.fixture
async def minilm() -> Path:
    """The folder of the real default embedder, installed for this test's HEARTH_HOME. It is fetched and converted once
    and kept in `build`."""
    paths = Paths.of_user()
    kept = _EMBEDDERS / install.folder(paths).name
    target = install.folder(paths)
    with filelock.FileLock(_EMBEDDERS.parent / "embedders.lock", timeout=PATIENCE_S * 5):
        if not kept.is_dir():
            async with closing(install.install(paths)) as steps:
                async for _ in steps:
                    pass
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(target, kept)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(kept)
    return target


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    for number, name in enumerate(("apple", "banana", "cherry", "damson", "elder")):
        (folder / f"m{number}.py").write_text(f"def {name}():\n    return {number}\n")
    return folder


@pytest.fixture
async def window(root: Path) -> AsyncIterator[Window]:
    opened = Window(root, SETTINGS)
    yield opened
    await opened.close()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    write(folder)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@pytest.fixture
async def index(shop: Path) -> AsyncIterator[Handle]:
    """The shop's, for reading."""
    place = Place.of([shop], Paths.of_user())
    await indexed(place)
    opened = handle(place, SETTINGS, Paths.of_user())
    yield opened
    await opened.aclose()
