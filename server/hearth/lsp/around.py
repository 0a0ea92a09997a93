"""What there is beside a document: the index, what else is open, where somebody was lately, what the editor tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
from lsprotocol import types as lt

from hearth.context.frame import OpenFile, Problem, Surroundings
from hearth.context.recent import Recent, snippet
from hearth.context.snippet import Origin, Snippet
from hearth.workspace.redact import redact

from . import convert
from .changes import Changes

if TYPE_CHECKING:
    from .protocol import ContextParams
    from .session import Session
    from .snapshots import Snapshot

_MOST_OPEN = 12
"""Documents that are looked through for similar code, those opened last first."""
_MOST_PROBLEMS = 200
"""Of one document."""
_COPIED_CHARS = 20_000
_SEVERE = (None, lt.DiagnosticSeverity.Error, lt.DiagnosticSeverity.Warning)


class Around:
    """Finds it for one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.edited = Recent()
        self.viewed = Recent()
        self.changes = Changes(session)
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._clipboard = ""

    def of(self, uri: str) -> Surroundings:
        """For the document ``uri``. What may hold secrets is left out."""
        session = self._session
        index = session.indexing.handle
        here = session.documents.snapshot(uri)
        others = [each for each in session.documents if each.uri != uri and not convert.is_private(each)]
        files = tuple(OpenFile(self._name(each), each.language, each.text) for each in reversed(others[-_MOST_OPEN:]))
        by_uri = {each.uri: each for each in others}
        return Surroundings(
            index=index,
            open=files,
            recent=self._places(self.edited, uri, by_uri, Origin.EDITED),
            viewed=self._places(self.viewed, uri, by_uri, Origin.VIEWED),
            problems=self._problems.get(uri, ()),
            changes=self.changes if session.roots.folders else None,
            tabs=tuple(self._name(by_uri[key]) for key in self._seen(uri) if key in by_uri),
            clipboard=self._clipboard if session.settings.completion.clipboard else "",
            texts={each.path: each.text for each in others if each.path is not None} if index is not None else {},
            name=self._name(here) if here is not None else "",
        )

    def edit(self, uri: str, first: int, last: int, text: str) -> None:
        """The lines from ``first`` to ``last`` (from 0) got ``text`` in place of some of theirs: what was wrong in them
        may be right now, and what is wrong below moves along.
        """
        self.edited.at(uri, first)
        known = self._problems.get(uri)
        if known:
            by = text.count("\n") - (last - first)
            self._problems[uri] = tuple(
                attrs.evolve(each, line=each.line + by) if each.line > last else each
                for each in known
                if not first <= each.line <= last
            )

    def told(self, params: ContextParams) -> None:
        """The editor told what only it can see."""
        for each in params.viewed:
            self.viewed.at(each.uri, (each.range.start.line + each.range.end.line) // 2)
        for document in params.diagnostics:
            self.wrong(document.uri, document.items)
        if params.clipboard is not None:
            self._clipboard = redact(params.clipboard[:_COPIED_CHARS]).text

    def wrong(self, uri: str, diagnostics: Sequence[lt.Diagnostic]) -> None:
        """All that is wrong in an open document; errors and warnings count."""
        if self._session.documents.get(uri) is not None:
            self._problems[uri] = _problems(diagnostics)

    def wrong_at(self, uri: str, place: lt.Range, diagnostics: Sequence[lt.Diagnostic]) -> None:
        """What is wrong on some lines: all that editors tell which know nothing of us."""
        first, last = place.start.line, place.end.line
        elsewhere = [each for each in self._problems.get(uri, ()) if not first <= each.line <= last]
        if self._session.documents.get(uri) is not None:
            self._problems[uri] = (*_problems(diagnostics), *elsewhere)[:_MOST_PROBLEMS]

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self.edited.forget(uri)
        self.viewed.forget(uri)
        self._problems.pop(uri, None)

    def _seen(self, but: str) -> list[str]:
        return list(dict.fromkeys((*self.viewed.documents(but), *self.edited.documents(but))))

    def _places(self, recent: Recent, uri: str, by_uri: dict[str, Snapshot], origin: Origin) -> tuple[Snippet, ...]:
        places = [(by_uri[key], line) for key, line in recent.places(uri) if key in by_uri]
        return tuple(
            snippet(self._name(each), each.index, line, age, origin) for age, (each, line) in enumerate(places)
        )

    def _name(self, snapshot: Snapshot) -> str:
        """What the index calls a document; outside of it, what a person calls it."""
        index = self._session.indexing.handle
        found = index.place.name_of(snapshot.path) if index is not None and snapshot.path is not None else None
        return found or convert.name(snapshot, self._session.roots)


def _problems(diagnostics: Sequence[lt.Diagnostic]) -> tuple[Problem, ...]:
    found = [each for each in diagnostics if each.severity in _SEVERE][:_MOST_PROBLEMS]
    return tuple(Problem(each.range.start.line, each.message) for each in found)
