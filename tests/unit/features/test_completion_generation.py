"""What is under way goes on while it fits what is typed, and ends when it does not."""

from __future__ import annotations

import asyncio

import pytest

from hearth.core.errors import ProviderBroken
from hearth.features.completion import generation
from hearth.features.completion.request import Request
from hearth.providers.base import Reason
from unit.features.typist import URI, Desk, Editor, Pen, settle, stopped

CODE = "def add(a, b):\n    "


async def begun(text: str, code: str = CODE) -> tuple[Desk, Pen, Editor, asyncio.Task[list[object]]]:
    """A completion of which ``text`` is written."""
    pen = Pen()
    desk, editor = Desk(pen), Editor(code)
    task = desk.ask(editor.request())
    await settle()
    if text:
        await pen.write(text)
    return desk, pen, editor, task


async def next_key(
    desk: Desk, editor: Editor, older: asyncio.Task[list[object]], typed: str
) -> asyncio.Task[list[object]]:
    """What an editor does at a key: the edit, the older request cancelled, the next one a moment later."""
    request = editor.type(typed)
    desk.suggestions.changed(URI, request.text)
    await stopped(older)
    await settle()
    task = desk.ask(request)
    await settle()
    return task


async def test_it_goes_on_while_what_is_typed_fits() -> None:
    desk, pen, editor, task = await begun("total = a")
    task = await next_key(desk, editor, task, "t")
    task = await next_key(desk, editor, task, "otal")
    await pen.write(" + b\n    return")
    await pen.write(" total\n")
    await pen.finish()
    assert [state.text for state in await task] == [
        " = a + b",
        " = a + b\n    return total",
        " = a + b\n    return total",
    ]
    assert len(pen.asked) == 1


async def test_somebody_who_types_faster_than_the_model_writes() -> None:
    desk, pen, editor, task = await begun("to")
    task = await next_key(desk, editor, task, "total = ")
    await pen.write("tal = a + b")
    await pen.finish()
    assert (await task)[-1].text == "a + b"
    assert len(pen.asked) == 1


@pytest.mark.parametrize(("written", "typed"), [("total", "x"), ("total", "\n"), ("", "t")])
async def test_what_does_not_fit_is_ended_by_the_edit_itself(written: str, typed: str) -> None:
    desk, pen, editor, task = await begun(written)
    request = editor.type(typed)
    desk.suggestions.changed(URI, request.text)
    await stopped(task)
    await settle()
    assert pen.open == 0
    task = desk.ask(request)
    await settle()
    assert len(pen.asked) == 2
    await stopped(task)


async def test_what_turns_out_not_to_fit_is_asked_anew_at_once() -> None:
    desk, pen, editor, task = await begun("to")
    task = await next_key(desk, editor, task, "total")
    assert len(pen.asked) == 1
    await pen.write("p = a")
    assert len(pen.asked) == 2
    await pen.write(" = b")
    await pen.finish()
    assert (await task)[-1].text == " = b"
    assert pen.open == 0


async def test_all_of_it_was_typed_so_the_model_is_asked_what_follows() -> None:
    desk, pen, editor, task = await begun("tot")
    task = await next_key(desk, editor, task, "total")
    await pen.write("al")
    await pen.finish()
    assert len(pen.asked) == 2
    await pen.write(" = 1")
    await pen.finish()
    assert (await task)[-1].text == " = 1"


async def test_a_closed_bracket_behind_the_cursor_belongs_to_the_end_of_the_line() -> None:
    desk, pen, editor, task = await begun("print(a", "x = 1; ")
    request = editor.type("print(", ")")
    desk.suggestions.changed(URI, request.text)
    await stopped(task)
    task = desk.ask(request)
    await settle()
    await pen.write(", b)")
    await pen.finish()
    assert (await task)[-1].text == "a, b"
    assert len(pen.asked) == 1


async def test_nobody_waits_and_nothing_is_written_yet() -> None:
    _, pen, _, task = await begun("")
    await stopped(task)
    await settle()
    assert pen.open == 0


async def test_it_does_not_linger_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "_LINGER_S", 0)
    _, pen, _, task = await begun("total")
    await stopped(task)
    await asyncio.sleep(0)
    await settle()
    assert pen.open == 0


async def test_what_nobody_waits_for_gives_way_to_any_other_document() -> None:
    desk, pen, _, task = await begun("total")
    await stopped(task)
    await settle()
    assert pen.open == 1
    other = desk.ask(Editor("y = ").request(), "file:///w/b.py")
    await settle()
    assert pen.open == 1, "the other one"
    await stopped(other)
    await settle()
    assert pen.open == 0


async def test_what_lingers_is_known_when_it_is_done() -> None:
    desk, pen, editor, task = await begun("total")
    await stopped(task)
    await pen.write(" = 1")
    await pen.finish()
    assert await desk.answer(editor.type("tot")) == "al = 1"
    assert len(pen.asked) == 1


@pytest.mark.parametrize("end", ["forget", "clear", "close"])
async def test_nothing_outlives_its_document_or_the_session(end: str) -> None:
    desk, pen, _, task = await begun("total")
    if end == "forget":
        desk.suggestions.forget(URI)
    elif end == "clear":
        desk.suggestions.clear()
    else:
        await desk.tasks.close()
    assert await task == []
    assert pen.open == 0


async def test_errors_reach_who_waits() -> None:
    class Broken(Pen):
        async def complete(self, request):  # type: ignore[no-untyped-def]
            async for chunk in super().complete(request):
                yield chunk
                raise ProviderBroken("It broke.")

    pen = Broken()
    desk = Desk(pen)
    task = desk.ask(Editor(CODE).request())
    await settle()
    await pen.write("a")
    with pytest.raises(ProviderBroken):
        await task
    assert pen.open == 0


async def test_what_was_cut_off_is_known_up_to_there() -> None:
    desk, pen, editor, task = await begun("a = 1\n    b = 2")
    await pen.finish(Reason.LENGTH)
    assert (await task)[-1].text == "a = 1"
    assert await desk.answer(editor.type("a")) == " = 1"


async def test_two_who_wait_at_one_place_share_the_model() -> None:
    desk, pen, editor, task = await begun("total")
    second = desk.ask(editor.request())
    await settle()
    await stopped(task)
    await pen.finish()
    assert (await second)[-1].text == "total"
    assert len(pen.asked) == 1


async def test_the_quiet_time_is_before_the_model_not_before_what_is_known() -> None:
    pen = Pen()
    desk = Desk(pen)
    task = desk.ask(Request("x = ", 4), debounce_ms=5000)
    await settle()
    assert pen.asked == []
    await stopped(task)
