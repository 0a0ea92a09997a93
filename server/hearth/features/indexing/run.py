"""Following the index of a workspace: one indexer works, every window sees how far it is and can talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from hearth.core.aio import closing
from hearth.core.errors import HearthError
from hearth.core.paths import Paths
from hearth.core.settings import Settings

from .link import Order, Say, Verb, hang_up, lines
from .process import Busy, connect
from .progress import IndexProgress, Phase

log = logging.getLogger(__name__)

_BUSY_S = 3.0
"""Between two looks whether another program, such as ``hearth index``, still writes."""
_MOST_STARTS = 5
"""Starts within the window below after which an indexer that always ends is left alone for a while."""
_WINDOW_S = 60.0
_GIVE_UP_S = 300.0


async def follow(roots: Iterable[Path], settings: Settings, paths: Paths) -> AsyncIterator[IndexProgress]:
    """How the index of these folders gets on; starts the indexer if none runs, and again if it ends.

    Never ends by itself. Closing it lets go of the indexer, which ends a while after its last window.
    """
    async with closing(Follower(roots, settings, paths).progress()) as steps:
        async for step in steps:
            yield step


class Follower:
    """One window's tie to the indexer. What is said while there is no connection is said when there is one."""

    def __init__(self, roots: Iterable[Path], settings: Settings, paths: Paths) -> None:
        self._order = Order(tuple(roots), settings, paths)
        self._writer: asyncio.StreamWriter | None = None
        self._paused = self._watching = self._missed = False
        self._near: tuple[str, ...] = ()

    async def progress(self) -> AsyncIterator[IndexProgress]:
        """As :func:`follow`; one at a time."""
        starts: list[float] = []
        while True:
            yield IndexProgress(Phase.STARTING)
            try:
                reader, writer = await connect(self._order)
            except Busy:
                yield IndexProgress(Phase.PAUSED, message="Another program writes this index.")
                await asyncio.sleep(_BUSY_S)
                continue
            except HearthError as error:
                yield IndexProgress(Phase.FAILED, message=str(error))
                await asyncio.sleep(_GIVE_UP_S)
                continue
            try:
                self._greet(writer)
                async with closing(lines(reader)) as told:
                    async for line in told:
                        with contextlib.suppress(ValueError, TypeError, KeyError):
                            yield IndexProgress.from_json(line)
            finally:
                self._writer = None
                await hang_up(writer)
            log.info("the indexer is gone")
            now = time.monotonic()
            starts = [when for when in starts if now - when < _WINDOW_S] + [now]
            if len(starts) >= _MOST_STARTS:
                yield IndexProgress(Phase.FAILED, message="The indexer ends again and again; its log says why.")
                await asyncio.sleep(_GIVE_UP_S)
                starts = []

    def changed(self, files: Iterable[Path]) -> None:
        """Files were written, created or deleted."""
        paths = tuple(map(str, files))
        if paths and not self._say(Say(Verb.CHANGED, paths)):
            self._missed = True

    def rescan(self) -> None:
        """Anything may have changed."""
        self._missed = not self._say(Say(Verb.CHANGED))

    def near(self, files: Iterable[Path]) -> None:
        """These files are open: what is close to them comes first."""
        self._near = tuple(map(str, files))
        self._say(Say(Verb.NEAR, self._near))

    def watch(self) -> None:
        """The editor does not tell of changed files, so the indexer has to watch for them."""
        self._watching = True
        self._say(Say(Verb.WATCH))

    def busy(self, seconds: float) -> None:
        """A completion is being made; the indexer waits, at most so long."""
        self._say(Say(Verb.BUSY, seconds=seconds))

    def free(self) -> None:
        """The completion is done."""
        self._say(Say(Verb.FREE))

    def pause(self, paused: bool = True) -> None:
        """Pause the indexer, for all windows, or let it go on."""
        self._paused = paused
        self._say(Say(Verb.PAUSE if paused else Verb.RESUME))

    def rebuild(self) -> None:
        """Delete the index and begin anew. Lost while there is no connection: then there is nobody to do it."""
        self._paused = False
        self._say(Say(Verb.REBUILD))

    def stop(self) -> None:
        """End the indexer; :meth:`progress` starts it again unless it is closed."""
        self._say(Say(Verb.STOP))

    def _greet(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._say(Say(Verb.HELLO, digest=self._order.digest))
        if self._near:
            self._say(Say(Verb.NEAR, self._near))
        if self._watching:
            self._say(Say(Verb.WATCH))
        if self._paused:
            self._say(Say(Verb.PAUSE))
        if self._missed:
            self.rescan()

    def _say(self, say: Say) -> bool:
        """Whether it is on its way."""
        if self._writer is None or self._writer.is_closing():
            return False
        self._writer.write(say.to_line())
        return True
