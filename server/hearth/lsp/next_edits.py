"""The next edit of a session: found in the documents that are open and, through the index, in others."""

from __future__ import annotations

import asyncio
import logging
from pathlib import PurePath
from typing import TYPE_CHECKING

import attrs
from lsprotocol import types as lt

from hearth.context.languages import of_path
from hearth.context.trees import parse_again
from hearth.core.errors import HearthError
from hearth.core.text import LineIndex
from hearth.features.next_edit import run
from hearth.features.next_edit.run import Found, Next
from hearth.index.handle import Why
from hearth.workspace.read import Files
from hearth.workspace.uris import to_uri

from . import convert, unopened
from .edits import Stored
from .predicting import Predicting
from .protocol import NextEdit, NextEditParams, NextEditResult
from .snapshots import Snapshot

if TYPE_CHECKING:
    from hearth.syntax.parse import Tree

    from .session import Session

log = logging.getLogger(__name__)

_FIND_S = 2.0
"""Longest search. What takes longer would come when the user is elsewhere."""
_MOST_OPEN = 12
_MOST_FILES = 8
"""Files of the index that are read for one edit."""
_PARSE_S = 0.3
_INDEX_S = 8.0
"""Its first search opens it, which takes a second or two; who asked is answered at ``_FIND_S`` all the same."""
_ASKED_S = 10.0
"""Longest wait of a client that shows the answer whenever it comes, and ends the request with the next edit."""


@attrs.frozen
class Following:
    """The next edit, right for ``snapshot``."""

    snapshot: Snapshot
    stored: Stored
    next: Next

    @property
    def after(self) -> str:
        """The text with it."""
        text, place = self.snapshot.text, self.next.place
        return text[: place.start] + place.text + text[place.end :]


_Key = tuple[str | None, tuple[tuple[str, int], ...]]
"""The document that was edited last, and the version of each."""


@attrs.frozen
class _Known:
    """What was found last, and for what."""

    key: _Key
    found: Found | None
    origin: str
    """The document whose edit it is about."""
    following: Following | None


class NextEdits:
    """Finds it. What was found is kept until a document changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: _Known | None = None
        self._searching: tuple[_Key, asyncio.Task[_Known]] | None = None
        self._predicting = Predicting(session)
        self._waiting = 0
        """How many wait for a search."""
        self.searches = 0
        """How often it was looked for."""

    async def answered(self, params: NextEditParams) -> NextEditResult:
        """Answer ``hearth/nextEdit``."""
        if self._session.documents.get(params.text_document.uri) is None:
            return NextEditResult()
        following = await self.get(_ASKED_S)
        return NextEditResult(_told(following) if following is not None else None)

    async def get(self, wait_s: float | None = None) -> Following | None:
        """The edit that likely follows the newest one; None if none does, or it is not found in time. Without a limit
        it is waited for as long as for somebody who asked by hand."""
        session = self._session
        await session.ready()
        if not session.settings.edits.enabled or session.edited.latest() is None:
            return None
        key = self._key()
        if self._known is not None and self._known.key == key:
            return self._known.following
        if self._searching is None or self._searching[0] != key or self._searching[1].cancelled():
            if self._searching is not None:
                self._searching[1].cancel()
            self._searching = key, session.tasks.start(self._search(key), "find the next edit")
        task = self._searching[1]
        if wait_s is None:
            wait_s = _ASKED_S if session.settings.models.next_edit else _FIND_S
        self._waiting += 1
        try:
            async with asyncio.timeout(wait_s):
                known = await asyncio.shield(task)
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            if task.cancelled() and not _is_cancelled():
                return None  # A newer edit ended the search, not whoever asked.
            if self._waiting == 1 and self._predicting.is_asking:
                task.cancel()  # A model's work is not worth doing for nobody.
            raise
        finally:
            self._waiting -= 1
        return known.following if known.key == self._key() else None

    def _key(self) -> _Key:
        documents = tuple((each.uri, each.version) for each in self._session.documents)
        return self._session.edited.latest(), documents

    def _unchanged(self, known: _Known) -> _Known | None:
        """What was found, if since then documents were opened or closed at most: where it is may be open now."""
        (latest, before), (now_latest, now) = known.key, self._key()
        versions = dict(before)
        if latest != now_latest or any(versions.get(uri, version) != version for uri, version in now):
            return None
        following = known.following
        if following is None:
            return None
        snapshot = self._session.documents.snapshot(following.snapshot.uri)
        if snapshot is None:
            return known if following.stored is Stored.DISK else None
        if snapshot.text != following.snapshot.text:
            return None
        return attrs.evolve(known, following=attrs.evolve(following, snapshot=snapshot, stored=Stored.OPEN))

    async def _search(self, key: _Key) -> _Known:
        self.searches += 1
        known = await self._chained(key) or await self._anew(key)
        if key == self._key():
            self._known = known
        return known

    async def _chained(self, key: _Key) -> _Known | None:
        """What follows an edit that was offered and has been made: the next place of the same kind."""
        last = self._known
        if last is None or last.following is None or last.found is None:
            return None
        unchanged = self._unchanged(last)
        if unchanged is not None:
            return attrs.evolve(unchanged, key=key)
        uri, place = last.following.snapshot.uri, last.following.next.place
        now = self._session.documents.snapshot(uri)
        if now is None:
            return None
        found = run.accepted(last.found, place)
        if found is None or now.text != last.following.after:
            return None
        following = None
        tree = await self._tree(now)
        if tree is not None:
            at = place.start + len(place.text)
            made = await self._again(found, tree, at, uri, last.origin)
            following = Following(now, Stored.OPEN, made) if made is not None else None
        if following is None:
            following = await self._elsewhere(found, last.origin, uri)
        return _Known(key, found, last.origin, following)

    async def _anew(self, key: _Key) -> _Known:
        session = self._session
        uri = session.edited.latest() or ""
        snapshot, before = session.documents.snapshot(uri), session.edited.before(uri)
        tree = await self._tree(snapshot) if snapshot is not None else None
        meant = await asyncio.to_thread(run.meaning, before, tree) if tree is not None and before is not None else None
        if before is None or snapshot is None or tree is None:
            return _Known(key, None, uri, None)
        if meant is not None:
            edit, found = meant
            made = await asyncio.to_thread(run.here, found, tree, edit.new_end, defines=True)
            if made is not None:
                return _Known(key, found, uri, Following(snapshot, Stored.OPEN, made))
            following = await self._elsewhere(found, uri, uri)
            if following is not None:
                return _Known(key, found, uri, following)
        return await self._predicted(key, snapshot, before, tree)

    async def _predicted(self, key: _Key, snapshot: Snapshot, before: str, tree: Tree) -> _Known:
        """What a model says, where there is one for this."""
        guessed = await self._predicting.get(snapshot, before)
        if guessed is None:
            return _Known(key, None, snapshot.uri, None)
        made = await asyncio.to_thread(run.here, guessed, tree, 0, defines=False)
        following = Following(snapshot, Stored.OPEN, made) if made is not None else None
        return _Known(key, guessed, snapshot.uri, following)

    async def _again(self, found: Found, tree: Tree, offset: int, uri: str, origin: str) -> Next | None:
        """One more place in a document in which one has been changed."""
        if uri == origin:
            return await asyncio.to_thread(run.here, found, tree, offset, defines=True)
        return await asyncio.to_thread(run.there, found, tree, self._stem(origin), begun=True)

    def _stem(self, uri: str) -> str:
        snapshot = self._session.documents.snapshot(uri)
        return PurePath(uri if snapshot is None or snapshot.path is None else snapshot.path).stem

    async def _elsewhere(self, found: Found, origin: str, but: str) -> Following | None:
        """In other files of the same language: those that are open, then those of the index that have the name."""
        session = self._session
        name = run.subject(found)
        here = session.documents.snapshot(origin)
        if not name or here is None:
            return None
        stem = self._stem(origin)
        others = [each for each in session.documents if each.uri not in (origin, but)]
        others += [each for each in (session.documents.snapshot(origin),) if each is not None and origin != but]
        for other in reversed(others[-_MOST_OPEN:]):
            if other.language != here.language or name not in other.text:
                continue
            tree = await self._tree(other)
            if tree is not None and other.uri == origin:
                made = await asyncio.to_thread(run.here, found, tree, 0, defines=True)
            else:
                made = await asyncio.to_thread(run.there, found, tree, stem) if tree is not None else None
            if made is not None:
                return Following(other, Stored.OPEN, made)
        return await self._unopened(found, here, name, stem)

    async def _unopened(self, found: Found, here: Snapshot, name: str, stem: str) -> Following | None:
        session = self._session
        index = session.indexing.handle
        if index is None or not session.profile.document_changes:
            return None
        try:
            async with asyncio.timeout(_INDEX_S):
                hits = await index.search(name, limit=_MOST_FILES * 4, legs=(Why.WORDS,))
        except (HearthError, TimeoutError):
            return None
        opened = {path.resolve() for path in session.documents.paths()}
        paths = [index.place.file(name) for name in dict.fromkeys(hit.path for hit in hits)]
        for path in [each for each in paths if each is not None and each not in opened][:_MOST_FILES]:
            read = await unopened.read(to_uri(path), Files(session.roots, {}))
            if read is None or name not in read[1] or of_path(path) != here.language:
                continue
            text = read[1]
            tree = await asyncio.to_thread(parse_again, None, text, here.language, _PARSE_S)
            made = await asyncio.to_thread(run.there, found, tree, stem) if tree is not None else None
            if made is not None:
                lines = LineIndex(text)
                snapshot = Snapshot(to_uri(path), path, 0, here.language, text, here.encoding, lines)
                return Following(snapshot, Stored.DISK, made)
        return None

    async def _tree(self, snapshot: Snapshot) -> Tree | None:
        return await self._session.trees.get(snapshot.uri, snapshot.text, snapshot.language)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _told(following: Following) -> NextEdit:
    snapshot, place = following.snapshot, following.next.place
    start, end = convert.position(snapshot, place.start), convert.position(snapshot, place.end)
    return NextEdit(
        uri=snapshot.uri,
        version=snapshot.version if following.stored is Stored.OPEN else None,
        range=lt.Range(start=start, end=end),
        new_text=place.text,
        title=following.next.title,
        left=following.next.left,
    )
