"""Stale text is evaluated again in pauses, part by part: nothing twice, and the stalest first where time is short."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.by_hand import Loop, loop
from engine.running import EXACT
from hearth.engine.editing import MAX_STALE, SOON_STALE
from hearth.engine.upkeep import REFRESH_AFTER_S

PREFIX = "def total(values):\n    result = 0\n    for value in values:\n"
SUFFIX = "\n    return result\n\n\ndef mean(values):\n    return total(values) / len(values)\n" * 3
TAIL = len(SUFFIX) + 1
"""Its tokens, which are single bytes, with the marker before them."""
CHUNK = 32


@pytest.fixture
def engine(models) -> Iterator[Loop]:
    with loop(models(EXACT)) as running:
        yield running


def work(engine: Loop, steps: int | None = None) -> None:
    """A pause in which so many steps are made before somebody wants something; None for a long one."""
    left = steps

    def wanted() -> bool:
        nonlocal left
        if left is None:
            return False
        left -= 1
        return left < 0

    engine.scheduler._upkeep.work(CHUNK, wanted)


def typed(engine: Loop, text: str, count: int) -> list[int]:
    """Type the first ``count`` characters of ``text`` one by one; what each cost."""
    return [engine.fill(PREFIX + text[: n + 1], SUFFIX).timings.prompt_n for n in range(count)]


def test_a_long_line_without_a_pause_costs_two_tokens_a_key(engine: Loop) -> None:
    engine.fill(PREFIX, SUFFIX)
    assert typed(engine, "x" * MAX_STALE, MAX_STALE) == [2] * MAX_STALE
    assert engine.fill(PREFIX + "x" * (MAX_STALE + 1), SUFFIX).timings.prompt_n > TAIL


def test_very_stale_text_needs_no_long_pause(engine: Loop) -> None:
    upkeep = engine.scheduler._upkeep
    engine.fill(PREFIX, SUFFIX)
    typed(engine, "x" * SOON_STALE, SOON_STALE)
    assert upkeep.patience_s == REFRESH_AFTER_S
    engine.fill(PREFIX + "x" * (SOON_STALE + 1), SUFFIX)
    assert upkeep.patience_s is not None
    assert upkeep.patience_s < REFRESH_AFTER_S / 4
    work(engine)
    assert engine.refreshed == TAIL
    assert not engine.slot.parts


def test_an_interrupted_refresh_is_not_begun_anew(engine: Loop) -> None:
    engine.fill(PREFIX, SUFFIX)
    engine.fill(PREFIX + "abc", SUFFIX)
    work(engine, 2)
    assert engine.refreshed == 2 * CHUNK
    work(engine)
    assert engine.refreshed == TAIL
    assert not engine.slot.parts
    ours = engine.fill(PREFIX + "abc", SUFFIX, 12, exact=True)
    assert ours.timings.prompt_n == 1
    assert ours.text == fresh(engine, PREFIX + "abc")


def test_the_stalest_part_comes_first_in_short_pauses(engine: Loop) -> None:
    """So that somebody who never pauses long has no part that is never evaluated again."""
    text = "value = transform(value, other, another) + something(more)"
    engine.fill(PREFIX, SUFFIX)
    typed(engine, text, SOON_STALE)
    stalest = []
    for count in range(SOON_STALE + 1, len(text)):
        assert engine.fill(PREFIX + text[:count], SUFFIX).timings.prompt_n == 2
        work(engine, 1)
        stalest.append((engine.slot.stalest() or (0, None))[0])
    assert engine.refreshed > TAIL
    assert max(stalest) <= SOON_STALE + TAIL // CHUNK + 1
    work(engine)
    work(engine)
    assert not engine.slot.parts
    ours = engine.fill(PREFIX + text[: len(text) - 1], SUFFIX, 12, exact=True)
    assert ours.timings.prompt_n == 1
    assert ours.text == fresh(engine, PREFIX + text[: len(text) - 1])


def test_an_exact_request_uses_what_a_refresh_had_done(engine: Loop) -> None:
    engine.fill(PREFIX, SUFFIX)
    engine.fill(PREFIX + "abc", SUFFIX)
    work(engine, 2)
    exact = engine.fill(PREFIX + "abc", SUFFIX, 12, exact=True)
    assert exact.timings.prompt_n == TAIL - 2 * CHUNK + 1
    assert exact.text == fresh(engine, PREFIX + "abc")


def fresh(engine: Loop, before: str) -> str:
    """The answer of an engine that knows nothing."""
    engine.scheduler._slots.forget()
    return engine.fill(before, SUFFIX, 12).text
