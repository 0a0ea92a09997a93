"""The quiet time before the model is asked follows the typist and the model."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.features.completion.debounce import Debounce
from unit.features.typist import Desk, Editor, Pen, scripted, settle, stopped

MOST_S = 0.5


class Watch:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def typed(*intervals: float, latency: float | None = None) -> Debounce:
    watch = Watch()
    debounce = Debounce(watch)
    debounce.key()
    for interval in intervals:
        watch.now += interval
        debounce.key()
    if latency is not None:
        debounce.answered(latency)
    return debounce


def test_before_anything_is_known_it_is_the_setting() -> None:
    assert typed().wait_s(MOST_S) == MOST_S
    assert typed(0.1, 0.1).wait_s(MOST_S) == MOST_S


def test_it_is_a_part_of_the_usual_interval() -> None:
    assert typed(*[0.2] * 5).wait_s(MOST_S) == pytest.approx(0.12)
    assert typed(*[0.1] * 5).wait_s(MOST_S) == pytest.approx(0.06)
    assert typed(*[0.2] * 5).wait_s(0.04) == 0.04
    assert typed(*[0.2] * 5).wait_s(0) == 0


def test_a_slow_model_is_waited_for_less() -> None:
    waits = [typed(*[0.2] * 5, latency=latency).wait_s(MOST_S) for latency in (0.0, 0.05, 0.1, 0.2, 5.0)]
    assert waits == pytest.approx([0.12, 0.07, 0.02, 0, 0])
    assert typed(latency=0.1).wait_s(MOST_S) == pytest.approx(0.4)


def test_pauses_and_single_outliers_do_not_count() -> None:
    assert typed(0.2, 30.0, 0.2, 0.9, 0.2).wait_s(MOST_S) == pytest.approx(0.12)
    debounce = typed(*[0.2] * 5)
    for latency in (0.02, 0.02, 60.0):
        debounce.answered(latency)
    assert debounce.wait_s(MOST_S) == pytest.approx(0.1)


def test_only_the_last_keys_count() -> None:
    assert typed(*[0.5] * 100, *[0.1] * 20).wait_s(MOST_S) == pytest.approx(0.06)


@given(st.lists(st.floats(0, 100)), st.lists(st.floats(0, 100)), st.floats(0, 5))
def test_it_is_never_longer_than_the_setting_or_negative(
    intervals: list[float], latencies: list[float], most_s: float
) -> None:
    debounce = typed(*intervals)
    for latency in latencies:
        debounce.answered(latency)
    assert 0 <= debounce.wait_s(most_s) <= most_s


async def test_what_is_known_is_not_waited_for() -> None:
    model = scripted("a + b")
    desk, editor = Desk(model), Editor("x = ")
    await desk.answer(editor.request())
    async with asyncio.timeout(60):
        assert await desk.answer(editor.type("a"), debounce_ms=3_600_000) == " + b"
    explicit = Editor("y = ").request(automatic=False)
    async with asyncio.timeout(60):
        assert await desk.answer(explicit, debounce_ms=3_600_000) == "a + b"


async def test_what_is_under_way_is_not_waited_for() -> None:
    pen = Pen()
    desk, editor = Desk(pen), Editor("x = ")
    first = desk.ask(editor.request())
    await settle()
    await pen.write("a + b")
    second = desk.ask(editor.type("a"), debounce_ms=3_600_000)
    await settle()
    await pen.finish()
    async with asyncio.timeout(60):
        assert (await second)[-1].text == " + b"
    await first


async def test_the_session_measures_keys_and_answers() -> None:
    watch, pen = Watch(), Pen()
    desk = Desk(pen, watch)
    for number in range(6):
        watch.now += 0.2
        task = desk.ask(Editor(f"x{number} = ").request())
        await settle()
        watch.now += 0.15
        await pen.write("1")
        await pen.finish()
        await task
    assert len(pen.asked) == 6
    task = desk.ask(Editor("y = ").request(), debounce_ms=3_600_000)
    await settle()
    assert len(pen.asked) == 6, "0.6 times 0.35 s, less 0.15 s"
    await stopped(task)
    for _ in range(10):
        desk.suggestions.debounce.answered(0.3)
    task = desk.ask(Editor("y = ").request(), debounce_ms=3_600_000)
    await settle()
    assert len(pen.asked) == 7, "a model this slow is asked at once"
    await stopped(task)
