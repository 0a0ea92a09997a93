"""Real code to index: the standard library of the Python that runs this."""

from __future__ import annotations

import ast
import random
import re
import shutil
import sysconfig
from pathlib import Path

import attrs

_SKIPPED = {"test", "tests", "site-packages", "idlelib", "lib2to3", "__pycache__", "pydoc_data", "turtledemo"}
_WORDS = (4, 40)
_MIN_LINES = 4
_LEAST_LINES, _MOST_CHARS = 40, 60_000
"""Of a file in which somebody types."""


@attrs.frozen
class Question:
    """The first sentence of a docstring, and the function that it was taken from."""

    text: str
    path: str
    line: int
    """Of the ``def``, from 1, in the copy."""
    name: str


@attrs.frozen
class Spot:
    """A place inside a line of code."""

    name: str
    """Of the file."""
    before: str
    rest: str
    """What stands behind it on its line."""
    after: str
    """What is behind the line, from its newline on."""


def spots(count: int, files: int, seed: int, *, ends: bool) -> list[Spot]:
    """``count`` places in as many as ``files`` files of the standard library, drawn at random; of each line its end too
    if ``ends``."""
    dice = random.Random(seed)  # noqa: S311
    found = sorted(path for path in stdlib().glob("*.py") if path.stat().st_size < _MOST_CHARS)
    chosen = [path for path in found if path.read_text("utf-8", "replace").count("\n") > _LEAST_LINES][:files]
    drawn: list[Spot] = []
    while len(drawn) < count:
        path = dice.choice(chosen)
        lines = path.read_text("utf-8", "replace").split("\n")
        row = dice.randrange(10, len(lines) - 5)
        line = lines[row]
        first = len(line) - len(line.lstrip())
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        column = dice.randrange(first, len(line) + ends)
        before = "\n".join([*lines[:row], line[:column]])
        drawn.append(Spot(path.name, before, line[column:], "\n" + "\n".join(lines[row + 1 :])))
    return drawn


def stdlib() -> Path:
    """The folder of the standard library."""
    return Path(sysconfig.get_paths()["stdlib"])


def copy_stdlib(target: Path) -> int:
    """Copy its Python files, without tests, to ``target``; returns their bytes."""
    total = 0
    for path in _files():
        copy = target / path.relative_to(stdlib())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        total += path.stat().st_size
    return total


def copy_without_docstrings(target: Path, most_files: int | None = None) -> list[Question]:
    """Copy the files with each docstring that makes a question replaced by blank lines; returns the questions."""
    questions: list[Question] = []
    for path in _files()[:most_files]:
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (SyntaxError, UnicodeDecodeError):
            continue
        lines = text.split("\n")
        name = path.relative_to(stdlib()).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                questions += _take(node, lines, name)
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("\n".join(lines), encoding="utf-8")
    return questions


def _take(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str], path: str) -> list[Question]:
    docstring = ast.get_docstring(node)
    first, end = node.body[0], node.end_lineno or node.lineno
    if not docstring or len(node.body) < 2 or end - node.lineno < _MIN_LINES:
        return []
    sentence = re.split(r"(?<=[.!?])\s|\n\n", docstring, maxsplit=1)[0].replace("\n", " ").strip()
    if not _WORDS[0] <= len(sentence.split()) <= _WORDS[1]:
        return []
    for number in range(first.lineno - 1, first.end_lineno or first.lineno):
        lines[number] = ""
    return [Question(sentence, path, node.lineno, node.name)]


def _files() -> list[Path]:
    found = [path for path in stdlib().rglob("*.py") if not _SKIPPED & set(path.relative_to(stdlib()).parts)]
    return sorted(found)
