"""What an editor tells: problems, the clipboard, places, changes."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.context.frame import Problem
from hearth.context.recent import Recent, snippet
from hearth.context.snippet import Origin
from hearth.context.sources import changes, clipboard, problems
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


def test_places_are_a_ring_and_near_ones_are_one() -> None:
    recent = Recent()
    for line in (10, 12, 100):
        recent.at("a", line)
    recent.at("b", 1)
    assert recent.places("b") == [("a", 100), ("a", 12)]
    seen = snippet("a.py", [f"line {n}" for n in range(200)], 100, 1, Origin.VIEWED)
    assert (seen.start, seen.end, seen.origin) == (93, 109, Origin.VIEWED)
    recent.forget("a")
    assert recent.places("c") == [("b", 1)]
