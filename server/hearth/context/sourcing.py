"""Which sources are asked for a place: each in its own file, all side by side."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from typing import Any

import attrs

from hearth.core.errors import HearthError
from hearth.syntax import scope
from hearth.syntax.parse import Tree

from .frame import Place, Room, Surroundings
from .names import Name
from .snippet import Snippet
from .sources import changes, clipboard, problems, signature
from .sources.alike import Alike
from .sources.definitions import Finder, family
from .sources.related import Related
from .sources.similar import Similar
from .sources.tabs import Tabs
from .viewed import different

Work = Coroutine[Any, Any, list[Snippet]]


@attrs.define
class Remembered:
    """What the index said for one document, and what open files say to all documents."""

    similar: Similar
    finder: Finder = attrs.field(factory=Finder)
    related: Related = attrs.field(factory=Related)
    alike: Alike = attrs.field(factory=Alike)
    tabs: Tabs = attrs.field(factory=Tabs)

    async def ask_ahead(self, tree: Tree, brought: Sequence[Name], around: Surroundings) -> None:
        """What does not depend on where somebody will type; ``brought`` is imported. What fails is asked again then."""
        index = around.index
        if index is None:
            return
        with contextlib.suppress(HearthError):
            await index.warm()
            await self.finder.find(around.name, tree.language, brought, index, around.texts, ahead=True)
            if around.name:
                await self.related.find(around.name, (), index)
            await self.tabs.find(around.name, around.tabs, index)

    def forget(self) -> None:
        """Nothing is known any more, and nothing asked."""
        self.finder.forget()
        self.related.forget()
        self.alike.forget()
        self.tabs.forget()


def started(
    place: Place,
    tree: Tree | None,
    wanted: Sequence[Name],
    around: Surroundings,
    known: Remembered,
    room: Room,
    *,
    is_new: bool = True,
) -> dict[str, Work]:
    """The work of each source that has something to look at, by its name.

    The index is asked where a name from elsewhere is used, and otherwise once for each place: ``is_new``.
    """
    work: dict[str, Work] = {}
    own = around.name or place.path
    if around.index is not None and tree is not None and wanted:
        work["definitions"] = known.finder.find(own, tree.language, wanted, around.index, around.texts)
        seen = (own, *(each.path for each in around.open))
        work["alike"] = known.alike.find(place, seen, family(tree.language), around.index, patient=room.patient)
    asks = is_new or bool(wanted)
    if asks and around.index is not None and around.name and tree is not None:
        scopes = [each.name for each in scope.enclosing(tree, place.offset)]
        work["related"] = known.related.find(own, scopes, around.index)
    if asks and around.index is not None and around.tabs:
        work["tabs"] = known.tabs.find(own, around.tabs, around.index)
    if tree is not None and signature.is_called(place):
        work["signature"] = asyncio.to_thread(signature.find, tree, place, room)
    if around.open:
        work["similar"] = asyncio.to_thread(known.similar.find, place.text, place.offset, own, around.open)
    if around.changes is not None:
        work["changes"] = changes.find(place.text, place.offset, own, around.changes)
    if around.recent or around.viewed or around.problems or around.clipboard:
        work["nearby"] = _nearby(place, own, around)
    return work


async def _nearby(place: Place, own: str, around: Surroundings) -> list[Snippet]:
    """What the editor has told, which takes no time to find."""
    return [
        *problems.find(place.text, place.line, own, around.problems),
        *around.recent,
        *different(around.viewed),
        *(clipboard.find(place.text, place.offset, around.clipboard) if around.clipboard else ()),
    ]
