"""A folder that a question names: what is in it, and the beginnings of its files."""

from __future__ import annotations

import itertools
from pathlib import Path

from hearth.context import languages
from hearth.context.source import Source, whole_lines
from hearth.core.errors import InputError
from hearth.workspace.read import Files
from hearth.workspace.secrets import is_secret
from hearth.workspace.uris import to_uri
from hearth.workspace.walk import Found, Walk

_MOST_LISTED = 150
"""Files whose names are told; git is asked about so many at once."""
_MOST_READ = 8
_LISTING_SHARE = 1 / 4
_LEAST = 300
"""Characters of a file that say anything."""


def sources(folder: Path, files: Files, chars: int) -> list[Source]:
    """At most ``chars`` of ``folder``, an absolute path without links. Raises InputError if it may not be read."""
    root = files.roots.of(folder)
    if root is None:
        raise InputError(f"{folder.name} is outside this workspace, so it is not read.")
    if is_secret(folder / "any"):
        raise InputError(f"{folder.name} may hold secrets, so it is not shown to a model.")
    base = folder.relative_to(root.path)
    inside = (each.path for each in Walk(folder).files() if isinstance(each, Found))
    named = [(base / path).as_posix() for path in itertools.islice(inside, _MOST_LISTED + 1)]
    picked = Walk(root.path).pick(named[:_MOST_LISTED])
    paths = [each.path for each in picked or () if isinstance(each, Found)]
    if not paths:
        raise InputError(f"{folder.name} has no files that may be shown.")
    title = f"{files.roots.name(folder)}/" if base.parts else f"{root.name}/"
    listed = "\n".join(paths) + ("\nand more" if len(named) > _MOST_LISTED else "")
    listing = whole_lines(f"{listed}\n", int(chars * _LISTING_SHARE))
    shown = [Source(to_uri(folder), title, "", listing, 0, 0, heading=f"Files in `{title}`")] if listing else []
    left = chars - len(listing)
    wanted = paths[: min(_MOST_READ, left // _LEAST)]
    for number, path in enumerate(wanted):
        source = _file(root.path / path, files, left // (len(wanted) - number))
        if source is not None:
            shown.append(source)
            left -= len(source.text)
    return shown


def _file(path: Path, files: Files, chars: int) -> Source | None:
    try:
        text = whole_lines(files.read(path), chars)
    except InputError:
        return None
    lines = text.count("\n") + (bool(text) and not text.endswith("\n"))
    return Source(to_uri(path), files.roots.name(path), languages.of_path(path), text, 0, lines) if text else None
