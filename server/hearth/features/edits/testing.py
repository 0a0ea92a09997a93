"""Where the tests of a file belong, and what they are written with."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from hearth.core.errors import InputError
from hearth.workspace.content import read_small
from hearth.workspace.read import Files

_SCRIPT = re.compile(r"\b(?:it|test|describe)\s*(?:\.\w+)*\(")


@attrs.frozen
class Convention:
    """How a language names its tests. ``{stem}`` and ``{ext}`` are those of the tested file."""

    names: tuple[str, ...]
    """File names, the usual one first."""
    folders: tuple[str, ...]
    """Folders below the root that hold tests; where there is none, they stand beside the code."""
    holds_test: re.Pattern[str]
    framework: str


_PYTHON = Convention(
    ("test_{stem}.py", "{stem}_test.py"), ("tests", "test"), re.compile(r"\bdef test_|\bclass Test"), "pytest"
)
_JAVASCRIPT = Convention(
    ("{stem}.test{ext}", "{stem}.spec{ext}"), ("__tests__", "test", "tests"), _SCRIPT, "the test runner of Node.js"
)
CONVENTIONS = {
    "python": _PYTHON,
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "tsx": _JAVASCRIPT,
    "go": Convention(("{stem}_test.go",), (), re.compile(r"\bfunc Test"), "the package testing"),
    "ruby": Convention(("{stem}_spec.rb", "{stem}_test.rb"), ("spec", "test"), re.compile(r"\bit\b|\btest_"), "RSpec"),
}
_RUNNERS = ("vitest", "jest", "mocha")
_MOST_FILES = 5000
"""Entries of test folders that are looked at."""
_MOST_BYTES = 1_000_000
"""Of a `package.json`."""
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "build", "dist"})


@attrs.frozen
class Plan:
    """The file that tests go into."""

    path: Path
    name: str
    """Within its workspace folder, with ``/``."""
    framework: str
    text: str | None
    """What it holds; None if there is no such file yet."""


def is_test(path: str) -> bool:
    """Whether a file is one of tests, by its name."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return stem.startswith("test_") or stem.endswith(("_test", "_spec")) or bool(re.search(r"\.(?:test|spec)\.", path))


def plan(path: Path, language: str, files: Files) -> Plan:
    """Where the tests of the file at ``path`` go. Reads the disk. Raises InputError if it is in no workspace folder."""
    root = files.roots.of(path)
    convention = CONVENTIONS[language]
    if root is None:
        hint = "Open the folder of the project."
        raise InputError(f"{path.name} is in no workspace folder, so there is no place for its tests.", hint=hint)
    names = [name.format(stem=path.stem, ext=path.suffix) for name in convention.names]
    known = next(_found(path, root.path, names, convention), None)
    text = None if known is None else files.read(known)
    target = known or _new(path.resolve(), root.path, names[0], convention)
    framework = _framework(language, root.path, convention, text)
    return Plan(target, files.roots.name(target), framework, text)


def _found(path: Path, root: Path, names: list[str], convention: Convention) -> Iterator[Path]:
    for name in names:
        if path.with_name(name).is_file():
            yield path.with_name(name)
    seen = 0
    for folder in convention.folders:
        for at, folders, inside in os.walk(root / folder):
            folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
            seen += len(inside)
            if seen > _MOST_FILES:
                return
            yield from (Path(at) / name for name in names if name in inside)


def _new(path: Path, root: Path, name: str, convention: Convention) -> Path:
    folder = next((root / each for each in convention.folders if (root / each).is_dir()), None)
    return folder / name if folder is not None else path.with_name(name)


def _framework(language: str, root: Path, convention: Convention, text: str | None) -> str:
    if language == "python":
        return "unittest" if text is not None and "import unittest" in text else convention.framework
    if convention is _JAVASCRIPT:
        try:
            package = json.loads(read_small(root / "package.json", _MOST_BYTES))
            known = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
        except (ValueError, AttributeError, TypeError, RecursionError):
            return convention.framework
        return next((runner for runner in _RUNNERS if runner in known), convention.framework)
    return convention.framework
