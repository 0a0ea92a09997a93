"""The engine is killed in every phase, and the next request works."""

from __future__ import annotations

import asyncio
import signal

import httpx2
import psutil
import pytest

from engine.running import BIG, PATIENCE_S, Engine, Engines
from hearth.core.errors import EngineStartFailed
from hearth.engine import ladder, launch
from hearth.engine.api import EngineSpec, Launching, runtime_file
from hearth.engine.ladder import Rung

LONG = "a long prompt " * 200


async def lost(task: asyncio.Task[object]) -> None:
    """A running request dies with its worker."""
    with pytest.raises(httpx2.TransportError):
        async with asyncio.timeout(PATIENCE_S):
            await task


async def test_killed_while_loading(engines: Engines, tiny, faulty) -> None:
    spec = EngineSpec(tiny)
    starting = launch.ensure(spec, engines.paths, timeout_s=PATIENCE_S, worker=faulty("slow-load"))
    async for step in starting:
        if isinstance(step, Launching) and step.fraction == 0.5:
            break
    address = launch.read_address(engines.paths, spec)
    assert address is not None
    first = psutil.Process(address.pid).children()[0]
    first.send_signal(signal.SIGKILL)
    while not (children := psutil.Process(address.pid).children()) or children[0].pid == first.pid:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await starting.aclose()
    # The second worker would be as slow; another supervisor with the real worker does the next request.
    await launch.stop(address)
    engine = await engines.start(tiny)
    assert (await engine.complete("after"))["choices"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
async def test_killed_while_evaluating_a_prompt(engines: Engines, big, number: signal.Signals) -> None:
    engine = await engines.start(big, batch=128)
    before = engine.worker.pid
    request = asyncio.create_task(engine.complete(LONG, max_tokens=2))
    await engine.until_busy()
    engine.worker.send_signal(number)
    await lost(request)
    answer = await engine.complete("after", max_tokens=2)
    assert answer["choices"]
    assert engine.worker.pid != before
    assert launch.read_address(engines.paths, EngineSpec(big)) == engine.address


async def test_killed_while_decoding(engines: Engines, big) -> None:
    engine = await engines.start(big)
    events = engine.stream("/v1/completions", prompt="hello", max_tokens=3000, temperature=0.9, seed=5)
    await anext(events)
    engine.worker.send_signal(signal.SIGKILL)
    with pytest.raises(httpx2.TransportError):
        async for _event in events:
            pass
    assert (await engine.complete("after"))["choices"]


async def test_the_supervisor_killed(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    worker = engine.worker
    psutil.Process(engine.address.pid).kill()
    async with asyncio.timeout(PATIENCE_S):
        while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    again = await engines.start(tiny)
    assert again.address.pid != engine.address.pid
    assert (await again.complete("after"))["choices"]


async def test_a_crash_at_the_first_decode_steps_down_and_is_remembered(engines: Engines, tiny, faulty) -> None:
    engine = await engines.start(tiny, worker=faulty("segv-fast"))
    assert (await engine.health())["mode"] == Rung.PLAIN.value
    assert (await engine.complete("works"))["choices"]
    (fall,) = ladder.falls(engines.paths)
    assert fall.model == str(tiny)
    assert fall.cause == "SIGSEGV while checking in mode fast"
    await launch.stop(engine.address)
    again = await engines.start(tiny, worker=faulty("segv-fast"))
    assert (await again.health())["mode"] == Rung.PLAIN.value
    log = (engines.paths.state / "log").glob("*.log")
    assert "".join(path.read_text() for path in log).count("the worker crashed") == 1


async def test_safe_mode_fast_forgets(engines: Engines, tiny, faulty) -> None:
    ladder.remember(engines.paths, tiny, Rung.BARE, "a test")
    engine = await engines.start(tiny, safe_mode="fast", worker=faulty("segv-fast"))
    assert (await engine.health())["mode"] == Rung.PLAIN.value


async def test_a_killed_worker_keeps_its_mode(engines: Engines, tiny, faulty) -> None:
    engine = await engines.start(tiny, safe_mode="plain")
    engine.worker.kill()
    await engine.complete("after")
    assert (await engine.health())["mode"] == Rung.PLAIN.value
    assert not ladder.falls(engines.paths)


@pytest.mark.parametrize("fault", ["ill-always", "exit-3"])
async def test_a_worker_that_never_lives_is_given_up(engines: Engines, tiny, faulty, fault: str) -> None:
    with pytest.raises(EngineStartFailed) as failure:
        await engines.start(tiny, worker=faulty(fault))
    assert failure.value.hint
    assert not launch.running(engines.paths)
    assert not runtime_file(engines.paths, EngineSpec(tiny)).exists()


async def test_requests_that_come_while_it_restarts_are_served(engines: Engines, big) -> None:
    engine = await engines.start(big)
    engine.worker.kill()
    answers = await asyncio.gather(*(Engine(engine.address).complete(f"request {n}") for n in range(5)))
    assert len(answers) == 5
    assert BIG.context > 0


async def test_no_process_is_left_behind(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    family = [psutil.Process(engine.address.pid), engine.worker]
    await launch.stop(engine.address)
    assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in family)
    assert not runtime_file(engines.paths, EngineSpec(tiny)).exists()
