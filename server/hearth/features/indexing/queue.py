"""What changed since the indexer looked last: each file once, however often it was saved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

SETTLE_S = 0.02
"""An editor that saves all files, or a formatter that runs after a save, makes one batch."""
_MOST = 500
"""Files from which comparing everything is cheaper."""


class Queue:
    """Files that have to be looked at."""

    def __init__(self) -> None:
        self._files: dict[Path, None] = {}
        self._all = False
        self._news = asyncio.Event()

    def __bool__(self) -> bool:
        return self._all or bool(self._files)

    def add(self, files: Iterable[Path]) -> None:
        """These changed."""
        self._files |= dict.fromkeys(files)
        if len(self._files) > _MOST:
            self.add_all()
        elif self._files:
            self._news.set()

    def add_all(self) -> None:
        """Anything may have changed."""
        self._files.clear()
        self._all = True
        self._news.set()

    def take(self) -> list[Path] | None:
        """What there is to look at; None for everything. The queue is empty then."""
        files = None if self._all else list(self._files)
        self._files.clear()
        self._all = False
        self._news.clear()
        return files

    def wake(self) -> None:
        """Let the waiting indexer look at what else there is."""
        self._news.set()

    async def wait(self, limit_s: float) -> None:
        """Wait for news, at most so long, and then a little for those that come with them."""
        try:
            async with asyncio.timeout(limit_s):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()
        if self:
            await asyncio.sleep(SETTLE_S)
