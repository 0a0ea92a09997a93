"""What keeps the tables fast and small: indexes, compaction, old versions. Only the writer calls it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from lancedb.index import FTS, Bitmap, BTree, IvfRq

from .lance import AsyncTable
from .store import Store
from .vectors import Vectors

log = logging.getLogger(__name__)

COMMITS = 30
"""Commits after which a table is compacted when the writer is idle: full text takes 3 ms on a compact table of 10,000
rows, 35 ms after 60 commits and 135 ms after 300."""
COMMITS_BUSY = 200
"""Commits after which it is compacted although there is more to write."""
BUSY_EVERY_S = 15.0
"""Least time between two compactions while there is more to write: each one rewrites the whole table."""
RETENTION = timedelta(seconds=15)
"""Age from which an old version is deleted. A search holds a version for well under a second and is given up after 10;
each version that outlives a compaction costs as much disk as the table."""
_VECTOR_INDEX_ROWS = 30_000
"""Below so many vectors comparing all of them takes less than 20 ms, and finds them all."""
_TRIES = 5
_FIRST_PAUSE_S = 0.2
"""Before a commit that another process preempted is tried again; doubled each time."""

Wanted = Sequence[tuple[str, Any]]
_LONGEST_NAME = 200
"""Characters. Names of tests are longer than the 40 of a usual word."""


def _of_names(*, lower_case: bool) -> FTS:
    """Names are whole words that somebody chose: no stems, and "get" or "is" are no stop words here."""
    return FTS(
        base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False,
        lower_case=lower_case, max_token_length=_LONGEST_NAME,
    )  # fmt: skip


_CHUNK_INDEXES: Wanted = (
    ("path", BTree()),
    ("hash", BTree()),
    ("language", Bitmap()),
    ("words", FTS()),
    ("names", _of_names(lower_case=True)),
    ("defines", _of_names(lower_case=False)),
)


def due(store: Store, vectors: Vectors | None, *, idle: bool) -> bool:
    """Whether it is time for :func:`tidy`."""
    if not idle and time.monotonic() - store.compacted < BUSY_EVERY_S:
        return False
    most = COMMITS if idle else COMMITS_BUSY
    return store.commits >= most or (vectors is not None and vectors.commits >= most)


async def index(store: Store) -> None:
    """Create the indexes of the chunks that do not exist yet: without them full text does not answer."""
    if not store.indexed:
        await _create(store.chunks, _CHUNK_INDEXES)
        store.indexed = True


async def tidy(store: Store, vectors: Vectors | None, retention: timedelta = RETENTION) -> None:
    """Compact both tables, take new rows into the indexes, and delete versions older than ``retention``."""
    await index(store)
    await _optimize(store.chunks, retention)
    store.commits, store.compacted = 0, time.monotonic()
    if vectors is None:
        return
    wanted: list[tuple[str, Any]] = [("hash", BTree())]
    if await vectors.count() >= _VECTOR_INDEX_ROWS:
        wanted.append(("vector", IvfRq(distance_type="cosine")))
    await _create(vectors.table, wanted)
    await _optimize(vectors.table, retention)
    vectors.commits = 0


async def forget_dead(store: Store, vectors: Vectors) -> int:
    """Delete vectors that no chunk has any more, if they are more than the living; returns how many.

    Fewer are kept on purpose: a switch to another branch and back embeds nothing.
    """
    known = await vectors.known()
    alive = set(await store.hashes())
    dead = known - alive
    if len(dead) <= max(len(known) // 2, COMMITS):
        return 0
    await vectors.forget(list(dead))
    return len(dead)


async def _create(table: AsyncTable, wanted: Wanted) -> None:
    existing = {index.columns[0] for index in await table.list_indices()}
    for column, config in wanted:
        if column not in existing:
            await _retry(lambda column=column, config=config: table.create_index(column, config=config))


async def _optimize(table: AsyncTable, retention: timedelta) -> None:
    await _retry(lambda: table.optimize(cleanup_older_than=retention))


async def _retry(step: Any) -> None:
    """Try again when another process committed first. A conflict that stays is left for the next time."""
    pause = _FIRST_PAUSE_S
    for attempt in range(_TRIES):
        try:
            await step()
        except RuntimeError as error:
            if "conflict" not in str(error).lower():
                raise
            if attempt == _TRIES - 1:
                log.info("compaction is put off: another process writes")
                return
            await asyncio.sleep(pause)
            pause *= 2
        else:
            return
