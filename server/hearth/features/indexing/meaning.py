"""The vectors of one running indexer: which embedder makes them, what waits for one, and what to do without any."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Collection

from hearth.core.aio import closing
from hearth.core.errors import HearthError
from hearth.embedding.base import Embedder
from hearth.index.opening import Opened

from . import embedders
from .build import Indexer
from .embed import Backlog
from .link import Order
from .pace import Pace
from .progress import IndexProgress

log = logging.getLogger(__name__)

_AGAIN_S = 60.0
"""Before an embedder that failed is tried again: a server may come back, a package may be installed."""


class Meaning:
    """Search by words and symbols goes on whatever happens here."""

    def __init__(self, opened: Opened, order: Order, pace: Pace) -> None:
        self._opened = opened
        self._order = order
        self._pace = pace
        self._embedder: Embedder | None = None
        self._backlog: Backlog | None = None
        self._not_before = 0.0
        self.note = ""
        """Why there are no vectors; empty if nothing is wrong."""

    async def waiting(self) -> bool:
        """Whether there are chunks to embed and somebody to do it."""
        if self._backlog is None and time.monotonic() >= self._not_before:
            try:
                await self._open()
            except HearthError as error:
                self._failed(error)
        return self._backlog is not None and len(self._backlog) > 0 and time.monotonic() >= self._not_before

    async def add(self, indexer: Indexer) -> None:
        """Take over what ``indexer`` wrote."""
        written, indexer.written = indexer.written, {}
        if self._backlog is not None and written:
            await self._backlog.add(written)

    async def work(self, near: Collection[str], interrupted: Callable[[], bool]) -> AsyncIterator[IndexProgress]:
        """Embed what waits, until it is done or interrupted."""
        if self._backlog is None:
            return
        try:
            async with closing(self._backlog.work(near, interrupted)) as steps:
                async for step in steps:
                    yield step
            self.note = ""
        except HearthError as error:
            self._failed(error)

    async def aclose(self) -> None:
        """Free the embedder."""
        if self._embedder is not None:
            await self._embedder.aclose()

    async def _open(self) -> None:
        self._embedder = await embedders.load(self._order.settings, self._order.paths)
        if self._embedder is None:
            return  # Asked again soon: it costs nothing, and the model may be installed meanwhile.
        try:
            self._backlog = await Backlog.open(self._opened, self._embedder, self._pace)
        except BaseException:
            await self._embedder.aclose()
            self._embedder = None
            raise

    def _failed(self, error: HearthError) -> None:
        log.warning("no vectors: %s", error)
        self.note = f"Search is by words and symbols only: {error}"
        self._not_before = time.monotonic() + _AGAIN_S
