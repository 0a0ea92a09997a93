"""Code of open files that is like that around the cursor: found as by comparing all of it, and read once."""

from __future__ import annotations

import argparse
import inspect
import textwrap
from types import ModuleType

import attrs
import pytest

from hearth.context.frame import OpenFile
from hearth.context.sources.similar import Similar
from hearth.context.words import alike, before, words

MODULES = (argparse, textwrap, inspect)
FILES = tuple(OpenFile(f"{each.__name__}.py", "python", inspect.getsource(each)) for each in MODULES)
LINES, STEP = 16, 8


def compared(file: OpenFile, here: frozenset[str]) -> float:
    """What the likest window has in common."""
    lines = file.text.split("\n")
    firsts = range(0, max(1, len(lines) - STEP), STEP)
    return max(alike(words("\n".join(lines[first : first + LINES])), here) for first in firsts)


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_it_is_the_likest_window_of_each_file(module: ModuleType, share: float) -> None:
    text = inspect.getsource(module)
    offset = int(len(text) * share)
    here = before(text, offset)
    found = Similar().find(text, offset, "mine.py", FILES)
    scores = {each.path: score for each in FILES if (score := compared(each, here)) > 0.15}
    assert {each.path: pytest.approx(each.score) for each in found} == scores
    assert [each.score for each in found] == sorted(scores.values(), reverse=True)
    texts = {each.path: each.text.split("\n") for each in FILES}
    for each in found:
        assert each.text == "\n".join(texts[each.path][each.start - 1 : each.end]).strip("\n")


def test_a_file_is_read_once_however_many_keys_there_are() -> None:
    text = inspect.getsource(argparse)
    similar = Similar()
    for typed in range(20):
        similar.find(text, len(text) // 2 + typed, FILES[0].path, FILES)
    assert similar.read == len(FILES) - 1, "not the one that is typed in"
    changed = attrs.evolve(FILES[1], text=f"{text}\n")
    found = similar.find(text, len(text) // 2, FILES[0].path, (changed, *FILES[2:]))
    assert similar.read == len(FILES)
    assert found[0].path == changed.path
    assert found[0].score > 0.9


def test_what_says_nothing_finds_nothing() -> None:
    similar = Similar()
    assert similar.find("x = 1\n", 6, "mine.py", FILES) == []
    assert similar.find("alpha beta gamma delta epsilon\n", 31, "mine.py", (OpenFile("a.py", "python", ""),)) == []


def test_no_more_files_are_remembered_than_are_bounded() -> None:
    similar = Similar()
    here = "alpha beta gamma delta epsilon\n"
    for number in range(60):
        similar.find(here, len(here), "mine.py", (OpenFile(f"{number}.py", "python", here),))
    assert len(similar._files) <= 24
