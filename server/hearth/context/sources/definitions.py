"""Definitions of the names near the cursor, found across files by imports and the index."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs

from hearth.context import digest
from hearth.context.kept import FRESH_S
from hearth.context.names import Name
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Definition, Filter, Handle, Header, Wanted
from hearth.syntax.languages import Language

log = logging.getLogger(__name__)

_EACH = 4
"""Definitions asked for. A name that is not imported and has so many is anything: `get`, `run`."""
_ROWS_OF_EACH = 4 * _EACH
_NAMES = 60
"""Names of one question to the index."""
_FAMILIES = (
    frozenset({"javascript", "typescript", "tsx"}),
    frozenset({"c", "cpp"}),
    frozenset({"java", "kotlin", "scala"}),
)
"""Languages that use one another's definitions."""
_CONTAINERS = frozenset({"class", "namespace"})
_WHOLE = 0.5
"""Weight of a name from which on more than its signature is shown."""
_CLASSES = 16
"""Files whose classes' members are asked for at once."""
_MOST_CLASSES, _MOST_KNOWN = 40, 400
"""Files with classes, and names, that are remembered for one document."""
_MEMBERS = 24
"""Signatures of one class."""
_MOST_ASKING = 4
"""Questions of one document under way. An index that does not answer gets no more, however long somebody types."""


_Key = tuple[str, int, str]
"""A name, and the leading dots and the module of the import that brings it."""


@attrs.frozen
class _Answer:
    """What the index said about a name."""

    meant: Definition | None
    until: float
    """By the finder's clock."""


@attrs.frozen
class _Members:
    """What the classes of one file may have."""

    headers: tuple[Header, ...]
    until: float


@attrs.frozen
class _Question:
    """The names that the file ``path`` uses."""

    path: str
    language: Language
    names: Sequence[Name]
    index: Handle
    open_texts: Mapping[Path, str]
    whole: float
    """Weight from which on a class is shown with its members."""


class Finder:
    """Finds the definitions for one document. A name is asked for once; what was found longer ago is shown once more
    and asked again meanwhile, so nobody who types waits for what is known.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._about: object = None
        self._known: dict[_Key, _Answer] = {}
        self._members: dict[str, _Members] = {}
        self._asking = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self.asked = 0
        """Names."""

    async def find(
        self,
        path: str,
        language: Language,
        names: Sequence[Name],
        index: Handle,
        open_texts: Mapping[Path, str],
        *,
        ahead: bool = False,
    ) -> list[Snippet]:
        """The definitions of ``names``, used in the file ``path``. Raises IndexUnavailable.

        ``open_texts`` go before what was indexed. ``ahead`` is for names of which nobody knows yet which are near the
        place where somebody will type.
        """
        if not names:
            return []
        if self._about != (path, language.name, index):
            self.forget()
            self._about = (path, language.name, index)
        whole = 0.0 if ahead else _WHOLE
        unknown = any(_key(each) not in self._known for each in names)
        if unknown or not all(map(self._is_believed, names)) or self._unread(names, whole):
            if len(self._tasks) < _MOST_ASKING:
                task = asyncio.create_task(self._learn(_Question(path, language, names, index, open_texts, whole)))
                self._tasks.append(task)
                task.add_done_callback(self._learned)
            if unknown or any(each not in self._members for each in self._unread(names, whole)):
                # The next key ends this wait, and what is learned then is there for it.
                await asyncio.shield(self._tasks[-1])
        return [_snippet(name, each, self._members.get(each.path)) for name, each in self._found(names)]

    def forget(self) -> None:
        """Nothing is known any more, and nothing asked."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._known.clear()
        self._members.clear()
        self._asking = asyncio.Lock()

    async def _learn(self, question: _Question) -> None:
        names, index = question.names, question.index
        async with self._asking:
            until = self._clock() + FRESH_S
            wanted = [each for each in names if not self._is_believed(each)]
            if wanted:
                self.asked += len(wanted)
                meant = await _meant(attrs.evolve(question, names=wanted))
                if len(self._known) + len(wanted) > _MOST_KNOWN:
                    kept = {_key(each) for each in names}
                    self._known = {key: each for key, each in self._known.items() if key in kept}
                self._known |= {_key(each): _Answer(meant.get(_key(each)), until) for each in wanted}
            unread = self._unread(names, question.whole)
            headers = await index.headers(unread) if unread else {}
            for each in unread:
                self._members.pop(each, None)
                self._members[each] = _Members(tuple(headers.get(each, ())), until)
            while len(self._members) > _MOST_CLASSES:
                del self._members[next(iter(self._members))]

    def _learned(self, task: asyncio.Task[None]) -> None:
        if task in self._tasks:
            self._tasks.remove(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Who waits for it is told too; where nobody does, what was known before stays.
            log.debug("definitions were not found: %r", error)

    def _is_believed(self, name: Name) -> bool:
        answer = self._known.get(_key(name))
        return answer is not None and self._clock() < answer.until

    def _found(self, names: Sequence[Name]) -> list[tuple[Name, Definition]]:
        answers = ((name, self._known.get(_key(name))) for name in names)
        return [(name, each.meant) for name, each in answers if each is not None and each.meant is not None]

    def _unread(self, names: Sequence[Name], whole: float) -> list[str]:
        """Files with classes that are to be shown with members which are not known, or not any more."""
        found = [each for name, each in self._found(names) if name.weight >= whole and each.kind in _CONTAINERS]
        now = self._clock()
        paths = dict.fromkeys(each.path for each in found)
        return [each for each in paths if each not in self._members or self._members[each].until <= now][:_CLASSES]


def _key(name: Name) -> _Key:
    return (name.name, name.source.level, name.source.module) if name.source is not None else (name.name, 0, "")


async def _meant(question: _Question) -> dict[_Key, Definition]:
    path, language, names, index = question.path, question.language, question.names, question.index
    brought = [each.source for each in names if each.source is not None]
    files = await index.files_of(brought, path, language.name) if brought else []
    of_import = {(each.start, each.binds): found for each, found in zip(brought, files, strict=True)}
    # What comes from outside of the workspace is not in the index, so it is not asked for.
    inside = [each for each in names if each.source is None or of_import[each.source.start, each.source.binds]]
    only = Filter(languages=tuple(family(language)), not_paths=(path,))

    async def defined(part: Sequence[Name]) -> dict[str, list[Definition]]:
        named = [of_import[each.source.start, each.source.binds] for each in part if each.source is not None]
        prefer = list(dict.fromkeys(file for found in named for file in found))
        # What is not imported and has many definitions is not shown, so it need not be known which are near.
        rows = _ROWS_OF_EACH * (1 + len(part))
        wanted = Wanted([each.name for each in part], only, prefer, near=path, each=_EACH, rows=rows)
        return await index.definitions(wanted, open_texts=question.open_texts)

    parts = [inside[first : first + _NAMES] for first in range(0, len(inside), _NAMES)]
    found = {name: each for part in await asyncio.gather(*map(defined, parts)) for name, each in part.items()}
    chosen = {_key(name): _choose(name, found.get(name.name, []), of_import) for name in inside}
    return {key: each for key, each in chosen.items() if each is not None}


def family(language: Language) -> frozenset[str]:
    """The languages whose code one may use, and the language itself, by their names."""
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


def _snippet(name: Name, found: Definition, members: _Members | None) -> Snippet:
    elsewhere = re.search(rf"\b{re.escape(name.name.rpartition('.')[2])}\b", found.text) is None
    if found.signature and (name.weight < _WHOLE or elsewhere):  # The chunk may be a later part of a long function.
        text, shortened = found.signature, True
    elif found.kind in _CONTAINERS and found.symbol:
        inside = f"{found.symbol}."
        own = [
            each.signature
            for each in (members.headers if members is not None else ())
            if each.symbol.startswith(inside) and each.start > found.start
        ]
        text, shortened = digest.container(found.text, list(dict.fromkeys(own))[:_MEMBERS], found.language)
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
