"""Vectors for all chunks that have none, those near the open files first."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hearth.core.aio import closing
from hearth.embedding.base import Embedder, passage
from hearth.index import upkeep
from hearth.index.nearness import Nearness
from hearth.index.opening import Opened
from hearth.index.vectors import Vectors, drop_others

from .pace import Pace
from .progress import Clock, IndexProgress, Phase

log = logging.getLogger(__name__)

_COMMIT = 512
"""Vectors of one commit, about five seconds of work: so much is done again after a kill."""
_AT_ONCE = 2
"""Batches that are being made: with one, threads wait for the last text of each."""
_TELL_EVERY = 64
"""Vectors between two reports."""
FACT = "embedder"
"""Fact of the manifest: key and dimensions of the embedder whose vectors are complete or on their way."""


class Backlog:
    """The chunks of one index that wait for a vector of one embedder."""

    def __init__(self, opened: Opened, embedder: Embedder, vectors: Vectors, pace: Pace) -> None:
        self._opened = opened
        self._embedder = embedder
        self._vectors = vectors
        self._pace = pace
        self._waiting: dict[str, str] = {}

    @classmethod
    async def open(cls, opened: Opened, embedder: Embedder, pace: Pace) -> Backlog:
        """Everything in the index that has no vector yet."""
        vectors = await Vectors.create(opened.store.connection, embedder.key, embedder.dimensions)
        opened.vectors = vectors
        backlog = cls(opened, embedder, vectors, pace)
        known = await vectors.known()
        backlog._waiting = {each: path for each, path in (await opened.store.hashes()).items() if each not in known}
        return backlog

    def __len__(self) -> int:
        return len(self._waiting)

    async def add(self, written: Mapping[str, str]) -> None:
        """Chunks that were written, as content hash → path."""
        missing = await self._vectors.missing(list(written))
        self._waiting |= {content: written[content] for content in missing}

    async def work(
        self, near: Collection[str] = (), interrupted: Callable[[], bool] = lambda: False
    ) -> AsyncIterator[IndexProgress]:
        """Make the vectors. It ends early, with all of its work written, if ``interrupted`` says so."""
        order = self._in_order(near)
        done, total, clock = 0, len(order), Clock()
        yield IndexProgress(Phase.EMBEDDING, chunks_done=0, chunks_total=total)
        for start in range(0, total, _COMMIT):
            part = order[start : start + _COMMIT]
            rows = {row["hash"]: row for row in await self._opened.store.by_hash(part)}
            # Texts of one length beside one another: a batch is as slow as its longest text.
            ready = sorted(rows, key=lambda content: len(rows[content]["text"]))
            made: dict[str, npt.NDArray[np.float32]] = {}
            told = 0
            try:
                async with closing(self._embedded(ready, rows, interrupted)) as batches:
                    async for batch in batches:
                        made |= batch
                        if len(made) - told >= _TELL_EVERY:
                            told = len(made)
                            yield IndexProgress(
                                Phase.EMBEDDING,
                                chunks_done=done + told,
                                chunks_total=total,
                                seconds_left=clock.left(done + told, total),
                            )
            finally:
                # What is in no chunk any more is not waited for either.
                finished = list(made) if len(made) < len(ready) else part
                await self._keep(made, finished)
            done += len(finished)
            if interrupted():
                return
        await self._complete()
        if total >= _COMMIT:
            await upkeep.tidy(self._opened.store, self._vectors)

    async def _embedded(
        self, ready: Sequence[str], rows: Mapping[str, Mapping[str, Any]], interrupted: Callable[[], bool]
    ) -> AsyncIterator[dict[str, npt.NDArray[np.float32]]]:
        """Vectors by content hash, batch by batch."""
        running: deque[tuple[Sequence[str], asyncio.Task[npt.NDArray[np.float32]]]] = deque()
        try:
            for at in range(0, len(ready), self._embedder.batch):
                # At least one is made, or whoever interrupts often would never see the end.
                if at and interrupted():
                    break
                await self._pace.turn()
                batch = ready[at : at + self._embedder.batch]
                texts = [passage(rows[each]["path"], rows[each]["symbol"], rows[each]["text"]) for each in batch]
                running.append((batch, asyncio.create_task(self._embedder.embed(texts))))
                if len(running) == _AT_ONCE:
                    contents, task = running.popleft()
                    yield dict(zip(contents, await task, strict=True))
            while running:
                contents, task = running.popleft()
                yield dict(zip(contents, await task, strict=True))
        finally:
            for _, task in running:
                task.cancel()
            await asyncio.gather(*(task for _, task in running), return_exceptions=True)

    async def _keep(self, made: Mapping[str, npt.NDArray[np.float32]], finished: Collection[str]) -> None:
        if made:
            await self._vectors.add(list(made), np.stack(list(made.values())))
        for content in finished:
            self._waiting.pop(content, None)

    def _in_order(self, near: Collection[str]) -> list[str]:
        places = Nearness(near)
        if not places:
            return list(self._waiting)
        return sorted(self._waiting, key=lambda content: places.distance(self._waiting[content]))

    async def _complete(self) -> None:
        """Everything has a vector, so those of another embedder have had their day: until now they answered."""
        fact = f"{self._embedder.key} {self._embedder.dimensions}"
        if self._opened.manifest.fact(FACT) != fact:
            self._opened.manifest.remember(FACT, fact)
            for name in await drop_others(self._opened.store.connection, self._embedder.key):
                log.info("dropped the vectors of another embedder: %s", name)
