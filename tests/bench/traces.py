"""Somebody types lines of real files: the same keystrokes for everybody who is measured."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import inspect
import pydoc
import random
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from . import packages
from .report import ROOT

_STDLIB = (argparse, shutil, tarfile, zipfile, difflib, inspect, pydoc)
_DJANGO = ("django/db/models/query.py", "django/http/response.py", "django/forms/models.py", "django/utils/html.py")
_MODULES = ROOT / "client-vscode" / "node_modules"
_LEAST_CHARS = 6_000
"""Of a file of TypeScript or Rust: shorter ones have little but declarations."""
LINES_BEFORE, LINES_AFTER = 70, 25
"""About 1,000 tokens before the cursor and 250 after it, as llama.vim sends."""
_LINE_CHARS = 32
"""Of the shortest line that is typed."""

_SLIP = 13
"""Every so many keys, a wrong one is typed and taken back."""
_ACCEPT = 3
"""Every so many lines, the second half is accepted at once, as a completion is."""


@attrs.frozen
class Key:
    """A document after a keystroke, cut at the cursor."""

    before: str
    after: str
    kind: str
    """"jump" (the cursor is somewhere else), "insert", "delete" or "accept"."""
    language: str = ""


@attrs.frozen
class Place:
    """A line that is typed."""

    before: str
    line: str
    after: str
    language: str = ""
    """As LSP names it."""


def projects() -> Mapping[str, Sequence[str]]:
    """Real files by where they are from. Those in Rust need Debian's apt; without it they are left out."""
    found = {
        "the standard library": [Path(str(module.__file__)) for module in _STDLIB],
        "Django": [packages.fetch("django") / name for name in _DJANGO],
        "TypeScript": _files(_MODULES, "*.ts"),
    }
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        found["Rust"] = _files(packages.fetch("regex"), "*.rs")
    return {name: [path.read_text(encoding="utf-8") for path in paths] for name, paths in found.items()}


_LANGUAGES = {"TypeScript": "typescript", "Rust": "rust"}


def _files(folder: Path, pattern: str) -> list[Path]:
    """Code, no declarations of types alone."""
    found = [path for path in sorted(folder.rglob(pattern)) if ".d." not in path.name and path.is_file()]
    return [path for path in found if path.stat().st_size >= _LEAST_CHARS]


def places(draw: random.Random, texts: Mapping[str, Sequence[str]], count: int) -> list[Place]:
    """Lines to type, as many of each project."""
    found: list[Place] = []
    files = {name: [text.split("\n") for text in each] for name, each in texts.items()}
    files = {
        name: [each for each in all_ if len(each) > LINES_BEFORE + LINES_AFTER + 1] for name, all_ in files.items()
    }
    names = [name for name, each in files.items() if each]
    while len(found) < count:
        name = names[len(found) % len(names)]
        lines = draw.choice(files[name])
        row = draw.randrange(LINES_BEFORE, len(lines) - LINES_AFTER - 1)
        if len(lines[row].strip()) >= _LINE_CHARS:
            before, after = lines[row - LINES_BEFORE : row], lines[row + 1 : row + 1 + LINES_AFTER]
            language = _LANGUAGES.get(name, "python")
            found.append(Place("\n".join(before) + "\n", lines[row], "\n" + "\n".join(after), language))
    return found


def keys(places: Sequence[Place]) -> Iterator[Key]:
    """The keystrokes that type the line of each place in turn."""
    count = 0
    for number, place in enumerate(places):
        start = len(place.line) - len(place.line.lstrip())
        yield Key(place.before + place.line[:start], place.after, "jump", place.language)
        accepted = start + (len(place.line) - start) // 2 if number % _ACCEPT == _ACCEPT - 1 else None
        for length in range(start + 1, len(place.line) + 1):
            if accepted is not None and length > accepted:
                yield Key(place.before + place.line, place.after, "accept", place.language)
                break
            count += 1
            if count % _SLIP == 0:
                yield Key(place.before + place.line[: length - 1] + "q", place.after, "insert", place.language)
                yield Key(place.before + place.line[: length - 1], place.after, "delete", place.language)
            yield Key(place.before + place.line[:length], place.after, "insert", place.language)
