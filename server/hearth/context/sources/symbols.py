"""Symbols that a question names by ``@symbol:Name``, from the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from hearth.context.source import Source, whole_lines
from hearth.index.handle import Handle, Wanted
from hearth.workspace.uris import to_uri

_EACH = 2
"""Definitions of one name that are shown: a declaration and what it declares."""


async def find(
    names: Sequence[str], index: Handle, open_texts: Mapping[Path, str], chars: int
) -> tuple[list[Source], list[str]]:
    """The definitions of ``names`` in at most ``chars``, and those that have none. Raises IndexUnavailable."""
    found = await index.definitions(Wanted(names, each=_EACH), open_texts=open_texts)
    chosen = [each for name in names for each in found.get(name, ())]
    shown: dict[tuple[str, int], Source] = {}
    for number, each in enumerate(chosen):
        file = index.place.file(each.path)
        text = whole_lines(each.text, chars // (len(chosen) - number))
        if file is None or not text.strip() or (each.path, each.start) in shown:
            continue
        lines = text.count("\n") + (not text.endswith("\n"))
        where = (to_uri(file), each.path, each.language, text, each.start - 1, each.start - 1 + lines)
        shown[each.path, each.start] = Source(*where)
        chars -= len(text)
    return list(shown.values()), [name for name in names if name not in found]
