"""Searching large indexes, before and after many small changes, and what the changes leave on the disk."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from hearth.index import upkeep
from hearth.index.opening import Opened
from hearth.index.records import Why
from hearth.index.search import Searcher
from hearth.index.vectors import Vectors

from . import homes, synthetic_index
from .peer_index import folder_bytes
from .result import Figure, Result, at_most, percentile

NAME = "index-search"
TITLE = "Search in large indexes"
SIZES = (10_000, 100_000, 1_000_000)
PROMISED = 100_000
"""The size that the target is about."""
SEARCHES = 200
UPDATES = 1_000
MANY_UPDATES, SAVED = 10_000, 10
"""Updates after which the disk is measured, and how many of them are saved together."""


def run() -> Result:
    """Build indexes of invented code and search them; the small one is updated very often."""
    figures: dict[str, Figure] = {}
    for chunks in SIZES:
        with homes.scratch() as folder:
            figures |= asyncio.run(_searches(folder / "work", chunks))
    return Result(
        figures,
        note=(
            "Invented code with clustered vectors. A search is by words, symbols and vectors at once, without the time "
            f"to embed the question; {SEARCHES} questions of four words, of which each is in thousands of chunks. The "
            "peer is the same search by words alone. "
            f"An update replaces one file of {synthetic_index.CHUNKS_OF_A_FILE} chunks; the upkeep that the indexer "
            "does runs as it would there."
        ),
        target="Hybrid search under 30 ms (p95) at 100,000 chunks, also after 1,000 small updates; the disk within "
        "twice a fresh index after 10,000.",
    )


async def _searches(folder: Path, chunks: int) -> dict[str, Figure]:
    cloud = synthetic_index.Cloud()
    opened, vectors = await synthetic_index.build(folder, chunks, cloud)
    figures: dict[str, Figure] = {}
    searcher = await Searcher.open(opened.place, synthetic_index.KEY, synthetic_index.DIMENSIONS)
    if searcher is None:
        raise RuntimeError("there is no index")
    try:
        for state in ("", f", after {UPDATES:,} updates") if chunks <= PROMISED else ("",):
            if state:
                await _update(opened, vectors, cloud, chunks)
            hybrid = await _times(searcher, cloud, tuple(Why))
            words = await _times(searcher, cloud, (Why.WORDS,))
            label = f"search of {chunks:,} chunks{state}"
            target = at_most(30) if chunks == PROMISED else None
            figures[f"{label}, p50"] = Figure(percentile(hybrid, 50), "ms", percentile(words, 50))
            figures[f"{label}, p95"] = Figure(percentile(hybrid, 95), "ms", percentile(words, 95), target)
        if chunks == min(SIZES):
            figures |= await _disk(opened, vectors, cloud, chunks)
    finally:
        searcher.close()
        opened.close()
    return figures


async def _times(searcher: Searcher, cloud: synthetic_index.Cloud, legs: tuple[Why, ...]) -> list[float]:
    dice = random.Random(3)  # noqa: S311
    times = []
    for number in range(SEARCHES + 10):
        vector = cloud.draw(1)[0]
        begun = time.perf_counter()
        await searcher.search(synthetic_index.question(dice), vector=vector, legs=legs)
        if number >= 10:
            times.append((time.perf_counter() - begun) * 1000)
    return times


async def _disk(opened: Opened, vectors: Vectors, cloud: synthetic_index.Cloud, chunks: int) -> dict[str, Figure]:
    """What many small updates leave behind once the indexer is idle, against the same index built anew."""
    files = chunks // synthetic_index.CHUNKS_OF_A_FILE
    for number in range(MANY_UPDATES // SAVED):
        chosen = [(number * SAVED + each) * 7 % files for each in range(SAVED)]
        made = {synthetic_index.path(file): synthetic_index.records(file, f"d{number}") for file in chosen}
        await opened.store.replace({path: (str(number), each) for path, each in made.items()}, set(made))
        hashes = [record.hash for each in made.values() for record in each]
        await vectors.add(hashes, cloud.draw(len(hashes)))
        if upkeep.due(opened.store, vectors, idle=number % 10 == 9):
            await upkeep.tidy(opened.store, vectors)
            await upkeep.forget_dead(opened.store, vectors)
    await upkeep.forget_dead(opened.store, vectors)
    fresh, fresh_vectors = await synthetic_index.build(opened.place.folder / "fresh", chunks, cloud)
    # As an idle indexer leaves it when the old versions may go: those seconds are not waited for here.
    for store, table in ((opened.store, vectors), (fresh.store, fresh_vectors)):
        await upkeep.tidy(store, table, timedelta(milliseconds=1))
    try:
        share = folder_bytes(Path(opened.place.uri)) / folder_bytes(Path(fresh.place.uri))
    finally:
        fresh.close()
    return {f"disk after {MANY_UPDATES:,} updates, against a fresh index": Figure(share, "x", target=at_most(2))}


async def _update(opened: Any, vectors: Any, cloud: synthetic_index.Cloud, chunks: int) -> None:
    """Small updates with the upkeep that the indexer does: it is idle after each tenth of them."""
    dice = random.Random(5)  # noqa: S311
    for number in range(UPDATES):
        file = dice.randrange(chunks // synthetic_index.CHUNKS_OF_A_FILE)
        made = synthetic_index.records(file, f"u{number}")
        path = synthetic_index.path(file)
        await opened.store.replace({path: (str(number), made)}, {path})
        await vectors.add([record.hash for record in made], cloud.draw(len(made)))
        if upkeep.due(opened.store, vectors, idle=number % 10 == 9):
            await upkeep.tidy(opened.store, vectors)
