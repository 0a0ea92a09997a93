"""The indexer's order of work: who cuts files does not wait for who writes, and what was cut is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hearth.features.indexing.build import FIRST_FILES, Indexer
from hearth.features.indexing.cut import Cut
from hearth.features.indexing.cutter import Cutter
from hearth.features.indexing.pace import Pace
from hearth.features.indexing.progress import Phase
from hearth.index.opening import Opened
from hearth.workspace.walk import Limits

FILES = 3 * FIRST_FILES + 5
PATIENCE_S = 120.0


@pytest.fixture
async def indexer(opened: Opened) -> Indexer:
    for number in range(FILES):
        (opened.place.roots[0] / f"m{number:03}.py").write_text(f"def f{number}():\n    return {number}\n")
    return Indexer(opened, Limits(), Pace(), threads=2)


async def refresh(indexer: Indexer, interrupted: Callable[[], bool] = lambda: False) -> list[tuple[int, int]]:
    """(files written or read, all files) of each report."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            steps = [step async for step in indexer.refresh(interrupted=interrupted)]
    finally:
        await indexer.aclose()
    return [(step.files_done, step.files_total) for step in steps if step.phase is Phase.READING]


async def test_files_are_cut_while_the_first_batch_is_written(
    indexer: Indexer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, enough = 0, asyncio.Event()
    cut, write = Cutter.cut, Indexer._write

    async def counting(self: Cutter, task: Any) -> Cut | None:
        nonlocal begun
        begun += 1
        if begun > FIRST_FILES + 8:
            enough.set()
        return await cut(self, task)

    async def slow(self: Indexer, cuts: Sequence[Cut], older: Any) -> None:
        await enough.wait()
        await write(self, cuts, older)

    monkeypatch.setattr(Cutter, "cut", counting)
    monkeypatch.setattr(Indexer, "_write", slow)
    told = await refresh(indexer)
    assert (begun, told[-1], indexer.complete) == (FILES, (FILES, FILES), True)
    assert len(await opened.store.files()) == FILES


async def test_an_interrupted_pass_writes_all_that_was_cut_and_the_next_does_the_rest(
    indexer: Indexer, opened: Opened
) -> None:
    told = await refresh(indexer, interrupted=lambda: True)
    done = told[-1][0]
    assert FIRST_FILES <= done < FILES
    assert not indexer.complete
    assert len(opened.manifest.all()) == len(await opened.store.files()) == done
    told = await refresh(indexer)
    assert told[-1] == (FILES - done, FILES - done)
    assert indexer.complete
    assert len(opened.manifest.all()) == len(await opened.store.files()) == FILES


async def test_files_that_were_cut_before_an_error_are_written(
    indexer: Indexer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, begun = Cutter.cut, 0

    async def failing(self: Cutter, task: Any) -> Cut | None:
        nonlocal begun
        begun += 1
        if begun > 5:
            raise OSError("no more processes")
        return await cut(self, task)

    monkeypatch.setattr(Cutter, "cut", failing)
    with pytest.raises(OSError, match="no more"):
        await refresh(indexer)
    assert 0 < len(opened.manifest.all()) <= 5
