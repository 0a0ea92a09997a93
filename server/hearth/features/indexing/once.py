"""One pass over a workspace in this process: ``hearth index``."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from hearth.core.aio import closing
from hearth.core.errors import IndexUnavailable
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.index.loading import load
from hearth.index.place import Place
from hearth.index.right import take, unusable

from . import embedders
from .pace import Pace
from .progress import IndexProgress, Phase
from .run import Follower
from .summary import limits

if TYPE_CHECKING:
    from hearth.index.opening import Opened


async def bring_up_to_date(place: Place, settings: Settings, paths: Paths) -> AsyncIterator[IndexProgress]:
    """Index all that is new or changed, then end; by the indexer of an editor, if one runs. Raises IndexUnavailable."""
    yield IndexProgress(Phase.STARTING)
    await load()
    from hearth.index import opening  # noqa: PLC0415

    lock = take(place)
    if lock is None:
        async with closing(_by_the_running(place, settings, paths)) as steps:
            async for step in steps:
                yield step
        return
    opened = await opening.open_writing(place, lock)
    try:
        async with closing(_pass(opened, settings, paths)) as steps:
            async for step in steps:
                yield step
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        raise unusable(place, error) from error
    finally:
        opened.close()


async def _pass(opened: Opened, settings: Settings, paths: Paths) -> AsyncIterator[IndexProgress]:
    """Files, then vectors. What the database and the disk raise comes through."""
    from . import build, embed  # noqa: PLC0415

    for note in opened.notes:
        yield IndexProgress(Phase.STARTING, message=note)
    indexer = build.Indexer(opened, limits(settings.index), Pace(), settings.index.memory_mb, settings.index.threads)
    try:
        async with closing(indexer.refresh()) as steps:
            async for step in steps:
                yield step
    finally:
        await indexer.aclose()
    embedder = await embedders.load(settings, paths)
    if embedder is not None:
        try:
            backlog = await embed.Backlog.open(opened, embedder, Pace())
            async with closing(backlog.work()) as steps:
                async for step in steps:
                    yield step
        finally:
            await embedder.aclose()
    yield IndexProgress(Phase.IDLE)


async def _by_the_running(place: Place, settings: Settings, paths: Paths) -> AsyncIterator[IndexProgress]:
    """Let the indexer that has the right to write look at everything, until it has."""
    follower = Follower(place.roots, settings, paths)
    follower.rescan()
    begun = False
    async with closing(follower.progress()) as steps:
        async for step in steps:
            if step.phase is Phase.FAILED or (step.phase is Phase.PAUSED and not begun):
                raise IndexUnavailable(step.message or "The indexer is paused.", hint="Try again later.")
            begun = begun or step.phase is Phase.SCANNING
            yield step
            if begun and step.phase is Phase.IDLE:
                return
