"""What becomes of what a model answered: every case of ``tests/golden/edits``, with both kinds of line ends."""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from hearth.features.edits.changes import applied
from hearth.features.edits.edit import read
from hearth.features.edits.misfit import Misfit
from hearth.features.edits.offer import Offer
from hearth.features.edits.offers import offers
from hearth.features.edits.spot import Place, Spot, Trouble
from hearth.features.edits.target import Form
from hearth.syntax import languages
from hearth.syntax.complete import damage
from hearth.syntax.parse import parse

FOLDER = Path(__file__).parents[2] / "golden" / "edits"
IMPORT = re.compile(r"\s*(?:import|from|use|using|#include)\b")
LEAST_CASES = 200
LEAST_APPLIED = 0.95


@attrs.frozen
class Case:
    """One answer for one place."""

    id: str
    language: str
    path: str
    scene: dict[str, Any]
    answer: dict[str, Any]
    is_good: bool

    @property
    def wanted(self) -> str:
        return str(self.answer.get("wanted", self.scene.get("wanted", "")))


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for scene in file["scene"]:
            for kind in ("good", "bad"):
                for answer in scene.get(kind, ()):
                    name = f"{path.stem}: {scene['name']}: {answer['name']}"
                    yield Case(name, file["language"], file["path"], scene, answer, kind == "good")


CASES = list(cases())


def place(case: Case, newline: str) -> Spot:
    before, _, rest = case.scene["document"].partition("├")
    selected, _, after = rest.partition("┤")
    before, selected, after = (part.replace("\n", newline) for part in (before, selected, after))
    text = before + selected + after
    troubles = ()
    if "problem" in case.scene:
        troubles = (Trouble(case.scene["problem"], len(before), len(before) + len(selected)),)
    language = languages.by_name(case.language)
    start, end = len(before), len(before) + len(selected)
    there = Place(text, case.path, case.language, start, end, troubles)
    return Spot(there, parse(text, language, deadline=60) if language else None)


def offer(case: Case, spot: Spot) -> Offer:
    found = [each for each in offers(spot) if each.action == case.scene["action"] and each.target is not None]
    assert found, f"{case.scene['action']} is not offered"
    made = found[0]
    if case.scene.get("form"):
        assert made.target is not None
        made = attrs.evolve(made, target=attrs.evolve(made.target, form=Form(case.scene["form"])))
    return made


def outcome(case: Case, newline: str = "\n") -> tuple[str, str]:
    """(the document after the edit, or as it was; why there is none)."""
    spot = place(case, newline)
    target = offer(case, spot).target
    assert target is not None
    try:
        edit = read(case.answer["model"].removeprefix("\n"), spot, target, is_cut=case.answer.get("cut", False))
    except Misfit as misfit:
        return spot.text, str(misfit)
    text = applied(spot.text, edit.changes)
    check_safe(spot, edit.start, edit.end, text, [(each.start, each.end, each.text) for each in edit.changes])
    return text, ""


def check_safe(spot: Spot, start: int, end: int, text: str, changes: list[tuple[int, int, str]]) -> None:
    """What must hold of every edit that is made of an answer, right or wrong."""
    outside = [each for each in changes if not start <= each[0] <= each[1] <= end]
    assert all(first == last and IMPORT.search(new) for first, last, new in outside), "only imports go elsewhere"
    behind = len(spot.text) - end
    assert text[len(text) - behind :] == spot.text[end:]
    if not outside:
        assert text[:start] == spot.text[:start]
    if spot.tree is not None:
        after = parse(text, spot.tree.language, deadline=60)
        assert after is not None
        assert damage(after).nodes <= damage(spot.tree).nodes
        if spot.tree.language.name == "python":
            assert is_python(text) or not is_python(spot.text)
    for one, other in itertools.pairwise(changes):
        assert one[1] <= other[0]


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_golden(case: Case) -> None:
    before = case.scene["document"].replace("├", "").replace("┤", "")
    for newline in ("\n", "\r\n"):
        text, reason = outcome(case, newline)
        if case.is_good:
            assert not reason, f"refused: {reason}"
            assert text == case.wanted.replace("\n", newline)
        else:
            assert text == before.replace("\n", newline)
            assert case.answer["reason"] in reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_broken_answers_break_nothing(case: Case) -> None:
    """Each answer cut off at many places, without some line, and with a bracket too many; as if it were whole."""
    model = case.answer["model"].removeprefix("\n")
    lines = model.splitlines(keepends=True)
    broken = [model[:length] for length in range(0, len(model), max(1, len(model) // 12))]
    broken += ["".join(lines[:index] + lines[index + 1 :]) for index in range(len(lines))]
    broken += [model.replace(mark, mark * 2, 1) for mark in '(){}:"' if mark in model]
    for text in broken:
        outcome(attrs.evolve(case, answer={**case.answer, "model": text, "cut": False}))


def test_there_are_enough_of_them_and_the_good_ones_are_applied() -> None:
    good = [case for case in CASES if case.is_good]
    used = [case for case in good if not outcome(case)[1]]
    assert len(CASES) >= LEAST_CASES
    assert len(used) >= LEAST_APPLIED * len(good)
