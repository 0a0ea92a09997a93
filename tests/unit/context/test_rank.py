"""Which snippets are shown."""

from __future__ import annotations

from hearth.context.counting import Tokens
from hearth.context.frame import Fate
from hearth.context.pinned import pin
from hearth.context.rank import rank
from hearth.context.snippet import Origin, Snippet


def snippet(path: str, text: str = "", start: int = 1, score: float = 1.0, **more: object) -> Snippet:
    body = text or f"def {path.partition('.')[0]}(): ...\n" * 2
    return Snippet(path, body, start, start + 9, more.pop("origin", Origin.DEFINITION), score, "", **more)  # type: ignore[arg-type]


def fates(found: list[Snippet], budget: int = 1000) -> dict[str, Fate]:
    return {f"{each.snippet.path}:{each.snippet.start}": each.fate for each in rank(found, "own.py", budget, Tokens())}


def test_the_best_first_until_there_is_no_room() -> None:
    found = [snippet(f"f{i}.py", f"x{i} = 1\n" * 10, score=i) for i in range(6)]
    ranked = rank(found, "own.py", 240, Tokens())
    shown = [each.snippet.path for each in ranked if each.fate is Fate.SHOWN]
    assert shown == ["f5.py", "f4.py", "f3.py"]
    assert sum(each.tokens for each in ranked if each.fate is Fate.SHOWN) <= 240
    assert {each.fate for each in ranked[3:]} == {Fate.NO_ROOM}


def test_no_line_is_shown_twice_and_none_of_the_file_itself() -> None:
    found = [snippet("a.py"), snippet("a.py", "other\n", start=5, score=0.5), snippet("own.py")]
    assert fates(found) == {"a.py:1": Fate.SHOWN, "a.py:5": Fate.OVERLAPS, "own.py:1": Fate.VISIBLE}


def numbered(first: int, last: int, score: float, **more: object) -> Snippet:
    text = "\n".join(f"line_{number} = {number}" for number in range(first, last + 1))
    return Snippet("a.py", text, first, last, Origin.DEFINITION, score, "", **more)  # type: ignore[arg-type]


def test_what_overlaps_is_merged_into_the_better_one() -> None:
    for pair in ((numbered(1, 4, 1.0), numbered(3, 6, 0.5)), (numbered(3, 6, 1.0), numbered(1, 4, 0.5))):
        shown, other = rank(pair, "own.py", 1000, Tokens())
        assert (shown.snippet.start, shown.snippet.end, shown.snippet.text) == (1, 6, numbered(1, 6, 1.0).text)
        assert (shown.fate, other.fate) == (Fate.SHOWN, Fate.OVERLAPS)
    inside, _ = rank((numbered(1, 6, 1.0), numbered(2, 3, 0.5)), "own.py", 1000, Tokens())
    assert inside.snippet.text == numbered(1, 6, 1.0).text


def test_what_does_not_fit_together_or_leaves_lines_out_is_not_merged() -> None:
    pair = numbered(1, 4, 1.0), numbered(3, 40, 0.5)
    shown, other = rank(pair, "own.py", 80, Tokens())
    assert (shown.snippet.text, shown.fate, other.fate) == (pair[0].text, Fate.SHOWN, Fate.OVERLAPS)
    shown, _ = rank((pair[0], numbered(3, 6, 0.5, shortened=True)), "own.py", 1000, Tokens())
    assert shown.snippet.text == pair[0].text


def test_copies_are_shown_once() -> None:
    text = "one = 1\ntwo = 2\nthree = 3\n"
    assert fates([snippet("a.py", text), snippet("b.py", text, score=0.5)])["b.py:1"] is Fate.ALIKE


def test_the_signature_stands_for_what_is_too_long() -> None:
    (only,) = rank([snippet("a.py", "def f():\n" + "    x = 1\n" * 200, brief="def f()")], "own.py", 60, Tokens())
    assert only.fate is Fate.SHOWN
    assert only.snippet.text == "def f()"
    assert only.snippet.shortened


def test_what_is_shown_stays_and_new_definitions_come_behind_it() -> None:
    a, b, c = snippet("a.py", score=3), snippet("b.py", score=2), snippet("c.py", score=9)
    held = pin([a, b], line=10)
    assert held.snippets == (b, a)
    assert not held.misses([b])
    assert held.misses([c, a])
    assert held.with_added([c, a], 12, fits=1).snippets == (b, a, c)
    assert held.with_added([c, a], 12, fits=0).snippets == (a, c)


def test_similar_code_is_no_reason_to_evaluate_all_of_it_again() -> None:
    held = pin([snippet("a.py")], line=10)
    assert not held.misses([snippet("z.py", origin=Origin.SIMILAR)])
    assert held.is_near(100)
    assert not held.is_near(400)
