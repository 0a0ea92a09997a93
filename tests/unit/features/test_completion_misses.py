"""In a word that the model does not know it is asked when somebody stops, not at each letter."""

from __future__ import annotations

from hearth.features.completion.misses import Misses
from unit.features.typist import URI, Desk, Editor, Pen, settle, stopped


def counted(editor: Editor, *keys: tuple[str, str]) -> list[int]:
    """What is counted at each key, given as what is typed and what is suggested then."""
    misses, found = Misses(), []
    for typed, suggested in keys:
        found.append(misses.key(URI, editor.type(typed)))
        misses.shown(URI, editor.request(), suggested)
    return found


def test_suggestions_in_a_word_that_were_typed_over_count() -> None:
    assert counted(Editor("x = "), ("", "abc"), ("v", "bcd"), ("a", "lue"), ("l", "ly"), ("u", "")) == [0, 1, 2, 2, 3]


def test_one_that_is_typed_is_right() -> None:
    assert counted(Editor("x = "), ("", "value"), ("v", "alue"), ("a", ""), ("l", ""), ("ue", "")) == [0, 0, 0, 0, 0]


def test_the_next_word_begins_anew() -> None:
    assert counted(Editor("x = "), ("", "a"), ("v", "b"), ("a", "c"), (".", "d"), ("w", "")) == [0, 1, 2, 0, 1]


def test_what_is_deleted_is_no_miss() -> None:
    misses, editor = Misses(), Editor("x = va")
    assert misses.key(URI, editor.request()) == 0
    misses.shown(URI, editor.request(), "lue")
    assert misses.key(URI, editor.delete(1)) == 0
    assert misses.key(URI, editor.type("x")) == 0


def test_documents_are_told_apart() -> None:
    misses, here, there = Misses(), Editor("x = "), Editor("y = ")
    misses.key(URI, here.request())
    misses.shown(URI, here.request(), "a")
    assert misses.key("file:///w/b.py", there.type("v")) == 0
    assert misses.key(URI, here.type("v")) == 0


async def test_the_model_is_asked_in_a_pause_only() -> None:
    pen, editor = Pen(), Editor("x = ")
    desk = Desk(pen)
    for typed in ("", "v", "a"):
        for _ in range(20):
            desk.suggestions.debounce.answered(4000)
        asked = len(pen.asked)
        task = desk.ask(editor.type(typed), debounce_ms=3_600_000)
        await settle()
        if typed != "a":
            assert len(pen.asked) == asked + 1, "a model this slow is asked at once"
            await pen.write("no")
            await pen.finish()
            await task
    assert len(pen.asked) == 2, "two suggestions in this word were wrong"
    await stopped(task)
    task = desk.ask(editor.request(automatic=False), debounce_ms=3_600_000)
    await settle()
    assert len(pen.asked) == 3, "who asks by hand is answered"
    await stopped(task)
    task = desk.ask(editor.type("l"), debounce_ms=0)
    await settle()
    assert len(pen.asked) == 4, "no quiet time is wanted"
    await stopped(task)
