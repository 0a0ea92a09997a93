"""What differs from the last commit in the folders of a session, looked up again when it may be other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from hearth.workspace import changed
from hearth.workspace.changed import Hunk

if TYPE_CHECKING:
    from .session import Session

_FRESH_S = 15.0
"""Before git is asked again; a save asks at once. What is typed meanwhile is there as a recent edit."""
_MOST_FOLDERS = 8


class Changes:
    """The changes of all workspace folders, found at most once at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._until = 0.0
        self._known: Sequence[Hunk] = ()
        self._finding: asyncio.Task[None] | None = None
        self.asked = 0
        """How often they were looked up."""

    def saved(self) -> None:
        """A file was written."""
        self._until = 0.0

    async def hunks(self) -> Sequence[Hunk]:
        """As :class:`hearth.context.frame.Changes`. Who cannot wait goes away; what is found is kept."""
        if self._finding is None or (self._finding.done() and time.monotonic() >= self._until):
            self._until = time.monotonic() + _FRESH_S
            self._finding = self._session.tasks.start(self._find(), "find changes")
        await asyncio.shield(self._finding)
        return self._known

    async def _find(self) -> None:
        self.asked += 1
        roots = self._session.roots
        folders = [each.path for each in roots.folders[:_MOST_FOLDERS]] if roots.trusted else []
        texts = {each.path: each.text for each in self._session.documents if each.path is not None}
        self._known = await asyncio.to_thread(self._of, folders, texts)

    def _of(self, folders: Sequence[Path], texts: Mapping[Path, str]) -> Sequence[Hunk]:
        handle = self._session.indexing.handle
        found: list[Hunk] = []
        for folder in folders:
            for each in changed.hunks(folder, texts.get):
                name = handle.place.name_of(folder / each.path) if handle is not None else None
                found.append(attrs.evolve(each, path=name) if name else each)
        return found
