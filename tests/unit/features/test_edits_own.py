"""The user's own actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.features.edits.offers import offers
from hearth.features.edits.own import FILE, OwnActions
from hearth.features.edits.spot import Place, Spot
from hearth.syntax import languages
from hearth.syntax.parse import parse

CODE = "class A:\n    def f(self):\n        x = 1\n        return x\n"
GOOD = """
[[action]]
title = "Add logging"
prompt = "Log it."
languages = ["python"]

[[action]]
title = "Seal"
prompt = "Make the class final."
kinds = ["class"]

[[action]]
title = "Improve"
prompt = "Improve the wording."
kinds = ["selection"]
languages = ["plaintext"]
"""


def spot(text: str, start: int, end: int, language: str = "python") -> Spot:
    known = languages.by_name(language)
    place = Place(text, "a", language, start, end)
    return Spot(place, parse(text, known) if known else None)


def titles(folder: Path, where: Spot) -> list[str]:
    own = OwnActions(folder).get()
    return [each.title for each in offers(where, own=own.actions) if each.kind == "refactor.rewrite.own"]


def test_they_are_offered_where_they_say(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    inside = CODE.index("x = 1")
    assert titles(tmp_path, spot(CODE, inside, inside)) == ["Add logging", "Seal"]
    assert titles(tmp_path, spot(CODE, 0, 0)) == ["Seal"]
    assert titles(tmp_path, spot(CODE, inside, inside + 5)) == ["Add logging"]
    assert titles(tmp_path, spot("a text\n", 0, 6, "plaintext")) == ["Improve"]
    assert titles(tmp_path, spot("a text\n", 0, 0, "plaintext")) == []


def test_the_prompt_is_the_instruction(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    own = OwnActions(tmp_path).get().actions
    offer = next(each for each in offers(spot(CODE, 0, 0), own=own) if each.title == "Seal")
    assert offer.instruction == "Make the class final."
    assert offer.target is not None
    assert (offer.target.start, offer.target.end) == (0, len(CODE) - 1)


def test_a_change_of_the_file_is_seen(tmp_path: Path) -> None:
    actions = OwnActions(tmp_path)
    assert actions.get().actions == ()
    (tmp_path / FILE).write_text(GOOD)
    assert len(actions.get().actions) == 3
    (tmp_path / FILE).unlink()
    assert actions.get().actions == ()


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("[[action]]\ntitle = 1\nprompt = 'p'", "`title` must be a text"),
        ("[[action]]\ntitle = 't'", "`prompt` must be a text"),
        ("[[action]]\ntitle = 't'\nprompt = 'p'\nkind = 'x'", "no field `kind`"),
        ("[[action]]\ntitle = 't'\nprompt = 'p'\nkinds = ['module']", "not `module`"),
        ("[[action]]\ntitle = 't'\nprompt = 'p'\nlanguages = 'python'", "list of texts"),
        ("action = 'x'", "no table"),
        ("[actions]\ntitle = 't'", "unknown table"),
        ("[[action", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_and_costs_no_other_action(tmp_path: Path, text: str, warning: str) -> None:
    (tmp_path / FILE).write_text(text)
    own = OwnActions(tmp_path).get()
    assert own.actions == ()
    (told,) = own.warnings
    assert warning in told
    assert FILE in told
