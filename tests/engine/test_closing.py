"""The end of a scheduler: whoever waits is told, and whoever comes later too."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from engine.by_hand import Loop, loop
from engine.running import PATIENCE_S
from hearth.core.errors import EngineError
from hearth.engine.generation import Failed, Task


@pytest.fixture
def engine(tiny: Path) -> Iterator[Loop]:
    with loop(tiny) as running:
        yield running


def refused(future: Future[int]) -> None:
    with pytest.raises(EngineError, match="shutting down"):
        future.result(PATIENCE_S)


@pytest.mark.parametrize("started", [True, False])
def test_calls_after_the_end_are_refused(engine: Loop, *, started: bool) -> None:
    if started:
        engine.scheduler.start()
        assert engine.scheduler.call(lambda: 7).result(PATIENCE_S) == 7
    engine.scheduler.close()
    with pytest.raises(EngineError, match="shutting down"):
        engine.scheduler.call(lambda: 7)
    with pytest.raises(EngineError, match="shutting down"):
        engine.scheduler.submit(Task((1,), 1), lambda _event: None)


def test_calls_that_wait_at_the_end_fail_and_are_not_run(engine: Loop) -> None:
    ran: list[int] = []
    begun, closing = threading.Event(), threading.Event()

    def first() -> int:
        begun.set()
        assert closing.wait(PATIENCE_S)
        return 1

    def remember(number: int) -> int:
        ran.append(number)
        return number

    scheduler = engine.scheduler
    scheduler.start()
    running = scheduler.call(first)
    assert begun.wait(PATIENCE_S)
    waiting = [scheduler.call(partial(remember, number)) for number in range(3)]
    given_up = scheduler.call(partial(remember, 3))
    assert given_up.cancel()
    asked = engine.ask("never begun")
    ending = threading.Thread(target=scheduler.close)
    ending.start()
    while not scheduler._closed:
        time.sleep(0.001)
    closing.set()
    ending.join(PATIENCE_S)
    assert running.result(PATIENCE_S) == 1, "what had begun is done"
    for future in waiting:
        refused(future)
    assert ran == []
    assert not scheduler.busy
    assert isinstance(asked.events[-1], Failed)


def test_what_waits_for_a_loop_that_never_began_fails_too(engine: Loop) -> None:
    waiting = engine.scheduler.call(lambda: 7)
    asked = engine.ask("never begun")
    engine.scheduler.close()
    refused(waiting)
    assert isinstance(asked.events[-1], Failed)


def test_a_call_that_fails_fails_alone(engine: Loop) -> None:
    engine.scheduler.start()
    with pytest.raises(ZeroDivisionError):
        engine.scheduler.call(lambda: 1 // 0).result(PATIENCE_S)
    assert engine.scheduler.call(lambda: 7).result(PATIENCE_S) == 7
    engine.scheduler.close()
