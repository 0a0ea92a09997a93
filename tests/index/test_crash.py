"""SIGKILL at random instants: the index opens, nothing is lost or doubled, and little is done again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hearth.core.paths import Paths
from hearth.features.indexing.build import Indexer
from hearth.features.indexing.pace import Pace
from hearth.features.indexing.progress import Phase
from hearth.index import opening
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.right import take
from hearth.index.search import Searcher
from hearth.workspace.walk import Limits

VICTIM = Path(__file__).with_name("victim.py")
KILLS = int(os.environ.get("HEARTH_TEST_KILLS", "8"))
_FILES = 20
_LIMIT_S = 120.0


@contextlib.asynccontextmanager
async def reopened(place: Place) -> AsyncIterator[Opened]:
    lock = take(place)
    assert lock is not None
    opened = await opening.open_writing(place, lock)
    try:
        yield opened
    finally:
        opened.close()


async def catch_up(opened: Opened) -> int:
    """Files that were read to bring the index up to date."""
    indexer = Indexer(opened, Limits(), Pace())
    read = 0
    async for step in indexer.refresh():
        if step.phase is Phase.READING:
            read = step.files_total
    await indexer.aclose()
    return read


async def check(opened: Opened, root: Path) -> None:
    """Each file is there once, with exactly what is on disk."""
    rows = await opened.store.chunks.query().select(["path", "gen", "text"]).to_arrow()
    generations = {path: set() for path in rows["path"].to_pylist()}
    texts: dict[str, Counter[str]] = {path: Counter() for path in generations}
    for path, gen, text in zip(*(rows[name].to_pylist() for name in ("path", "gen", "text")), strict=True):
        generations[path].add(gen)
        texts[path][text] += 1
    assert {path: len(found) for path, found in generations.items()} == dict.fromkeys(texts, 1)
    # A kill may also hit the victim between emptying a file and writing it.
    written = {path.name: path.read_text() for path in root.iterdir()}  # noqa: ASYNC240
    assert len(written) == _FILES
    assert set(texts) == {name for name, text in written.items() if text}
    for path, found in texts.items():
        assert set(found.values()) == {1}
        assert sum(text.count("def ") for text in found) == written[path].count("def "), path
        assert all(text.strip() in written[path] for text in found), path


@pytest.mark.slow
async def test_killed_at_any_instant_nothing_is_lost(tmp_path: Path) -> None:
    root = tmp_path / "work"
    root.mkdir()
    for number in range(_FILES):
        (root / f"m{number}.py").write_text(f"def first{number}(): pass\n")
    place, dice = Place.of([root], Paths.of_user()), random.Random(7)  # noqa: S311
    async with reopened(place) as opened:
        await catch_up(opened)
    for _ in range(KILLS):
        process = await asyncio.create_subprocess_exec(sys.executable, VICTIM, root, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        async with asyncio.timeout(_LIMIT_S):
            assert (await process.stdout.readline()).startswith(b"begun")
            await asyncio.sleep(dice.random() * 1.5)
            process.send_signal(signal.SIGKILL)
            await process.communicate()
        async with reopened(place) as opened:
            assert opened.notes == [], "the database was moved aside"
            again = await catch_up(opened)
            assert again <= 3, "more than the files in flight were read again"
            await check(opened, root)
            searcher = await Searcher.open(place)
            assert searcher is not None
            await searcher.search("word")
            searcher.close()
