"""The index: how fast a workspace is in it beside the plain way to build one, and how fast a change is."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from hearth.core.paths import Paths
from hearth.embedding import install
from hearth.features.indexing.progress import Phase
from hearth.index.place import Place
from hearth.index.records import Why
from hearth.index.right import take
from hearth.index.search import Searcher

from . import homes, packages, synthetic_index
from .peer_index import folder_bytes
from .result import Figure, Of, Result, at_least, at_most, percentile

NAME = "index"
TITLE = "The index"
CORPORA = ("stdlib", "django")
SAVES = 30
LARGE = 100_000
"""Chunks of the workspace in which files are saved."""
THREADS = 2
_CHILD_S = 1800
_END_S = 60


def run() -> Result:
    """Index real packages, each by ours and by the prototype, one after the other."""
    figures: dict[str, Figure] = {}
    told: list[str] = []
    model = install.folder(Paths.of_user())
    embedder = "minilm" if model.is_dir() else "none"
    for name in CORPORA:
        with homes.scratch(model) as scratch:
            work = scratch / name
            shutil.copytree(packages.fetch(name), work, ignore=_others)
            ours = _child("bench.index_child", work, embedder, str(THREADS))
            again = _child("bench.index_child", work, "none", str(THREADS))
            with tempfile.TemporaryDirectory(dir=scratch) as tables:
                peer = _child(
                    "bench.peer_index", work, tables, str(model if embedder == "minilm" else ""), str(THREADS)
                )
            figures |= _of_build(name, ours, peer, again)
            told.append(
                f"{name} ({ours['files']} files, {folder_bytes(work) / 1e6:.0f} MB, {ours['chunks']:,} chunks, "
                f"the peer's {peer['chunks']:,})"
            )
    with homes.scratch() as scratch:
        synthetic_index.write(scratch / "large", LARGE // synthetic_index.CHUNKS_OF_A_FILE)
        figures |= asyncio.run(_saves(scratch / "large", scratch / "large" / synthetic_index.path(0)))
    return Result(
        figures,
        note=(
            f"The Python files of {'; '.join(told)}; {THREADS} threads. The peer is a prototype "
            "of 140 lines (`tests/bench/peer_index.py`) that joins the same libraries and the same embedding model in "
            "the plain way, run after ours; neither is charged for its imports: it reads, cuts by "
            "a query of definitions and writes in one process, and "
            "knows no rules of what to leave out, no secrets, no recovery, no updates. The two cut the "
            "same text into different numbers of chunks. A save, in a workspace of invented code, is "
            "written to disk and told to the running indexer, until a search finds its new word."
            + (
                ""
                if embedder == "minilm"
                else " The embedding model is not installed, so there are no figures of vectors."
            )
        ),
        target="Words complete in the prototype's time, vectors at 1.5 times its rate; a save is found within 150 ms.",
    )


def _others(folder: str, names: list[str]) -> list[str]:
    """What is no Python: the prototype knows nothing else."""
    return [name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()]


def _child(module: str, *arguments: object) -> dict[str, Any]:
    # As a module: in the folder of a script, modules named like those of the standard library take their places.
    command = [sys.executable, "-m", module, *map(str, arguments)]
    tests = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=_CHILD_S, check=True, cwd=tests)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _of_build(name: str, ours: dict[str, Any], peer: dict[str, Any], again: dict[str, Any]) -> dict[str, Figure]:
    figures = {
        "first search possible": Figure(ours["first_s"], "s", peer["words_s"]),
        "all files searchable by words": Figure(ours["words_s"], "s", peer["words_s"], at_most(1.0, Of.RATIO)),
        "started again, nothing changed": Figure(again["words_s"], "s"),
        "peak memory, all processes": Figure(ours["peak_mb"], "MB", peer["peak_mb"], at_most(512)),
        "disk per chunk": Figure(ours["bytes"] / ours["chunks"], "B", peer["bytes"] / peer["chunks"]),
    }
    if ours["vectors"]:
        rates = [each["vectors"] / each["vectors_s"] for each in (ours, peer)]
        figures["all vectors made"] = Figure(ours["vectors_s"], "s", peer["vectors_s"])
        figures["chunks embedded"] = Figure(rates[0], "1/s", rates[1], at_least(1.5, Of.RATIO))
        share = ours["vectors_s"] / (ours["vectors_s"] + ours["words_s"])
        figures["share of the time that is embedding"] = Figure(100 * share, "%")
    return {f"{name}: {label}": figure for label, figure in figures.items()}


def _add(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


async def _saves(folder: Path, file: Path) -> dict[str, Figure]:
    """Milliseconds from a save of ``file`` to the first search that finds it, through the indexer's process."""
    from hearth.core.settings import IndexSettings, Settings
    from hearth.features.indexing.link import Order
    from hearth.features.indexing.run import Follower

    settings = Settings(index=IndexSettings(embedder="none", battery_percent=0, threads=THREADS))
    place = Order((folder,), settings, Paths.of_user()).place
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
            searcher = await Searcher.open(place)
            if searcher is None:
                raise RuntimeError("the indexer made no index")
            for number in range(SAVES):
                word = "zq" + "".join("abcdefghij"[int(digit)] for digit in f"{number:03}") + "w"
                _add(file, f"\n\ndef {word}():\n    pass\n")
                begun = time.perf_counter()
                follower.changed([file])
                while not any(word in hit.text for hit in await searcher.search(word, legs=[Why.WORDS])):  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
                times.append((time.perf_counter() - begun) * 1000)
            searcher.close()
    finally:
        follower.stop()
        await _ended(place)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return {
        f"a save is searchable among {LARGE:,} chunks, p50": Figure(percentile(times, 50), "ms", target=at_most(150)),
        f"a save is searchable among {LARGE:,} chunks, p95": Figure(percentile(times, 95), "ms"),
    }


async def _ended(place: Place) -> None:
    """Wait until the indexer's process has left the index: what it still writes would be in the way of who deletes."""
    async with asyncio.timeout(_END_S):
        while (lock := take(place)) is None:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    lock.release()
