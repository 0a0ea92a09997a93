"""Next edits from a model: what answers become, good ones and bad ones, and what the model is shown."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.features.next_edit import predict, run
from hearth.features.next_edit.predict import Predicted
from hearth.features.next_edit.recent import Place
from hearth.features.next_edit.window import changes, shown, window
from hearth.prompts import next_edit
from hearth.prompts.next_edit import NextEditFormat
from hearth.syntax import languages
from hearth.syntax.complete import no_worse
from hearth.syntax.parse import Tree, parse

FILE = Path(__file__).resolve().parents[2] / "golden" / "next_edit_model.toml"
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
SECRET = "sk-proj-aB3dE5gH7jK9mN1pQ3sT5vX7"


def form(name: str = "sweep") -> NextEditFormat:
    found = next_edit.named(name)
    assert found is not None
    return found


def tree_of(text: str, language: str = "python") -> Tree:
    known = languages.by_name(language)
    assert known is not None
    tree = parse(text, known, deadline=60)
    assert tree is not None
    return tree


def applied(text: str, place: Place) -> str:
    return text[: place.start] + place.text + text[place.end :]


def guessed(before: str, now: str, answer: str, family: str = "sweep") -> Predicted | None:
    found = window(now, before, form(family))
    assert found is not None
    lines = predict.lines(form(family), answer, found)
    return predict.predicted(found, now, lines) if lines is not None else None


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_what_an_answer_becomes(case: dict[str, Any]) -> None:
    now, language = case["now"], case.get("language", "python")
    found = guessed(case["before"], now, case["answer"], case.get("family", "sweep"))
    made = run.here(found, tree_of(now, language), 0, defines=False) if found is not None else None
    assert (applied(now, made.place) if made is not None else None) == case.get("text")
    if made is None or found is None:
        return
    assert made.title == case.get("title", made.title)
    if "replaced" in case:
        assert [now[made.place.start : made.place.end], made.place.text] == case["replaced"]
    rest = run.accepted(found, made.place)
    if "then" in case:
        text = case["text"]
        assert rest is not None
        second = run.here(rest, tree_of(text, language), 0, defines=False)
        assert second is not None
        assert applied(text, second.place) == case["then"]


def damaged(answer: str) -> st.SearchStrategy[str]:
    """An answer with lines lost, doubled, cut off and strange ones among them."""
    rows = answer.split("\n")
    line = st.sampled_from([*rows, *(row[: len(row) // 2] for row in rows), "```", "Here you are:", "}", ")", "\u2028"])
    cut = st.integers(0, len(answer)).map(lambda end: answer[:end])
    lost = st.integers(0, len(rows) - 1).map(lambda at: "\n".join([*rows[:at], *rows[at + 1 :]]))
    place = st.tuples(st.integers(0, len(rows)), line)
    put = place.map(lambda each: "\n".join([*rows[: each[0]], each[1], *rows[each[0] :]]))
    return st.one_of(cut, lost, put, st.lists(line, max_size=12).map("\n".join))


@given(data=st.data())
def test_no_answer_does_harm(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    family, now, language = case.get("family", "sweep"), case["now"], case.get("language", "python")
    answer = data.draw(damaged(case["answer"]))
    found = guessed(case["before"], now, answer, family)
    here = window(now, case["before"], form(family))
    tree = tree_of(now, language)
    made = run.here(found, tree, 0, defines=False) if found is not None else None
    if made is None or here is None:
        return
    place = made.place
    assert here.start <= place.start <= place.end <= here.start + len(now)
    assert now[place.start : place.end] != place.text
    assert not place.start == place.end == here.cursor
    after = applied(now, place)
    assert after != case["before"]
    assert no_worse(tree, tree_of(after, language))
    assert SECRET not in case["now"] or SECRET in after


LONG = "".join(f"a{number} = {number}\n" for number in range(100))
LONG_NOW = LONG.replace("a50 = 50\n", "a50 = 51\nb = 1\n")


def test_the_window_is_ten_lines_on_each_side_of_the_last_edit() -> None:
    found = window(LONG_NOW, LONG, form())
    assert found is not None
    assert (found.lines[0], found.lines[-1], len(found.lines)) == ("a41 = 41", "a60 = 60", 21)
    assert found.original == tuple(f"a{number} = {number}" for number in range(41, 61))
    assert not found.is_top
    assert not found.is_end
    made = shown(found, LONG_NOW, "a.py", form())
    assert made is not None
    assert made.before.endswith("a50 = 51\nb = 1")
    assert made.above == made.below == ""


def test_zeta_is_shown_lines_around_them_too() -> None:
    found = window(LONG_NOW, LONG, form("zeta"))
    assert found is not None
    made = shown(found, LONG_NOW, "a.py", form("zeta"))
    assert made is not None
    assert (made.above.count("\n"), made.below.count("\n"), made.is_top) == (20, 20, False)
    first = window("x = 1\ny = 2\n", "x = 1\n", form("zeta"))
    top = shown(first, "x = 1\ny = 2\n", "a.py", form("zeta")) if first is not None else None
    assert top is not None
    assert (top.is_top, top.above, top.below) == (True, "", "")


def test_what_is_too_long_to_write_anew_is_not_asked_about() -> None:
    assert window("x = 1\n" + "y" * 7000, "x = 2\n" + "y" * 7000, form()) is None
    assert window("x = 1\n", "x = 1\n", form()) is None, "nothing was edited"


def test_secrets_are_not_shown_even_if_they_begin_outside() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq\n" * 30 + "-----END RSA PRIVATE KEY-----\n"
    text = f'KEY = """{key}"""\nx = 1\n'
    found = window(text.replace("x = 1", "x = 2"), text, form())
    assert found is not None
    assert "MIIEp" not in "\n".join(found.shown)
    assert len(found.shown) == len(found.lines)
    assert "MIIEp" not in "\n".join(found.original)
    (made,) = changes([("a.py", f"t = '{SECRET}'\nx = 1\n", f"t = '{SECRET}'\nx = 2\n")], form("zeta"))
    assert SECRET not in "".join(made.texts)
    assert made.diff == "@@ -1,3 +1,3 @@\n t = '[redacted: API key]'\n-x = 1\n+x = 2\n "


def test_changes_are_the_newest_and_none_is_large() -> None:
    edits = [("a.py", "x = 1\n", f"x = {number}\n") for number in range(2, 9)]
    assert [each.new for each in changes(edits, form())] == ["x = 6\n", "x = 7\n", "x = 8\n"]
    assert changes([("a.py", "", LONG), ("a.py", "x", "x")], form()) == []
