"""Definitions of the names near the cursor, found across files by imports and the index."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.context import digest
from hearth.context.names import Name
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Definition, Filter, Handle, Wanted
from hearth.syntax.languages import Language

_EACH = 4
"""Definitions asked for. A name that is not imported and has so many is anything: `get`, `run`."""
_FAMILIES = (
    frozenset({"javascript", "typescript", "tsx"}),
    frozenset({"c", "cpp"}),
    frozenset({"java", "kotlin", "scala"}),
)
"""Languages that use one another's definitions."""
_CONTAINERS = frozenset({"class", "namespace"})
_MEMBERS = 24
"""Signatures of one class."""


async def find(path: str, language: Language, names: Sequence[Name], index: Handle) -> list[Snippet]:
    """The definitions of ``names``, used in the file ``path``. Raises IndexUnavailable."""
    if not names:
        return []
    brought = [each.source for each in names if each.source is not None]
    files = await index.files_of(brought, path, language.name) if brought else []
    of_import = {(each.start, each.binds): found for each, found in zip(brought, files, strict=True)}
    prefer = list(dict.fromkeys(file for found in files for file in found))
    only = Filter(languages=tuple(_family(language)), not_paths=(path,))
    defined = await index.definitions(Wanted([each.name for each in names], only, prefer, near=path, each=_EACH))
    snippets = []
    for name in names:
        chosen = _choose(name, defined.get(name.name, []), of_import)
        if chosen is not None:
            snippets.append(await _snippet(name, chosen, index))
    return snippets


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


async def _snippet(name: Name, found: Definition, index: Handle) -> Snippet:
    if found.kind in _CONTAINERS and found.symbol:
        members = [
            each.text.strip().split("\n", 1)[0].rstrip(" {:")
            for each in await index.chunks(found.path)
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
