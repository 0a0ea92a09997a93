"""What an editor tells: problems, the clipboard, places, changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from hearth.context.counting import Tokens
from hearth.context.frame import Fate, Place, Problem, Room
from hearth.context.rank import rank
from hearth.context.recent import Recent, snippet
from hearth.context.snippet import Origin
from hearth.context.sources import changes, clipboard, problems, signature
from hearth.context.viewed import different
from hearth.core.text import LineIndex
from hearth.syntax import languages
from hearth.syntax.parse import parse
from hearth.workspace.changed import Hunk

TEXT = "def receipt(cart, country):\n    items = cart.items\n    price = cart.total_price(country)\n    "


def test_problems_near_the_cursor_without_line_numbers() -> None:
    many = [Problem(2, "no\n  total_price"), Problem(0, "unused"), Problem(400, "far"), Problem(3, "x" * 1000)]
    (found,) = problems.find(TEXT, 3, "a.py", many)
    lines = found.text.split("\n")
    assert lines[1:] == ["no total_price: price = cart.total_price(country)", "unused: def receipt(cart, country):"]
    assert len(lines[0]) < 300
    assert (found.origin, found.path) == (Origin.PROBLEM, "a.py.problems")
    assert problems.find(TEXT, 300, "a.py", many[:2]) == []
    assert problems.find("short", 3, "a.py", [Problem(5, "the line is gone")]) == []


def test_the_clipboard_counts_where_its_words_are() -> None:
    (found,) = clipboard.find(TEXT, len(TEXT), "total = cart.total_price(country)\n" + "more\n" * 100)
    assert found.text.count("\n") < 40
    assert clipboard.find(TEXT, len(TEXT), "Dear Sir or Madam") == []
    assert clipboard.find(TEXT, len(TEXT), "items = cart.items") == [], "it is there already"
    assert clipboard.find(TEXT, len(TEXT), "") == []


class Known:
    def __init__(self, *hunks: Hunk) -> None:
        self._hunks = hunks

    async def hunks(self) -> Sequence[Hunk]:
        return self._hunks


async def test_changes_that_bear_on_the_place() -> None:
    bears = Hunk("cart.py", 4, 6, (" def total_price(self, country):", "-    return 1", "+    return self.price"))
    known = Known(bears, Hunk("other.py", 1, 1, ("+unrelated words only",)), Hunk("a.py", 1, 1, bears.lines))
    (found,) = await changes.find(TEXT, len(TEXT), "a.py", known)
    assert (found.path, found.start, found.end, found.origin) == ("cart.py.diff", 4, 6, Origin.CHANGED)
    assert found.text == "\n".join(bears.lines)
    assert await changes.find("x", 1, "a.py", known) == []


async def test_the_words_of_a_change_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    words = changes.words
    monkeypatch.setattr(changes, "words", lambda text: looked_up.append(text) or words(text))
    known = Known(*(Hunk(f"{number}.py", 1, 1, (f"+total_price of cart {number}",)) for number in range(1_000)))
    for typed in range(5):
        await changes.find(TEXT + "x" * typed, len(TEXT) + typed, "a.py", known)
    assert len(looked_up) == len(set(looked_up)) <= 400


def lines_of(lines: Iterable[str]) -> LineIndex:
    return LineIndex("\n".join(lines))


def test_places_are_a_ring_and_near_ones_are_one() -> None:
    recent = Recent()
    for line in (10, 12, 100):
        recent.at("a", line)
    recent.at("b", 1)
    assert recent.places("b") == [("a", 100), ("a", 12)]
    seen = snippet("a.py", lines_of(f"line {n}" for n in range(200)), 100, 1, Origin.VIEWED)
    assert (seen.start, seen.end, seen.origin) == (93, 109, Origin.VIEWED)
    recent.forget("a")
    assert recent.places("c") == [("b", 1)]


def test_the_lines_of_a_place_are_those_of_the_editor() -> None:
    """Python's own ``splitlines`` also ends a line at a form feed, which no editor does."""
    lines = LineIndex("\f\n\u2028\n" * 50 + "def here():\r\n    pass\n")
    seen = snippet("a.py", lines, 100, 0, Origin.EDITED)
    assert seen.text.split("\n")[-2:] == ["def here():", "    pass"]
    assert (seen.start, seen.end) == (93, 103)


def test_one_copied_word_may_be_a_password() -> None:
    assert clipboard.find("total = cart\n", 13, "cart.total.hunter2") == []


def test_what_was_seen_twice_is_said_once() -> None:
    lines = lines_of(f"line {number} of it" for number in range(40))
    places = [snippet(path, lines, at, 0, Origin.VIEWED) for path, at in (("a.py", 10), ("copy.py", 11), ("a.py", 35))]
    assert [(each.path, each.start) for each in different(places)] == [("a.py", 3), ("a.py", 28)]


MANY = "".join(f"def other_{number}(x):\n    return {number}\n\n\n" for number in range(400))
FAR = "def send(\n    order: Order,\n    retries: int = 3,\n) -> Receipt:\n    return post(order)\n\n\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (FAR + MANY + "result = send(", "def send(\n    order: Order,\n    retries: int = 3,\n) -> Receipt"),
        ("result = send(|)\n" + MANY + FAR, "def send(\n    order: Order,\n    retries: int = 3,\n) -> Receipt"),
        (MANY + FAR + "result = send(", ""),
        (FAR + MANY + "result = [send", ""),
        (FAR + MANY + "result = len(send[", ""),
        (MANY + "result = send(", ""),
    ],
    ids=["before", "behind", "in sight", "no call", "an index", "not here"],
)
def test_the_signature_of_what_is_called_and_out_of_sight(text: str, shown: str) -> None:
    offset = text.index("|") if "|" in text else len(text)
    text = text.replace("|", "")
    language = languages.by_name("python")
    assert language is not None
    tree = parse(text, language)
    assert tree is not None
    found = signature.find(tree, Place("k", text, offset, "a.py", "python"), Room(2_000, 500, 500))
    assert [each.text for each in found] == ([shown] if shown else [])
    ranked = rank(found, "a.py", 500, Tokens())
    assert all(each.fate is Fate.SHOWN for each in ranked), "it is in the same file, but nothing else shows it"
