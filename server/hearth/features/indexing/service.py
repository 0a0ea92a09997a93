"""The indexer's life in its own process: files first, then vectors, then tidying; between all of it, what changed."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import filelock

from hearth.core.aio import Tasks, closing
from hearth.core.errors import HearthError
from hearth.index.loading import load
from hearth.index.right import unusable

from . import watch
from .link import LINE_BYTES, Order, Say, Verb, hang_up, lines, socket_path
from .pace import OutOfMemory, Pace
from .progress import IndexProgress, Phase
from .queue import Queue
from .summary import clear, limits

if TYPE_CHECKING:
    from hearth.index.opening import Opened

log = logging.getLogger(__name__)

_ALONE_S = 30.0
"""The process ends so long after the last window is gone: an editor that restarts finds it at work."""
_IDLE_S = 2.0
"""Quiet time before the tables are compacted."""
_RETRY_S = 20.0
"""Before work that failed (a full disk, a database that does not answer) is tried again."""
_TELL_S = 0.2
"""Between two reports to the windows, unless the phase changes."""


class Service:
    """One indexer and the windows that follow it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._settings = order.settings
        self._queue = Queue()
        self._tasks = Tasks()
        self._windows: set[asyncio.StreamWriter] = set()
        self._alone_since = time.monotonic()
        self._stopping = False
        self._watching = False
        self._anew = False
        self._near: tuple[str, ...] = ()
        self._now = IndexProgress(Phase.STARTING)
        self._told = (Phase.STARTING, "", 0.0)
        index = order.settings.index
        self._pace = Pace(index.battery_percent, index.memory_mb * 1_000_000, on_wait=self._waits, ended=self._ended)

    async def run(self, lock: filelock.BaseFileLock, listening: asyncio.Event | None = None) -> bool:
        """Serve until nobody follows any more. Returns whether it ended because it took too much memory."""
        path = await asyncio.to_thread(socket_path, self._order.place, self._order.paths)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        server = await asyncio.start_unix_server(self._window, path, limit=LINE_BYTES)
        try:
            if listening is not None:
                listening.set()
            await load()
            await self._live(lock)
        except OutOfMemory:
            log.info("the indexer took more than %d MB and ends", self._settings.index.memory_mb)
            return True
        finally:
            lock.release()
            server.close()
            await self._tasks.close()
            for window in list(self._windows):
                await hang_up(window)
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return False

    def stop(self) -> None:
        """End soon, with all work written."""
        self._stopping = True
        self._queue.wake()

    async def _live(self, lock: filelock.BaseFileLock) -> None:
        """Open the index and work on it; on an error tell it, wait, and open it again: that repairs what it can."""
        from hearth.index import opening  # noqa: PLC0415

        while not self._ended():
            try:
                if not lock.is_locked:
                    lock.acquire(timeout=0)
                if self._anew:
                    self._anew = False
                    await asyncio.to_thread(clear, self._order.place)
                    await asyncio.to_thread(self._order.place.prepare)
                opened = await opening.open_writing(self._order.place, lock)
                try:
                    await self._work(opened)
                finally:
                    opened.close()
            except (HearthError, OSError, RuntimeError, ValueError, sqlite3.Error, filelock.Timeout) as error:
                known = error if isinstance(error, HearthError) else unusable(self._order.place, error)
                log.warning("the indexer failed: %s: %s", type(error).__name__, error)
                self._tell(IndexProgress(Phase.FAILED, message=str(known)))
                await self._rest(_RETRY_S)

    async def _work(self, opened: Opened) -> None:
        from hearth.index import upkeep  # noqa: PLC0415

        from .build import Indexer  # noqa: PLC0415
        from .meaning import Meaning  # noqa: PLC0415

        for note in opened.notes:
            self._tell(IndexProgress(Phase.STARTING, message=note))
        index = self._settings.index
        indexer = Indexer(opened, limits(index), self._pace, index.memory_mb, index.threads)
        vectors = Meaning(opened, self._order, self._pace)
        self._tasks.start(watch.watch_heads(self._order.place.roots, self._queue), "watch heads")
        everything, clean_at = True, float("inf")
        try:
            while not self._ended() and not self._anew:
                indexer.near = self._near
                if self._queue or everything:
                    files = None if everything and not self._queue else self._queue.take()
                    everything = everything and files is not None
                    await self._follow(indexer.refresh(files, self._interrupted))
                    everything = everything or not indexer.complete
                    await vectors.add(indexer)
                elif await vectors.waiting():
                    await self._follow(vectors.work(self._near, self._interrupted))
                else:
                    self._tell(IndexProgress(Phase.IDLE, message=vectors.note))
                    await self._queue.wait(_IDLE_S)
                    if self._queue or self._stopping or self._anew:
                        continue
                    now = time.monotonic()
                    if upkeep.due(opened.store, opened.vectors, idle=True) or now > clean_at:
                        await upkeep.tidy(opened.store, opened.vectors)
                        if opened.vectors is not None:
                            await upkeep.forget_dead(opened.store, opened.vectors)
                        # Once more when what was replaced is old enough to be deleted.
                        clean_at = now + upkeep.RETENTION.total_seconds() + 1 if now <= clean_at else float("inf")
        finally:
            await indexer.aclose()
            await vectors.aclose()

    async def _follow(self, steps: AsyncIterator[IndexProgress]) -> None:
        async with closing(steps) as each:
            async for step in each:
                self._tell(step)
                if self._ended() or self._anew:
                    return

    def _interrupted(self) -> bool:
        return bool(self._queue) or self._ended() or self._anew

    def _ended(self) -> bool:
        alone = not self._windows and time.monotonic() - self._alone_since > _ALONE_S
        return self._stopping or alone

    async def _rest(self, seconds: float) -> None:
        """Wait; a window that says something ends it sooner."""
        await self._queue.wait(seconds)

    async def _window(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A window follows: tell it how things stand, and hear what it says until it is gone."""
        self._windows.add(writer)
        try:
            writer.write(self._now.to_json().encode() + b"\n")
            async with closing(lines(reader)) as said:
                async for line in said:
                    say = Say.from_line(line)
                    if say is not None:
                        self._hear(say)
        finally:
            self._windows.discard(writer)
            self._alone_since = time.monotonic()
            self._queue.wake()
            await hang_up(writer)

    def _hear(self, say: Say) -> None:
        if say.verb is Verb.CHANGED:
            if say.paths:
                self._queue.add(map(Path, say.paths))
            else:
                self._queue.add_all()
        elif say.verb is Verb.NEAR:
            names = (self._order.place.name_of(Path(path)) for path in say.paths)
            self._near = tuple(name for name in names if name is not None)
        elif say.verb is Verb.WATCH and not self._watching:
            self._watching = True
            self._tasks.start(watch.watch_files(self._order.place.roots, self._queue), "watch files")
        elif say.verb is Verb.BUSY:
            self._pace.busy(say.seconds)
        elif say.verb is Verb.FREE:
            self._pace.free()
        elif say.verb in (Verb.PAUSE, Verb.RESUME):
            self._pace.paused = say.verb is Verb.PAUSE
        elif say.verb is Verb.REBUILD:
            self._anew = True
            self._pace.paused = False
            self._queue.add_all()
        elif say.verb is Verb.STOP or (say.verb is Verb.HELLO and self._is_outdated(say.digest)):
            self.stop()

    def _is_outdated(self, digest: str) -> bool:
        """The only window has other settings than this process was begun with."""
        return digest != self._order.digest and len(self._windows) == 1

    def _waits(self, reason: str | None) -> None:
        if reason is not None:
            self._tell(attrs.evolve(self._now, phase=Phase.PAUSED, seconds_left=None, message=reason))

    def _tell(self, step: IndexProgress) -> None:
        if step == self._now:
            return
        self._now = step
        now = time.monotonic()
        phase, message, when = self._told
        if (phase, message) == (step.phase, step.message) and now - when < _TELL_S and step.fraction != 1.0:
            return
        self._told = (step.phase, step.message, now)
        line = step.to_json().encode() + b"\n"
        for window in self._windows:
            # A window that does not read is told less, not more and more.
            if window.transport.get_write_buffer_size() < LINE_BYTES:
                window.write(line)
