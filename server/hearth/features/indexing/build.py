"""The indexer: brings an index up to date with its workspace, a batch at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from pathlib import Path

import attrs

from hearth.core.aio import closing
from hearth.index import upkeep
from hearth.index.manifest import State
from hearth.index.opening import Opened
from hearth.workspace.walk import Limits

from . import scan
from .cut import NOT_AFTER, Cut, cut
from .cutter import Cutter, Lost, Task
from .pace import Pace
from .progress import Clock, IndexProgress, Phase

log = logging.getLogger(__name__)

FIRST_FILES = 32
"""Files of the first batch: small, so that the first search finds something soon. Each batch doubles, because a commit
costs 10 ms whatever is in it."""
_MOST_FILES = 256
_AHEAD = 16
"""Files that are cut and wait: the processes that cut need not wait while the first batch is written."""
_TELL_EVERY = 16
"""Files between two reports within a batch."""


class _End:
    """Said by a process that has no more files to cut."""


@attrs.define
class _More:
    """Whether more files are wanted."""

    wanted: bool = True


class Indexer:
    """Works on an index that this process may write."""

    def __init__(self, opened: Opened, limits: Limits, pace: Pace, memory_mb: int = 512, threads: int = 1) -> None:
        """``memory_mb`` is what cutting one file may take, ``threads`` how many are cut at a time."""
        self._opened = opened
        self._limits = limits
        self._pace = pace
        self._cutters = [Cutter(memory_mb) for _ in range(threads)]
        self.near: tuple[str, ...] = ()
        """Names of the files that are open in an editor; what is close to them comes first."""
        self.written: dict[str, str] = {}
        """Content hash → path of the chunks that were written; whoever makes vectors takes them out."""
        self.complete = False
        """The last refresh was not interrupted."""

    async def refresh(
        self, files: Collection[Path] | None = None, interrupted: Callable[[], bool] = lambda: False
    ) -> AsyncIterator[IndexProgress]:
        """Bring the index up to date; with ``files``, as far as these (absolute paths) are concerned.

        When it ends with :attr:`complete`, everything can be searched by words and symbols. It ends after a batch if
        ``interrupted`` says so. Errors of the database come through.
        """
        opened = self._opened
        self.complete = False
        yield IndexProgress(Phase.SCANNING)
        await self._pace.turn()
        changes = await self._changes(files)
        if changes.gone:
            await opened.store.remove([path for path in changes.gone if changes.known[path].chunks])
            opened.manifest.update({}, changes.gone)
        async with closing(self._read(changes, interrupted)) as steps:
            async for step in steps:
                yield step
        if self.complete and len(changes.jobs) >= FIRST_FILES:
            await upkeep.tidy(opened.store, None)

    async def _changes(self, files: Collection[Path] | None) -> scan.Changes:
        place, manifest = self._opened.place, self._opened.manifest
        if files is not None:
            some = await asyncio.to_thread(scan.some, place, self._limits, manifest, files)
            if some is not None:
                return some
        return await asyncio.to_thread(scan.everything, place, self._limits, manifest)

    async def _read(self, changes: scan.Changes, interrupted: Callable[[], bool]) -> AsyncIterator[IndexProgress]:
        """Cut and write what changed. While a batch is written, which is this process's work, the next one is cut by
        others."""
        opened, known = self._opened, changes.known
        jobs = scan.in_order(changes.jobs, self.near)
        older = {path for path, state in known.items() if state.chunks}
        failures = opened.manifest.failures() if jobs else {}
        clock, done, writing = Clock(), 0, None

        def report() -> IndexProgress:
            return IndexProgress(Phase.READING, done, len(jobs), seconds_left=clock.left(done, len(jobs)))

        yield IndexProgress(Phase.READING, 0, len(jobs))
        cuts: list[Cut] = []
        most, more = FIRST_FILES, _More()
        try:
            async with closing(self._cut_all(jobs, known, failures, more)) as several:
                async for made in several:
                    done += 1
                    if made is not None:
                        cuts.append(made)
                    if len(cuts) >= most:
                        if writing is not None:
                            await writing
                        writing, cuts = asyncio.create_task(self._write(cuts, older)), []
                        if most == FIRST_FILES or upkeep.due(opened.store, None, idle=False):
                            await writing
                            await self._tidy_if_due()
                        most = min(2 * most, _MOST_FILES)
                        more.wanted = not interrupted()
                        yield report()
                    elif done % _TELL_EVERY == 0:
                        yield report()
        finally:
            if writing is not None:
                await writing
            if cuts:
                await self._write(cuts, older)
        yield report()
        self.complete = done == len(jobs)

    async def _tidy_if_due(self) -> None:
        if upkeep.due(self._opened.store, None, idle=False):
            await upkeep.tidy(self._opened.store, None)

    async def aclose(self) -> None:
        """End the processes that cut files."""
        for cutter in self._cutters:
            await cutter.aclose()

    async def _cut_all(
        self,
        jobs: Sequence[scan.Job],
        known: Mapping[str, State],
        failures: Mapping[str, int],
        more: _More,
    ) -> AsyncIterator[Cut | None]:
        """Cut files, each by whichever process is free, in the order in which they become ready, while ``more`` are
        wanted."""
        waiting = iter(jobs)
        ready = asyncio.Queue[Cut | Exception | _End | None](_AHEAD)

        async def work(cutter: Cutter) -> None:
            try:
                while more.wanted and (job := next(waiting, None)) is not None:
                    await self._pace.turn()
                    await ready.put(await self._cut(cutter, job, known.get(job.path), failures.get(job.path, 0)))
            except Exception as error:
                await ready.put(error)
            await ready.put(_End())

        workers = [asyncio.create_task(work(cutter)) for cutter in self._cutters[: len(jobs)]]
        running = len(workers)
        try:
            while running:
                made = await ready.get()
                if isinstance(made, Exception):
                    raise made
                if isinstance(made, _End):
                    running -= 1
                else:
                    yield made
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _cut(self, cutter: Cutter, job: scan.Job, known: State | None, failures: int) -> Cut | None:
        """Cut one file. One that ends the process which cuts it is cut again, by lines, and then left out."""
        while failures < NOT_AFTER:
            try:
                return await cutter.cut(Task(job.path, job.file, self._limits.max_bytes, known, failures))
            except Lost as lost:
                log.warning("a file ended the process that cut it: %s (%s)", job.path, lost)
                self._opened.manifest.failed(job.path)
                failures += 1
        return await asyncio.to_thread(
            cut, job.path, job.file, max_bytes=self._limits.max_bytes, known=known, failures=failures
        )

    async def _write(self, cuts: Sequence[Cut], older: Collection[str]) -> None:
        """Write a batch: the database first, then the manifest that says it is there."""
        opened = self._opened
        new = {each.path: (each.state.hash, each.records) for each in cuts if not each.unchanged}
        filled = {path: value for path, value in new.items() if value[1] or path in older}
        if filled:
            await opened.store.replace(filled, older)
            await upkeep.index(opened.store)
        opened.manifest.update({each.path: each.state for each in cuts})
        self.written |= {record.hash: record.path for _, records in filled.values() for record in records}
