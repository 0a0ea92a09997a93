"""What there is beside a document: the index, what else is open, what was edited lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.context.frame import OpenFile, Surroundings
from hearth.context.recent import Recent, snippet

from . import convert

if TYPE_CHECKING:
    from .session import Session
    from .snapshots import Snapshot

_MOST_OPEN = 12
"""Documents that are looked through for similar code, those opened last first."""


class Around:
    """Finds it for one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.recent = Recent()

    def of(self, uri: str) -> Surroundings:
        """For the document ``uri``. What may hold secrets is left out."""
        session = self._session
        index = session.indexing.handle
        here = session.documents.snapshot(uri)
        others = [each for each in session.documents if each.uri != uri and not convert.is_private(each)]
        files = tuple(OpenFile(self._name(each), each.language, each.text) for each in reversed(others[-_MOST_OPEN:]))
        by_uri = {each.uri: each for each in others}
        edited = [(by_uri[key], line) for key, line in self.recent.places(uri) if key in by_uri]
        return Surroundings(
            index=index,
            open=files,
            recent=tuple(
                snippet(self._name(each), each.text.splitlines(), line, age) for age, (each, line) in enumerate(edited)
            ),
            texts={each.path: each.text for each in others if each.path is not None} if index is not None else {},
            name=self._name(here) if here is not None else "",
        )

    def _name(self, snapshot: Snapshot) -> str:
        """What the index calls a document; outside of it, what a person calls it."""
        index = self._session.indexing.handle
        found = index.place.name_of(snapshot.path) if index is not None and snapshot.path is not None else None
        return found or convert.name(snapshot, self._session.roots)
