"""Next edits from a model: what answers become, good ones and bad ones, and what the model is shown."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.features.next_edit import predict, run
from hearth.features.next_edit.predict import Answer, Predicted
from hearth.features.next_edit.window import changes, shown, window
from hearth.prompts import next_edit
from hearth.prompts.next_edit import NextEditFormat
from hearth.prompts.specials import Specials
from hearth.providers.base import Chunk, Delta, Done, Reason, SpelledRequest
from hearth.providers.scripted import Answer as ScriptedAnswer
from hearth.providers.scripted import Script, Scripted
from hearth.syntax.complete import no_worse
from unit.features.next_edits import applied, tree_of

FILE = Path(__file__).resolve().parents[2] / "golden" / "next_edit_model.toml"
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
SECRET = "sk-proj-aB3dE5gH7jK9mN1pQ3sT5vX7"


def form(name: str = "sweep") -> NextEditFormat:
    found = next_edit.named(name)
    assert found is not None
    return found


def guessed(before: str, now: str, answer: str, family: str = "sweep", *, whole: bool = True) -> Predicted | None:
    found = window(now, before, form(family))
    assert found is not None
    lines = predict.lines(form(family), Answer(answer, whole), found)
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
    found = guessed(case["before"], now, answer, family, whole=data.draw(st.booleans()))
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


ROWS = [f"a{number} = {number}" for number in range(12)]


def text_of(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def test_an_answer_that_is_not_done_counts_once_it_is_back_at_what_stands_there() -> None:
    before = text_of(ROWS)
    now = before.replace("a2 = 2", "a2 = 3")
    answer = "\n" + now.replace("a4 = 4", "a4 = 5")
    back = answer.index("a8")
    found = guessed(before, now, answer[:back], whole=False)
    assert found is not None
    assert [each.title for each in found.guesses] == ["a4 = 5"]
    assert guessed(before, now, answer[: answer.index("a7")], whole=False) is None, "two lines are not enough"
    assert guessed(before, now, answer[:back]) is None, "ended there by the model it left out the rest"


def test_lines_that_are_there_twice_say_nothing_of_where_an_answer_is() -> None:
    rows = [*ROWS[:3], "x", "y", "z", "b = 1", "x", "y", "z", *ROWS[3:6]]
    before = text_of(rows)
    now = before.replace("a0 = 0", "a0 = 1")
    answer = "\n" + text_of([*rows[:3], "x", "y", "z"]).replace("a0 = 0", "a0 = 1").replace("a2 = 2", "a2 = 9")
    assert guessed(before, now, answer, whole=False) is None


class Slow:
    """Writes what it has and then nothing more."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces
        self.closed = False

    async def spelled(self, request: SpelledRequest) -> AsyncIterator[Chunk]:
        try:
            for piece in self._pieces:
                yield Delta(piece)
            await asyncio.Event().wait()
            yield Done(Reason.STOP)
        finally:
            self.closed = True


ASKED = SpelledRequest((), Specials(()))


async def test_a_slow_model_is_left_at_the_deadline_with_what_it_wrote() -> None:
    slow = Slow("\na = 1\n", "b")
    assert await predict.ask(slow, ASKED, form(), 0.05) == Answer("\na = 1\nb", whole=False)
    assert slow.closed


async def test_a_model_that_talks_on_is_ended_behind_the_lines() -> None:
    slow = Slow("a = 1\n>>>>>>> UPD", "ATED\nI have")
    assert await predict.ask(slow, ASKED, form("zeta2"), 60) == Answer("a = 1\n>>>>>>> UPDATED\nI have")
    assert slow.closed


async def test_an_answer_that_is_longer_than_it_may_be_is_none() -> None:
    scripted = Scripted(Script(spelled=ScriptedAnswer("a = 1\n" * 20)))
    assert await predict.ask(scripted, attrs.evolve(ASKED, max_tokens=4), form(), 60) is None


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
    assert made.diff == "@@ -1,2 +1,2 @@\n t = '[redacted: API key]'\n-x = 1\n+x = 2"


def test_changes_are_the_newest_and_none_is_large() -> None:
    edits = [("a.py", "x = 1\n", f"x = {number}\n") for number in range(2, 9)]
    assert [each.new for each in changes(edits, form())] == ["x = 6", "x = 7", "x = 8"]
    (inserted,) = changes([("a.py", LONG, LONG.replace("a50 = 50\n", "a50 = 50\nnew = 1\n"))], form("zeta"))
    assert inserted.diff == (
        "@@ -49,6 +49,7 @@\n a48 = 48\n a49 = 49\n a50 = 50\n+new = 1\n a51 = 51\n a52 = 52\n a53 = 53"
    )
    (first,) = changes([("a.py", "", "x = 1\n")], form("zeta"))
    assert first.diff == "@@ -0,0 +1 @@\n+x = 1"
    assert changes([("a.py", "", LONG), ("a.py", "x", "x")], form()) == []
