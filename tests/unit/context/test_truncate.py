"""The window around the cursor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hearth.context.truncate import window

LINES = st.lists(st.text(alphabet="ab 😀", max_size=30), max_size=60).map("\n".join)


@given(LINES, st.integers(0, 2000), st.integers(1, 500), st.integers(0, 500))
def test_a_window_is_text_around_the_cursor_within_its_budget(text: str, offset: int, before: int, after: int) -> None:
    offset = min(offset, len(text))
    found = window(text, offset, before, after)
    assert text[:offset].endswith(found.prefix)
    assert text[offset:].startswith(found.suffix)
    assert len(found.prefix) <= before
    assert len(found.suffix) <= after
    if len(found.prefix) < offset and "\n" in text[offset - before : offset] and before >= 200:
        start = offset - len(found.prefix)
        assert text[start - 1] == "\n"
        assert len(found.prefix) >= before // 4
    if len(found.suffix) < len(text) - offset and "\n" in found.suffix:
        assert found.suffix.endswith("\n")


def test_the_start_stays_while_somebody_types() -> None:
    """Counted: in 1,000 keystrokes at the end of a long document the start may move a few times, not 1,000."""
    text = "".join(f"line number {number} of the document\n" for number in range(1000))
    starts = set()
    for _ in range(1000):
        text += "x" if len(text) % 40 else "\n"
        starts.add(len(text) - len(window(text, len(text), 6000, 2000).prefix))
    assert len(starts) <= 2


def test_edits_behind_the_start_do_not_move_it() -> None:
    text = "".join(f"line {number}\n" for number in range(2000))
    before = window(text, 15_500, 6000, 2000).prefix
    changed = text[:15_490] + "something else" + text[15_495:]
    assert window(changed, 15_509, 6000, 2000).prefix[:3000] == before[:3000]


def test_one_endless_line_and_carriage_returns() -> None:
    found = window("x" * 100_000, 50_000, 1000, 500)
    assert (750 <= len(found.prefix) <= 1000, len(found.suffix)) == (True, 500)
    text = "line\r" * 1000
    found = window(text, 2500, 1000, 500)
    assert found.prefix.startswith("line\r")
    assert found.suffix.endswith("\r")
