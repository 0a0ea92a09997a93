"""What is known is used on, and only where it is right."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.features.completion.cache import Cache, Place
from hearth.features.completion.request import CompletionState, Request
from unit.features.typist import URI, Desk, Editor, scripted

CODE = "def add(a, b):\n    return "
LONG = "total = a + b\n    print(total)\n    return total"


async def test_typing_through_asks_the_model_once() -> None:
    model = scripted("a + b")
    desk, editor = Desk(model), Editor(CODE, "\n\nx = 1\n")
    assert await desk.answer(editor.request()) == "a + b"
    for typed, left in [("a", " + b"), (" ", "+ b"), ("+ ", "b")]:
        assert await desk.answer(editor.type(typed)) == left
    assert model.counts["complete"] == 1


async def test_words_and_lines_that_are_accepted_and_taken_back() -> None:
    model = scripted(LONG + "\n")
    desk, editor = Desk(model), Editor("def add(a, b):\n    ")
    assert await desk.answer(editor.request()) == LONG
    assert await desk.answer(editor.type("total ")) == LONG[6:]
    assert await desk.answer(editor.type("= a + b")) == LONG[13:]
    assert await desk.answer(editor.type("\n    print")) == "(total)\n    return total"
    assert await desk.answer(editor.delete(12)) == LONG[11:]
    assert await desk.answer(editor.delete(11)) == LONG
    assert model.counts["complete"] == 1
    await desk.answer(editor.delete(1))
    assert model.counts["complete"] == 2, "before its beginning it is no longer the same place"


@pytest.mark.parametrize(
    ("before", "after", "uri"),
    [
        (CODE + "a", "\n\nx = 2\n", URI),
        (CODE + "a", ", b\n\nx = 1\n", URI),
        (CODE + "a", "", URI),
        (CODE + "b", "\n\nx = 1\n", URI),
        (CODE.replace("add", "sub") + "a", "\n\nx = 1\n", URI),
        ("\n" + CODE + "a", "\n\nx = 1\n", URI),
        (CODE + "a", "\n\nx = 1\n", "file:///w/b.py"),
        (CODE + "a + b", "\n\nx = 1\n", URI),
    ],
)
async def test_what_is_different_is_asked_anew(before: str, after: str, uri: str) -> None:
    model = scripted("a + b")
    desk = Desk(model)
    await desk.answer(Editor(CODE, "\n\nx = 1\n").request())
    await desk.answer(Editor(before, after).request(), uri)
    assert model.counts["complete"] == 2


async def test_brackets_that_the_editor_closes_by_itself() -> None:
    model = scripted('print("{}".format(a, b))')
    desk, editor = Desk(model), Editor("", "\nx = 1\n")
    assert await desk.answer(editor.request(automatic=False)) == 'print("{}".format(a, b))'
    assert await desk.answer(editor.type("print(", ")")) == '"{}".format(a, b)'
    assert await desk.answer(editor.type('"{}".format(', ")")) == "a, b"
    assert model.counts["complete"] == 1
    await desk.answer(editor.type("", "]"))
    assert model.counts["complete"] == 2


async def test_nothing_to_suggest_is_known_too_but_not_held_against_who_asks() -> None:
    model = scripted("")
    desk, editor = Desk(model), Editor(CODE)
    for _ in range(3):
        assert await desk.answer(editor.request()) == ""
    assert model.counts["complete"] == 1
    await desk.answer(editor.request(automatic=False))
    assert model.counts["complete"] == 2
    await desk.answer(editor.type("a"))
    assert model.counts["complete"] == 3


async def test_a_closed_document_and_other_settings_are_forgotten() -> None:
    model = scripted("a + b")
    desk, request = Desk(model), Editor(CODE).request()
    await desk.answer(request)
    await desk.answer(request, "file:///w/b.py")
    desk.suggestions.forget(URI)
    await desk.answer(request, "file:///w/b.py")
    assert model.counts["complete"] == 2
    await desk.answer(request)
    desk.suggestions.clear()
    await desk.answer(request)
    assert model.counts["complete"] == 4


def test_the_cache_is_bounded_and_drops_what_was_used_longest_ago() -> None:
    requests = [Request(f"x{number} = ", 5) for number in range(5)]
    cache = Cache(max_entries=3)
    for request in requests[:3]:
        cache.store(Place.of(URI, request), CompletionState("1", final=True))
    assert cache.find(URI, requests[0])
    for request in requests[3:]:
        cache.store(Place.of(URI, request), CompletionState("1", final=True))
    assert [cache.find(URI, request) is not None for request in requests] == [True, False, False, True, True]
    small = Cache(max_bytes=20_000)
    for number in range(20):
        text = f"{number:2}" + "x" * 4000
        small.store(Place.of(URI, Request(text, len(text))), CompletionState("1", final=True))
        assert len(small) <= 4
    assert len(small) == 4
    small.store(Place.of(URI, Request("", 0)), CompletionState("y" * 30_000, final=True))
    assert len(small) == 0


def test_an_edit_far_away_is_noticed_by_the_length_of_the_document() -> None:
    far = "y = 1\n" * 5000
    cache = Cache()
    cache.store(Place.of(URI, Request("x = " + far, 4)), CompletionState("a + b", final=True))
    assert cache.find(URI, Request("x = a" + far, 5))
    assert cache.find(URI, Request("x = a" + far + "z", 5)) is None


PIECE = st.sampled_from(["a", "b", " ", "\n", "(", ")", "ab", "a b"])
EDIT = st.one_of(
    st.tuples(st.just("type"), PIECE),
    st.tuples(st.just("close"), st.sampled_from([")", "]"])),
    st.tuples(st.just("accept"), st.integers(1, 6)),
    st.tuples(st.just("delete"), st.integers(1, 4)),
    st.tuples(st.just("delete behind"), st.integers(1, 2)),
    st.tuples(st.just("move"), st.integers(-5, 5)),
    st.tuples(st.just("elsewhere"), PIECE),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECE, max_size=4), st.lists(PIECE, max_size=4), st.lists(EDIT, max_size=25))
def test_whatever_is_done_accepting_gives_a_document_that_the_model_meant(
    before: list[str], after: list[str], edits: list[tuple[str, str | int]]
) -> None:
    """The model writes something else each time, so a stale answer would show."""

    async def check() -> None:
        editor = Editor("".join(before), "".join(after))
        meant: set[str] = set()
        calls, answer = 0, ""
        for kind, value in [("type", ""), *edits]:
            if kind == "type":
                editor.type(str(value))
            elif kind == "close":
                editor.type("", str(value))
            elif kind == "accept":
                editor.type(answer[: int(value)])
            elif kind == "delete":
                editor.delete(int(value))
            elif kind == "delete behind":
                editor.after = editor.after[int(value) :]
            elif kind == "move":
                at = max(0, min(len(editor.text), len(editor.before) + int(value)))
                editor.before, editor.after = editor.text[:at], editor.text[at:]
            else:
                editor.before = str(value) + editor.before
            model.script = scripted(f"ab({calls}) a b").script
            answer = await desk.answer(editor.request())
            whole = editor.before + answer + editor.after
            if model.counts["complete"] > calls:
                calls = model.counts["complete"]
                meant.add(whole)
            assert not answer or whole in meant

    model = scripted("")
    desk = Desk(model)
    asyncio.run(check())
