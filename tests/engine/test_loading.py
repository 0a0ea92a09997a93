"""What a worker loads, and when."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.running import PATIENCE_S, Engines
from hearth.core import cores
from hearth.engine import launch


@pytest.mark.parametrize("module", ["hearth.engine.native", "hearth.engine.worker"])
def test_llama_cpp_is_loaded_before_numpy(module: str) -> None:
    """The other way round a CUDA build of llama.cpp crashed as it loaded a model, with NumPy 2.5 on Ubuntu 24.04."""
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert loaded.index("llama_cpp.llama_cpp") < loaded.index("numpy")


@pytest.mark.skipif(sys.platform != "linux", reason="builds for other systems keep no threads between decodes")
async def test_one_thread_decodes_for_good(engines: Engines, tiny: Path) -> None:
    """A second one that had decoded would keep helpers of its own, and OpenMP would slow all of them down."""
    counts = []
    for threads in (1, 5):
        engine = await engines.start(tiny, threads=threads)
        await engine.complete("one ", max_tokens=4)
        assert (await engine.health())["threads"] == threads, "a number that was asked for stays"
        counts.append(await settled(engine.worker.num_threads))
        await launch.stop(engine.address)
    alone, with_helpers = counts
    assert with_helpers - alone == 5 - 1


async def test_the_status_tells_how_many_threads_decode(engines: Engines, tiny: Path) -> None:
    await engines.start(tiny, threads=3)
    asked = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hearth", "engine", "status"),
        stdout=subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200"},
    )
    said, _ = await asyncio.wait_for(asked.communicate(), PATIENCE_S)
    titles, row = said.decode().splitlines()[:2]
    assert row[titles.index("threads") :].split()[0] == "3"


@pytest.mark.skipif(cores.physical() < 2, reason="one thread cannot give way")
async def test_threads_give_way_to_busy_programs(engines: Engines, big: Path) -> None:
    """How they come back is tested with clocks of its own: here other tests may run on the same processors."""
    engine = await engines.start(big)
    busy = (sys.executable, "-c", "while True: sum(range(99999))")
    others = [await asyncio.create_subprocess_exec(*busy) for _ in range(2 * cores.usable())]
    try:
        async with asyncio.timeout(PATIENCE_S):
            while (await engine.health())["threads"] > 1:
                await engine.complete([*range(100, 200)], max_tokens=16)
    finally:
        for each in others:
            each.kill()
            await each.wait()


async def settled(count: Callable[[], int]) -> int:
    """What ``count`` says once it has said it for a while: an ended thread's helpers end after it."""
    said, times = count(), 0
    while times < 20:
        await asyncio.sleep(0.01)
        said, times = (now, times + 1) if (now := count()) == said else (now, 0)
    return said
