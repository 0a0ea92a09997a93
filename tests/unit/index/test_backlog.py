"""Vectors for what has none: no thread waits for the next texts, and what was made is kept whatever comes then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from hearth.core.errors import ProviderUnavailable
from hearth.features.indexing.embed import Backlog
from hearth.features.indexing.pace import Pace
from hearth.index.opening import Opened
from unit.index.test_handle import put, record

COUNT = 20


class Embedder:
    """Counts how many batches it makes at once."""

    key, dimensions, batch = "counting", 4, 2

    def __init__(self, works: int = COUNT) -> None:
        self.works = works
        self.made = self.now = self.most = 0

    async def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.001)
        self.now -= 1
        if self.made >= self.works:
            raise ProviderUnavailable("Nobody answers.", hint="")
        self.made += len(texts)
        return np.ones((len(texts), 4), np.float32)

    async def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        return await self.embed([text])

    async def aclose(self) -> None: ...


async def backlog(opened: Opened, embedder: Embedder) -> Backlog:
    await put(opened, *(record(f"{number}.py", f"f{number}", f"def f{number}(): pass") for number in range(COUNT)))
    return await Backlog.open(opened, embedder, Pace())


async def kept(opened: Opened) -> int:
    assert opened.vectors is not None
    return await opened.vectors.count()


async def test_the_next_batch_is_begun_before_one_ends(opened: Opened) -> None:
    embedder = Embedder()
    waiting = await backlog(opened, embedder)
    assert len(waiting) == COUNT
    told = [step async for step in waiting.work()]
    assert told[0].chunks_total == COUNT
    assert (embedder.most, embedder.now, len(waiting), await kept(opened)) == (2, 0, 0, COUNT)


async def test_what_was_made_before_a_failure_is_kept(opened: Opened) -> None:
    embedder = Embedder(works=8)
    waiting = await backlog(opened, embedder)
    with pytest.raises(ProviderUnavailable):
        _ = [step async for step in waiting.work()]
    assert (len(waiting), await kept(opened), embedder.now) == (COUNT - 8, 8, 0)
    embedder.works = COUNT
    _ = [step async for step in waiting.work()]
    assert (len(waiting), await kept(opened), embedder.made) == (0, COUNT, COUNT)


async def test_whoever_interrupts_at_once_still_gets_on(opened: Opened) -> None:
    embedder = Embedder()
    waiting = await backlog(opened, embedder)
    rounds = 0
    while len(waiting):
        rounds += 1
        assert rounds <= COUNT
        _ = [step async for step in waiting.work(interrupted=lambda: True)]
        assert await kept(opened) == embedder.made == COUNT - len(waiting)
    assert embedder.made == COUNT
