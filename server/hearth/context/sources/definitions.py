"""Definitions of the names near the cursor, found across files by imports and the index."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hearth.context import digest
from hearth.context.names import Name
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Definition, Filter, Handle, Hit, Wanted
from hearth.syntax.languages import Language

_EACH = 4
"""Definitions asked for. A name that is not imported and has so many is anything: `get`, `run`."""
_NAMES = 60
"""Names of one question to the index."""
_FRESH_S = 15.0
"""How long an answer of the index is believed while somebody types."""
_FAMILIES = (
    frozenset({"javascript", "typescript", "tsx"}),
    frozenset({"c", "cpp"}),
    frozenset({"java", "kotlin", "scala"}),
)
"""Languages that use one another's definitions."""
_CONTAINERS = frozenset({"class", "namespace"})
_WHOLE = 0.5
"""Weight of a name from which on more than its signature is shown."""
_CLASSES = 8
"""Files whose classes are shown with their members."""
_MEMBERS = 24
"""Signatures of one class."""


class Finder:
    """Finds the definitions for one document. While the same names are used nothing is asked again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key: object = None
        self._until = 0.0
        self._meant: dict[str, Definition] = {}
        self._chunks: dict[str, list[Hit]] = {}
        self.asked = 0

    async def find(
        self, path: str, language: Language, names: Sequence[Name], index: Handle, open_texts: Mapping[Path, str]
    ) -> list[Snippet]:
        """The definitions of ``names``, used in the file ``path``. Raises IndexUnavailable.

        ``open_texts`` go before what was indexed.
        """
        if not names:
            return []
        key = (path, index, frozenset((each.name, each.source.module if each.source else "") for each in names))
        if key != self._key or self._clock() >= self._until:
            self._meant = await _meant(path, language, names, index, open_texts)
            self._key, self._until = key, self._clock() + _FRESH_S
            self._chunks.clear()
            self.asked += 1
        found = [(name, self._meant[name.name]) for name in names if name.name in self._meant]
        wanted = {each.path for name, each in found if name.weight >= _WHOLE and each.kind in _CONTAINERS}
        missing = sorted(wanted - set(self._chunks))[:_CLASSES]
        if missing:
            self._chunks |= zip(missing, await asyncio.gather(*map(index.chunks, missing)), strict=True)
        return [_snippet(name, each, self._chunks.get(each.path, [])) for name, each in found]


async def _meant(
    path: str, language: Language, names: Sequence[Name], index: Handle, open_texts: Mapping[Path, str]
) -> dict[str, Definition]:
    brought = [each.source for each in names if each.source is not None]
    files = await index.files_of(brought, path, language.name) if brought else []
    of_import = {(each.start, each.binds): found for each, found in zip(brought, files, strict=True)}
    # What comes from outside of the workspace is not in the index, so it is not asked for.
    inside = [each for each in names if each.source is None or of_import[each.source.start, each.source.binds]]
    names = inside[:_NAMES]
    prefer = list(dict.fromkeys(file for found in files for file in found))
    only = Filter(languages=tuple(_family(language)), not_paths=(path,))
    defined = await index.definitions(
        Wanted([each.name for each in names], only, prefer, near=path, each=_EACH), open_texts=open_texts
    )
    chosen = {name.name: _choose(name, defined.get(name.name, []), of_import) for name in names}
    return {name: each for name, each in chosen.items() if each is not None}


def _family(language: Language) -> frozenset[str]:
    return next((each for each in _FAMILIES if language.name in each), frozenset({language.name}))


def _choose(name: Name, found: Sequence[Definition], files: dict[tuple[int, str], list[str]]) -> Definition | None:
    """The definition that is meant; None if that cannot be told."""
    if name.source is None:
        return found[0] if found and len(found) < _EACH else None
    named = files.get((name.source.start, name.source.binds), [])
    for path in named:
        for each in found:
            if each.path == path:
                return each
    # The module only passes the name on, or it is not in the workspace at all: then nothing near defines it.
    roots = {path.rpartition("/")[0] for path in named}
    return next((each for each in found if any(each.path.startswith(f"{root}/") for root in roots if root)), None)


def _snippet(name: Name, found: Definition, chunks: Sequence[Hit]) -> Snippet:
    elsewhere = re.search(rf"\b{re.escape(name.name.rpartition('.')[2])}\b", found.text) is None
    if found.signature and (name.weight < _WHOLE or elsewhere):  # The chunk may be a later part of a long function.
        text, shortened = found.signature, True
    elif found.kind in _CONTAINERS and found.symbol:
        members = [
            digest.header(each.text)
            for each in chunks
            if each.symbol.startswith(f"{found.symbol}.") and each.start > found.start
        ]
        text, shortened = digest.container(found.text, list(dict.fromkeys(members))[:_MEMBERS], found.language)
    elif found.kind in ("function", "method") and found.symbol:
        text, shortened = digest.function(found.text, found.language)
    else:
        text, shortened = digest.statement(found.text, name.name.rpartition(".")[2])
    return Snippet(
        found.path,
        text,
        found.start,
        found.end,
        Origin.DEFINITION,
        name.weight,
        f"defines {name.name}",
        shortened,
        brief=found.signature if found.signature != text else "",
    )
