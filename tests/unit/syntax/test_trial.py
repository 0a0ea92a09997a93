"""Texts that would take the process with them are tried in another one first, each once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from hearth.syntax import languages, parse
from hearth.syntax.languages import Language
from hearth.syntax.trial import SMALL, Trial
from unit.syntax import hostile

ORDINARY = "".join(f"value_{number} = compute({number * 7919 % 1000})\n" for number in range(2_000))


def language(name: str = "python") -> Language:
    found = languages.by_name(name)
    assert found is not None
    return found


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    made = Trial()
    monkeypatch.setattr(parse, "_trial", made)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "piece"), hostile.PIECES.values(), ids=hostile.PIECES)
def test_a_hostile_text_ends_another_process(trial: Trial, name: str, piece: Callable[[int], str]) -> None:
    text = hostile.text(piece, 400_000)
    assert parse.parse(text, language(name)) is None
    assert parse.parse(text + "x", language(name)) is None
    assert trial.tried == 1, "what is like it is refused at once"
    assert parse.parse(ORDINARY, language()) is not None


def test_a_document_is_tried_once_and_not_at_each_keystroke(trial: Trial) -> None:
    dice, text = random.Random(3), ORDINARY  # noqa: S311
    for _ in range(50):
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(["", "x", "é", "\n\n", "def f():\n    pass\n"]) + text[at + dice.randrange(20) :]
        assert parse.parse(text, language()) is not None
    assert trial.tried == 1
    tree = parse.parse(text, language())
    assert tree is not None
    assert tree.edited(5, 10, "y") is not None
    assert trial.tried == 1
    assert tree.edited(0, 0, "z = [\n" + "1,\n" * SMALL + "]\n") is not None
    assert trial.tried == 2, "what is pasted may be hostile"


def test_small_edits_all_over_a_document_are_not_tried(trial: Trial) -> None:
    tree = parse.parse(ORDINARY, language())
    assert tree is not None
    for at in (0, len(ORDINARY) // 2, len(ORDINARY), len(ORDINARY) // 3):
        assert tree.edited(at, at, "x = 1\n") is not None
    assert trial.tried == 1


def test_another_text_or_language_is_tried(trial: Trial) -> None:
    for text, name in ((ORDINARY, "python"), (ORDINARY, "ruby"), (ORDINARY[: len(ORDINARY) // 2], "python")):
        assert parse.parse(text, language(name)) is not None
    assert trial.tried == 3


def test_a_small_text_needs_no_trial(trial: Trial) -> None:
    assert parse.parse(ORDINARY[: SMALL // 2], language()) is not None
    assert (trial.tried, trial._child) == (0, None)


def test_a_child_that_ended_is_replaced(trial: Trial) -> None:
    assert trial.clears(ORDINARY.encode(), language())
    assert trial._child is not None
    trial._child.kill()
    trial._child.wait()
    assert trial.clears(ORDINARY.encode(), language("lua"))


def test_without_a_child_large_texts_are_not_parsed(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.syntax.trial._COMMAND", ("/nowhere/python",))
    assert parse.parse(ORDINARY, language()) is None
    assert parse.parse("x = 1\n", language()) is not None


def test_the_working_folder_is_not_where_modules_come_from(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("json", "select", "attrs", "psutil", "tree_sitter"):
        (folder / f"{name}.py").write_text("import os; os._exit(1)\n")
    monkeypatch.chdir(folder)
    assert trial.clears(ORDINARY.encode(), language())
