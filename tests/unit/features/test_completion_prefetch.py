"""What follows the acceptance of a suggestion is known before it is accepted, and never in the way."""

from __future__ import annotations

import pytest

from hearth.core.errors import ProviderBroken
from hearth.features.completion import suggestions
from hearth.providers.base import Reason
from hearth.providers.scripted import Answer, Failure, Rule, Script, Scripted
from unit.features.typist import URI, Desk, Editor, Pen, settle, stopped

CODE = "def add(a, b):\n    "


async def shown(pen: Pen, text: str = "a = 1", reason: Reason = Reason.STOP) -> tuple[Desk, Editor]:
    """A suggestion that is shown."""
    desk, editor = Desk(pen), Editor(CODE)
    task = desk.ask(editor.request(), prefetch=True)
    await settle()
    await pen.write(text)
    await pen.finish(reason)
    await task
    await settle()
    return desk, editor


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_LOOK_S", 0)


async def test_one_tab_after_the_other_asks_the_model_nothing() -> None:
    rules = (Rule("return ", "a"), Rule("return a", " + b"), Rule("a + b", " + c"), Rule("+ c", ""))
    model = Scripted(Script(completion=Answer(rules=rules)))
    desk, editor = Desk(model), Editor("return ", "\n")
    before = []
    for text in ("a", " + b", " + c", ""):
        before.append(model.counts["complete"])
        assert await desk.answer(editor.request(), prefetch=True) == text
        await settle()
        editor.type(text)
    assert before == [0, 2, 3, 4], "each of them but the first was asked for one Tab earlier"
    assert model.counts["complete"] == 4, "once for each place; behind nothing, nothing is looked for"


async def test_it_is_asked_as_it_will_be_when_the_suggestion_is_accepted() -> None:
    pen = Pen()
    desk, _ = await shown(pen)
    assert [asked.prefix for asked in pen.asked] == [CODE, CODE + "a = 1"]
    await desk.tasks.close()


async def test_accepted_while_it_is_under_way() -> None:
    pen = Pen()
    desk, editor = await shown(pen)
    await pen.write("; b")
    request = editor.type("a = 1")
    desk.suggestions.changed(URI, request.text)
    task = desk.ask(request)
    await settle()
    await pen.write(" = 2")
    await pen.finish()
    assert (await task)[-1].text == "; b = 2"
    prefixes = [asked.prefix.removeprefix(CODE) for asked in pen.asked]
    assert prefixes == ["", "a = 1", "a = 1; b = 2"], "the last is what follows this one"
    await desk.tasks.close()


async def test_typing_through_the_suggestion_leaves_it_alone() -> None:
    pen = Pen()
    desk, editor = await shown(pen)
    for key in "a = ":
        request = editor.type(key)
        desk.suggestions.changed(URI, request.text)
        await desk.answer(request, prefetch=True)
        assert (pen.open, len(pen.asked)) == (1, 2)
    await desk.tasks.close()


@pytest.mark.parametrize("uri", [URI, "file:///w/b.py"])
async def test_any_real_request_ends_it(uri: str) -> None:
    pen = Pen()
    desk, editor = await shown(pen)
    await pen.write("; b")
    task = desk.ask(editor.type("x"), uri)
    await settle()
    assert (pen.open, len(pen.asked)) == (1, 3)
    await stopped(task)
    await settle()
    assert pen.open == 0


async def test_an_edit_that_does_not_fit_ends_it() -> None:
    pen = Pen()
    desk, editor = await shown(pen)
    assert pen.open == 1
    desk.suggestions.changed(URI, editor.type("x").text)
    await settle()
    assert pen.open == 0


async def test_only_behind_what_ended_by_itself_on_an_idle_engine_and_if_it_is_wanted() -> None:
    pen = Pen()
    await shown(pen, "a = 1", Reason.LENGTH)
    assert len(pen.asked) == 1
    for changes in ({"prefetch": False}, {"idle": False}, {"left": True}):
        pen = Pen()
        desk = Desk(pen)
        desk.idle = changes.get("idle", True)
        task = desk.ask(Editor(CODE).request(), prefetch=changes.get("prefetch", True))
        await settle()
        await pen.write("a = 1")
        if "left" in changes:
            await stopped(task)
        await pen.finish()
        await settle()
        assert len(pen.asked) == 1, changes


async def test_its_errors_are_nobodys() -> None:
    fail = Failure(code=ProviderBroken.code, during=("complete",), after_chunks=2)
    model = Scripted(Script(completion=Answer(rules=(Rule("x = ", "a"), Rule("a", "+ b + c + d"))), fail=fail))
    desk, editor = Desk(model), Editor("x = ")
    assert await desk.answer(editor.request(), prefetch=True) == "a"
    await settle()
    assert model.counts["failed"] == 1
    with pytest.raises(ProviderBroken):
        await desk.answer(editor.type("a"))


async def test_who_types_on_at_once_is_not_looked_ahead_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_LOOK_S", 60)
    pen = Pen()
    desk, _ = await shown(pen)
    assert [asked.prefix for asked in pen.asked] == [CODE]
    await desk.tasks.close()
