"""Vectors for all chunks that have none, those near the open files first."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection
from pathlib import PurePosixPath

import numpy as np

from hearth.embedding.base import Embedder, passage
from hearth.index import upkeep
from hearth.index.opening import Opened
from hearth.index.vectors import Vectors, drop_others

from .pace import Pace
from .progress import Clock, IndexProgress, Phase
from .scan import distance

log = logging.getLogger(__name__)

_COMMIT = 512
"""Vectors of one commit, about five seconds of work: so much is done again after a kill."""
FACT = "embedder"
"""Fact of the manifest: key and dimensions of the embedder whose vectors are complete or on their way."""


async def attach(opened: Opened, embedder: Embedder) -> None:
    """Open the table of vectors of ``embedder``."""
    if opened.vectors is None:
        opened.vectors = await Vectors.create(opened.store.connection, embedder.key, embedder.dimensions)


async def embed_missing(
    opened: Opened, embedder: Embedder, pace: Pace, near: Collection[str] = ()
) -> AsyncIterator[IndexProgress]:
    """Embed what has no vector. When the embedder is another one than before, its vectors are dropped at the end:
    until then both answer questions, each to those who ask with it."""
    await attach(opened, embedder)
    vectors = opened.vectors
    if vectors is None:
        return
    wanted = await opened.store.hashes()
    known = await vectors.known()
    missing = [content for content in wanted if content not in known]
    places = [PurePosixPath(path).parts[:-1] for path in near]
    if places:
        missing.sort(key=lambda content: distance(wanted[content], places))
    done, total, clock = 0, len(missing), Clock()
    if missing:
        yield IndexProgress(Phase.EMBEDDING, chunks_done=0, chunks_total=total)
    for start in range(0, total, _COMMIT):
        part = missing[start : start + _COMMIT]
        rows = {row["hash"]: row for row in await opened.store.by_hash(part)}
        # Texts of one length beside one another: a batch is as slow as its longest text.
        order = sorted(rows, key=lambda content: len(rows[content]["text"]))
        made = []
        for at in range(0, len(order), embedder.batch):
            await pace.turn()
            batch = [rows[content] for content in order[at : at + embedder.batch]]
            made.append(await embedder.embed([passage(row["path"], row["symbol"], row["text"]) for row in batch]))
            done += len(batch)
            if len(made) % 8 == 0:
                yield IndexProgress(Phase.EMBEDDING, chunks_done=done, chunks_total=total,
                                    seconds_left=clock.left(done, total))  # fmt: skip
        if made:
            await vectors.add(order, np.concatenate(made))
        yield IndexProgress(Phase.EMBEDDING, chunks_done=done, chunks_total=total, seconds_left=clock.left(done, total))
    await _complete(opened, embedder)
    if total >= _COMMIT:
        await upkeep.tidy(opened.store, vectors)


async def _complete(opened: Opened, embedder: Embedder) -> None:
    fact = f"{embedder.key} {embedder.dimensions}"
    if opened.manifest.fact(FACT) != fact:
        opened.manifest.remember(FACT, fact)
        for name in await drop_others(opened.store.connection, embedder.key):
            log.info("dropped the vectors of another embedder: %s", name)
