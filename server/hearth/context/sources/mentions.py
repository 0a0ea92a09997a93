"""Files that are named in a question: ``@path/to/file``, ``@"a path with spaces"``, or a bare path that exists.

``@file:path`` says the same, ``@path:10-20`` takes those lines only, ``@folder:path`` or ``@path/`` takes a folder.
What a question names comes from a person; what it quotes may not. So nothing is read outside the workspace folders, and
no secrets: :class:`hearth.workspace.read.Files` sees to that.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from hearth.context import languages
from hearth.context.source import Source, whole_lines
from hearth.core.errors import InputError
from hearth.workspace.read import Files
from hearth.workspace.uris import to_path, to_uri

from . import folders

_AT = re.compile(
    r"(?:^|(?<=[\s(\[`'\"]))@(?:(?:file|folder):)?(?:\"([^\"\n]{1,400})\"|([^\s`'\"()\[\]<>|*?,;]{1,400}))"
)
_BARE = re.compile(r"(?<![\w@./\\:-])((?:[\w.-]+/)*[\w-][\w.-]*\.\w{1,10}|(?:[\w.-]+/)+[\w.-]+)(?![\w/\\@])")
_LINES = re.compile(r":(\d{1,7})(?:-(\d{1,7}))?$")
_MAX_FILES = 8
"""More files than this are a list, not a question about them."""
_MAX_CANDIDATES = 100
"""Each candidate costs a look at the disk for every workspace folder."""


@attrs.frozen
class Mentions:
    """Files that were found, and a sentence for each ``@`` that leads nowhere."""

    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


def find(question: str, files: Files, chars: int) -> Mentions:
    """Read the files that ``question`` names, each in equal parts of ``chars``."""
    wanted: dict[str, bool] = {}
    for match in list(_AT.finditer(question))[:_MAX_CANDIDATES]:
        name = match.group(1) or match.group(2)
        wanted.setdefault(name.rstrip(".:!") or name, True)
    for match in list(_BARE.finditer(_AT.sub(" ", question)))[:_MAX_CANDIDATES]:
        wanted.setdefault(match.group(1).rstrip("."), False)
    found: dict[Path, tuple[str, str]] = {}
    opened: dict[Path, None] = {}
    notes = []
    for name, marked in wanted.items():
        lines = _LINES.search(name)
        path = _locate(name[: lines.start()] if lines else name, files)
        if path is None and not marked:
            continue
        try:
            if path is None:
                raise InputError(f"{name} is not a file in this workspace.")
            if path in found or path in opened or len(found) + len(opened) >= _MAX_FILES:
                continue
            if path.is_dir():
                if marked:
                    opened[path] = None
                continue
            found[path] = (files.read(path), lines.group() if lines else "")
        except InputError as error:
            notes.append(error.message)
    share = chars // max(1, len(found) + len(opened))
    sources = [_source(path, text, lines, files, share) for path, (text, lines) in found.items()]
    for folder in opened:
        try:
            sources += [each for each in folders.sources(folder, files, share) if to_path(each.uri) not in found]
        except InputError as error:
            notes.append(error.message)
    return Mentions(tuple(each for each in sources if each.text), tuple(notes))


def _locate(name: str, files: Files) -> Path | None:
    """What is called ``name`` in one of the workspace folders, resolved; None if there is no such file or folder."""
    for root in files.roots.folders:
        try:
            path = (root.path / name).resolve(strict=True)
            if path.is_file() or path.is_dir():
                return path
        except (OSError, RuntimeError, ValueError):
            continue
    return None


def _source(path: Path, text: str, lines: str, files: Files, chars: int) -> Source:
    first, count = 0, text.count("\n") + 1
    if match := _LINES.search(lines):
        first = min(max(0, int(match.group(1)) - 1), count)
        last = int(match.group(2) or match.group(1))
        text = "".join(text.splitlines(keepends=True)[first:last])
    text = whole_lines(text, chars)
    shown = text.count("\n") + (bool(text) and not text.endswith("\n"))
    return Source(to_uri(path), files.roots.name(path), languages.of_path(path), text, first, first + shown)
