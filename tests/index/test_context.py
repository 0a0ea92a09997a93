"""Completions and chats with a real index of a small workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hearth.context.assemble import Assembler
from hearth.context.counting import Tokens
from hearth.context.frame import Assembled, Fate, OpenFile, Place, Room, Surroundings
from hearth.context.snippet import Origin
from hearth.context.sources.related import Related
from hearth.context.trees import Trees
from hearth.core.settings import ChatSettings, CompletionSettings
from hearth.features.chat.conversation import Ask
from hearth.features.chat.run import Shown, answer
from hearth.features.completion.prompt import Model, Prompts
from hearth.features.completion.request import Request
from hearth.index.handle import Handle, Wanted
from hearth.providers.scripted import Answer, Script, Scripted
from hearth.workspace.read import Files
from hearth.workspace.roots import Root, Roots
from index.shop import FILES, MAIN, indexed


async def assemble(
    index: Handle,
    path: str,
    text: str,
    assembler: Assembler | None = None,
    *,
    tokens: int = 600,
    patient: bool = True,
    texts: Mapping[Path, str] | None = None,
    open_files: tuple[OpenFile, ...] = (),
) -> Assembled:
    language = {"py": "python", "ts": "typescript"}[path.rpartition(".")[2]]
    place = Place(path, text, len(text), path, language)
    room = Room(4000, 1000, tokens, patient=patient)
    around = Surroundings(index, open_files, name=path, texts=texts or {})
    tree = await Trees().get(path, text, language)
    return await (assembler or Assembler()).assemble(place, tree, room, around, Tokens())


async def test_definitions_come_through_imports(index: Handle) -> None:
    made = await assemble(index, "main.py", MAIN)
    shown = {each.path: each.text for each in made.others}
    assert set(shown) == {"shop/cart.py", "shop/tax.py"}
    assert "def add(self, item: str, count: int = 1) -> None" in shown["shop/cart.py"]
    assert "item.strip()" not in shown["shop/cart.py"]
    assert shown["shop/tax.py"].startswith("def rate(country: str) -> float:")
    assert made.prefix == MAIN
    assert not made.late


async def test_each_language_finds_its_own(index: Handle) -> None:
    made = await assemble(index, "web/page.ts", FILES["web/page.ts"].removesuffix("\n}\n"))
    assert [each.path for each in made.others] == ["web/cart.ts"]


async def test_without_a_name_from_elsewhere_nothing_is_shown(index: Handle) -> None:
    made = await assemble(index, "new.py", "def f(a):\n    b = a\n    ")
    assert made.others == ()
    assert made.ranked == ()


async def test_without_a_name_from_elsewhere_the_index_is_not_searched(
    index: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = watched(monkeypatch, "search", "definitions", "symbols")
    await assemble(index, "new.py", "def f(a):\n    b = a\n    ")
    assert asked == []
    await assemble(index, "main.py", MAIN)
    assert asked != []


async def test_without_a_name_from_elsewhere_the_index_is_asked_once_for_a_place(
    index: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = watched(monkeypatch, "search", "definitions", "symbols", "files_called", "chunks", "headers")
    assembler, text = Assembler(), "def test_rate():\n    a = 1\n    b = a\n    "
    made = await assemble(index, "tests/test_tax.py", text, assembler)
    assert set(asked) == {"files_called", "headers"}
    asked.clear()
    for typed in ("a", "a ", "a +", "a + b\n"):
        again = await assemble(index, "tests/test_tax.py", text + typed, assembler, patient=False)
        assert again.others == made.others != ()
    assert asked == []
    far = await assemble(index, "tests/test_tax.py", text + "\n    c = 1" * 200, assembler, patient=False)
    assert far.others == made.others
    assert asked == [], "what does not depend on the place is known"


def watched(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """The names of what is asked of an index from now on."""
    asked: list[str] = []
    for name in names:
        ask = getattr(Handle, name)

        async def noted(self: Handle, *given: object, name: str = name, ask: Any = ask, **more: object) -> object:
            asked.append(name)
            return await ask(self, *given, **more)

        monkeypatch.setattr(Handle, name, noted)
    return asked


async def test_a_source_that_is_late_is_told_and_there_for_the_next(
    index: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, go_on = Related.find, asyncio.Event()

    async def slow(*given: Any) -> Any:
        await go_on.wait()
        return await find(*given)

    monkeypatch.setattr(Related, "find", slow)
    monkeypatch.setattr("hearth.context.assemble._PATIENT_S", 0.01)
    assembler = Assembler()
    first = await assemble(index, "tests/test_tax.py", "def test_rate():\n    ", assembler)
    assert (first.late, first.others) == (("related",), ())
    go_on.set()
    async with asyncio.timeout(60):
        while not assembler._memory["tests/test_tax.py"].found:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    monkeypatch.undo()
    second = await assemble(index, "tests/test_tax.py", "def test_rate():\n    ", assembler)
    assert (second.late, [each.path for each in second.others]) == ((), ["shop/tax.py"])


async def test_the_first_prompt_of_an_opened_file_asks_only_for_what_it_does_not_import(
    index: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    definitions = Handle.definitions

    async def noted(self: Handle, wanted: Wanted, **more: Any) -> Any:
        asked.extend(wanted.names)
        return await definitions(self, wanted, **more)

    monkeypatch.setattr(Handle, "definitions", noted)
    others = watched(monkeypatch, "chunks", "headers", "files_called")
    text = MAIN.replace("    x = tax.rate(country)", "    x = bill(Cart)")
    assembler, tree = Assembler(), await Trees().get("main.py", text, "python")
    assert tree is not None
    await assembler.prepare("main.py", tree, Surroundings(index, name="main.py"))
    assert asked == ["Cart", "tax"]
    assert {"headers", "files_called"} == set(others)
    asked.clear()
    others.clear()
    made = await assemble(index, "main.py", text, assembler)
    assert "def add(self" in "".join(each.text for each in made.others)
    assert (asked, others) == (["bill"], [])


async def test_what_was_asked_of_a_closed_document_is_given_up(index: Handle, monkeypatch: pytest.MonkeyPatch) -> None:
    assembler, asked = Assembler(), asyncio.Event()

    async def never(*_given: Any, **_more: Any) -> Any:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Handle, "definitions", never)
    async with asyncio.timeout(60):
        making = asyncio.create_task(assemble(index, "main.py", MAIN, assembler))
        await asked.wait()
        assembler.forget("main.py")
        assert (await making).others == ()


async def test_a_small_budget_shows_signatures(index: Handle) -> None:
    made = await assemble(index, "main.py", MAIN, tokens=70)
    assert sum(each.tokens for each in made.ranked if each.fate is Fate.SHOWN) <= 70
    assert any(each.shortened for each in made.others)


async def test_what_is_shown_stays_until_a_new_name_is_used(index: Handle) -> None:
    assembler = Assembler()
    text = MAIN.replace("    x = tax.rate(country)\n", "")
    first = await assemble(index, "main.py", text, assembler)
    assert [each.path for each in first.others] == ["shop/cart.py"]
    typed = await assemble(index, "main.py", text + "y = 1\n    ", assembler, patient=False)
    assert typed.others == first.others
    more = await assemble(index, "main.py", text + "y = tax.rate('de')\n    ", assembler)
    assert {each.path for each in more.others} == {"shop/cart.py", "shop/tax.py"}


async def test_a_test_is_shown_what_it_tests_and_the_other_way_round(index: Handle) -> None:
    made = await assemble(index, "tests/test_tax.py", "def test_rate():\n    ")
    (shown,) = made.others
    assert (shown.path, shown.origin) == ("shop/tax.py", Origin.RELATED)
    assert "def rate(country: str) -> float" in shown.text
    tested = await assemble(index, "shop/bill.py", "def bill(cart):\n    ")
    assert [(each.path, each.why) for each in tested.others] == [("tests/test_bill.py", "tests bill")]


async def test_an_open_buffer_goes_before_its_file(index: Handle) -> None:
    tax = index.place.file("shop/tax.py")
    assert tax is not None
    text = "def rate(land: str, year: int) -> float:\n    return 0.0\n"
    made = await assemble(index, "main.py", MAIN, texts={tax: text})
    assert {each.path: each.text for each in made.others}["shop/tax.py"].startswith("def rate(land: str, year: int)")


async def test_a_closed_index_costs_nothing(index: Handle) -> None:
    await index.aclose()
    made = await assemble(index, "main.py", MAIN)
    assert made.prefix == MAIN
    assert made.others == ()


@pytest.fixture
def shop_roots(shop: Path) -> Roots:
    return Roots((Root(shop.resolve(), "w"),))


async def sources(index: Handle, question: str, roots: Roots) -> tuple[list[str], tuple[str, ...]]:
    ask = Ask(question, files=Files(roots), index=index)
    async for part in answer(ask, Scripted(Script(chat=Answer("ok"))), ChatSettings()):
        if isinstance(part, Shown):
            return [each.title for each in part.sources], part.notes
    return [], ()


BILLED = (
    "def billed(country: str, items: list[str]) -> float:\n    subtotal = sum(map(price_of, items))\n"
    "    discount = discount_for(country, subtotal)\n    shipping = shipping_to(country, items)\n"
)
"""Like what is in shop/invoice.py, which imports nothing of it and is not open."""


async def test_code_like_that_around_the_cursor_comes_from_files_that_nobody_has_open(
    index: Handle, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = BILLED.replace("billed", "invoice") + "    return round(subtotal - discount + shipping, 2)\n"
    (shop / "shop/invoice.py").write_text(invoice)
    (shop / "web/invoice.ts").write_text("// " + invoice.replace("\n", "\n// "))
    await indexed(index.place)
    asked = watched(monkeypatch, "search")
    assembler, text = Assembler(), f"from shop import tax\n\n\n{BILLED}    "
    made = await assemble(index, "main.py", text, assembler)
    (found,) = [each.snippet for each in made.ranked if each.snippet.origin is Origin.SIMILAR]
    assert (found.path, found.text, found.start, found.end) == ("shop/invoice.py", invoice.strip("\n"), 1, 5)
    assert found in made.others
    for typed in ("r", "re", "return ", "return sub"):
        await assemble(index, "main.py", text + typed, assembler, patient=False)
    assert asked == ["search"], "once while somebody types at a place"
    emptied = OpenFile("shop/invoice.py", "python", "")
    made = await assemble(index, "main.py", text, open_files=(emptied,))
    assert "shop/invoice.py" not in [each.path for each in made.others], "an editor's text goes before the index's"


async def test_a_question_is_shown_what_the_workspace_has_on_it(index: Handle, shop_roots: Roots) -> None:
    titles, notes = await sources(index, "How is the tax rate of a country found?", shop_roots)
    assert titles[0] == "shop/tax.py"
    assert notes == ()
    assert (await sources(index, "Hello, how are you?", shop_roots))[0] == []
    named, notes = await sources(index, "@codebase where is the limit of a customer's cart? See @main.py", shop_roots)
    assert named[0] == "main.py"
    assert "shop/cart.py" in named
    assert notes == ()
    assert (await sources(index, "@codebase zzz qqq", shop_roots))[1] == (
        "The index has nothing on this question yet.",
    )


async def test_a_letter_costs_nothing_and_the_end_of_a_word_looks_again(index: Handle) -> None:
    prompts, settings = Prompts(), CompletionSettings()
    around = Surroundings(index, name="main.py")
    shown = []
    head = MAIN.replace("    x = tax.rate(country)\n", "")
    for typed in ("", "t", "ta", "tax", "tax.", "tax.rate", "tax.rate("):
        text = head + typed
        request = Request(text, len(text), "main.py", "python", automatic=typed != "")
        made = await prompts.assemble("main.py", request, settings, Model(), around)
        assert made.prefix == text
        shown.append((bool(made.milliseconds), sorted({each.path for each in made.others})))
    assert [looked for looked, _ in shown] == [True, False, False, False, True, False, True]
    assert shown[0][1] == ["shop/cart.py"]
    assert "shop/tax.py" in shown[-1][1]


async def test_what_the_other_tabs_define_fills_the_room_that_is_left(index: Handle) -> None:
    place = Place("k", "value = 1\n", 10, "notes.py", "python")
    around = Surroundings(
        index=index, name="notes.py", tabs=("notes.py", "shop/tax.py", "shop/cart.py", "shop/bill.py")
    )
    tree = await Trees().get("k", place.text, "python")
    made = await Assembler().assemble(place, tree, Room(4_000, 1_000, 600, patient=True), around, Tokens())
    found = {each.snippet.path: each.snippet.text for each in made.ranked if each.snippet.origin is Origin.TAB}
    assert found.keys() == {"shop/tax.py", "shop/cart.py"}, "those seen last"
    assert found["shop/tax.py"] == "def rate(country: str) -> float"
    assert "    def add(self, item: str, count: int = 1) -> None" in found["shop/cart.py"]
