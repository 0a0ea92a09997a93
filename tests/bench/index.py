"""The index: how fast a workspace is in it, how fast a change is, how fast it answers, and what it takes."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from hearth.core.paths import Paths
from hearth.embedding import install
from hearth.features.indexing.progress import Phase
from hearth.index import upkeep
from hearth.index.opening import Opened
from hearth.index.records import Why
from hearth.index.search import Searcher
from hearth.index.vectors import Vectors

from . import corpus, synthetic_index
from .result import Figure, Result, at_least, at_most, percentile

NAME = "index"
TITLE = "The index"
SIZES = (10_000, 100_000)
SEARCHES = 200
UPDATES = 1_000
MANY_UPDATES, SAVED = 10_000, 10
"""Updates after which the disk is measured, and how many of them are saved together."""
SAVES = 30
THREADS = 2
_WORDS_S, _CHUNKS_PER_S = 4.6, 152
"""Of a prototype of 140 lines on a like machine: words complete, and chunks embedded in a second with two threads."""
_CHILD_S = 1800


def run() -> Result:
    """Index the standard library; build large indexes and search them, before and after small updates."""
    figures: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        work = Path(scratch) / "stdlib"
        size = corpus.copy_stdlib(work)
        model = install.folder(Paths.of_user())
        before = os.environ.get("HEARTH_HOME")
        os.environ["HEARTH_HOME"] = str(home)
        try:
            has_model = model.is_dir()
            if has_model:
                target = install.folder(Paths.of_user())
                target.parent.mkdir(parents=True)
                target.symlink_to(model)
            built = _child(work, "minilm" if has_model else "none")
            again = _child(work, "none")
            figures |= _of_build(built, again)
            figures |= asyncio.run(_saves(work))
            for chunks in SIZES:
                figures |= asyncio.run(_searches(Path(scratch) / f"w{chunks}", chunks))
        finally:
            os.environ.pop("HEARTH_HOME") if before is None else os.environ.update(HEARTH_HOME=before)
    return Result(
        figures,
        note=(
            f"The standard library of this Python without its tests: {built['files']} files, {size / 1e6:.0f} MB, "
            f"{built['chunks']:,} chunks, indexed by one process; vectors on {THREADS} threads. The peers of the first "
            "figures are those of a prototype of 140 lines on a like machine, not of this run. A save is written to "
            "disk and told to the running indexer, until a search finds its new word. Large indexes are made of "
            "invented code with clustered vectors; a search is by words, symbols and vectors at once, without the "
            f"time to embed the question. Updates replace one file of {synthetic_index.CHUNKS_OF_A_FILE} chunks each."
            + ("" if has_model else " The embedding model is not installed, so there are no figures of vectors.")
        ),
        target="Words complete in 4.6 s, 228 chunks embedded a second, hybrid search under 30 ms (p95) at 100,000 "
        "chunks, also after 1,000 small updates; a save is found within 150 ms.",
    )


def _child(folder: Path, embedder: str) -> dict[str, Any]:
    # As a module: in the folder of a script, modules named like those of the standard library take their places.
    command = [sys.executable, "-m", "bench.index_child", str(folder), embedder, str(THREADS)]
    tests = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=_CHILD_S, check=True, cwd=tests)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _of_build(built: dict[str, Any], again: dict[str, Any]) -> dict[str, Figure]:
    figures = {
        "first search possible": Figure(built["first_s"], "s"),
        "all files searchable by words": Figure(built["words_s"], "s", _WORDS_S, at_most(_WORDS_S)),
        "started again, nothing changed": Figure(again["words_s"], "s"),
        "peak memory": Figure(built["peak_mb"], "MB", target=at_most(512)),
        "disk per chunk": Figure(built["bytes"] / built["chunks"], "B"),
    }
    if built["vectors"]:
        speed = built["vectors"] / built["vectors_s"]
        share = built["vectors_s"] / (built["vectors_s"] + built["words_s"])
        figures["chunks embedded"] = Figure(speed, "1/s", _CHUNKS_PER_S, at_least(1.5 * _CHUNKS_PER_S))
        figures["share of the time that is embedding"] = Figure(100 * share, "%")
    return figures


async def _saves(folder: Path) -> dict[str, Figure]:
    """Milliseconds from a save to the first search that finds it, through the indexer's process."""
    from hearth.core.settings import IndexSettings, Settings
    from hearth.features.indexing.link import Order
    from hearth.features.indexing.run import Follower

    settings = Settings(index=IndexSettings(embedder="none", battery_percent=0))
    follower = Follower([folder], settings, Paths.of_user())
    idle = asyncio.Event()

    async def listen() -> None:
        async for step in follower.progress():
            if step.phase is Phase.IDLE:
                idle.set()

    task = asyncio.create_task(listen())
    times: list[float] = []
    try:
        async with asyncio.timeout(_CHILD_S):
            await idle.wait()
            searcher = await Searcher.open(Order((folder,), settings, Paths.of_user()).place)
            if searcher is None:
                raise RuntimeError("the indexer made no index")
            file = folder / "shutil.py"
            text = file.read_text(encoding="utf-8")
            for number in range(SAVES):
                word = "zq" + "".join("abcdefghij"[int(digit)] for digit in f"{number:03}") + "w"
                file.write_text(f"{text}\n\ndef {word}():\n    pass\n", encoding="utf-8")
                begun = time.perf_counter()
                follower.changed([file])
                while not any(word in hit.text for hit in await searcher.search(word, legs=[Why.WORDS])):  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
                times.append((time.perf_counter() - begun) * 1000)
            searcher.close()
    finally:
        follower.stop()
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return {
        "a save is searchable, p50": Figure(percentile(times, 50), "ms", target=at_most(150)),
        "a save is searchable, p95": Figure(percentile(times, 95), "ms"),
    }


async def _searches(folder: Path, chunks: int) -> dict[str, Figure]:
    cloud = synthetic_index.Cloud()
    opened, vectors = await synthetic_index.build(folder, chunks, cloud)
    figures: dict[str, Figure] = {}
    searcher = await Searcher.open(opened.place, synthetic_index.KEY, synthetic_index.DIMENSIONS)
    if searcher is None:
        raise RuntimeError("there is no index")
    try:
        for state in ("", f", after {UPDATES:,} updates"):
            if state:
                await _update(opened, vectors, cloud, chunks)
            hybrid = await _times(searcher, cloud, tuple(Why))
            words = await _times(searcher, cloud, (Why.WORDS,))
            label = f"search of {chunks:,} chunks{state}"
            target = at_most(30) if chunks == max(SIZES) else None
            figures[f"{label}, p50"] = Figure(percentile(hybrid, 50), "ms")
            figures[f"{label}, p95"] = Figure(percentile(hybrid, 95), "ms", target=target)
            figures[f"{label}, words alone, p95"] = Figure(percentile(words, 95), "ms")
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
        share = _bytes(opened.place.uri) / _bytes(fresh.place.uri)
    finally:
        fresh.close()
    return {f"disk after {MANY_UPDATES:,} updates, against a fresh index": Figure(share, "x", target=at_most(2))}


def _bytes(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


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
