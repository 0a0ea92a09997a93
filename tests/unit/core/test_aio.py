"""Background tasks."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from hearth.core.aio import Tasks


async def test_a_task_is_held_until_it_ends() -> None:
    tasks, seen = Tasks(), []

    async def work() -> None:
        await asyncio.sleep(0.01)
        seen.append(1)

    task = tasks.start(work(), "work")
    gc.collect()
    await task
    await asyncio.sleep(0)
    assert seen == [1]
    assert not tasks._tasks


async def test_a_failure_is_logged_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks()

    async def fail() -> None:
        raise ValueError("no")

    with caplog.at_level(logging.ERROR):
        task = tasks.start(fail(), "the failing one")
        await asyncio.wait([task])
        await asyncio.sleep(0)
    assert "the failing one" in caplog.text


async def test_close_ends_all_and_waits(caplog: pytest.LogCaptureFixture) -> None:
    tasks, ended = Tasks(), []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    for _ in range(3):
        tasks.start(forever(), "forever")
    await asyncio.sleep(0)
    await tasks.close()
    assert ended == [1, 1, 1]
    assert caplog.text == ""
    await tasks.close()
