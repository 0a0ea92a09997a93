"""Completions: inline, or as an item of the list where there are no inline ones. One per document, the newest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.core.paths import Paths
from hearth.features.completion.feedback import Offered, Outcome, Suggestion
from hearth.features.completion.quiet.learner import Learner
from hearth.features.completion.quiet.ledger import Ledger
from hearth.features.completion.request import CompletionState
from hearth.features.completion.suggestions import Suggestions

from . import convert
from .handlers.actions import ACCEPTED
from .lending import Lending
from .methods import COMPLETION_DELTA
from .preparing import Preparing
from .protocol_completion import CompletionDeltaParams, CompletionOutcome, CompletionWhyResult
from .running import Running
from .snapshots import Snapshot

if TYPE_CHECKING:
    from .documents import Document
    from .rpc import Protocol
    from .session import Session

_LIST_S = 0.7
"""Longest wait for an item of the list: many editors show a list only when every server has answered."""
_EMPTY = lt.CompletionList(is_incomplete=True, items=[])

log = logging.getLogger(__name__)

Push = Callable[[CompletionState], None]


class Completions:
    """The completion under way in each document."""

    def __init__(self, session: Session, wire: Protocol, paths: Callable[[], Paths]) -> None:
        self._session = session
        self._wire = wire
        learner = Learner(session.tasks, lambda: Ledger(paths()))
        self._suggestions = Suggestions(session.tasks, Lending(session), trees=session.trees, learner=learner)
        self._offered = Offered(learner)
        self._preparing = Preparing(session, self._suggestions.prompts)
        self._running: dict[str, Running] = {}
        self._asks_inline = session.profile.inline_completion

    async def inline(self, params: lt.InlineCompletionParams) -> lt.InlineCompletionList | None:
        """Answer ``textDocument/inlineCompletion``; None where there is nothing to suggest."""
        session = self._session
        self._asks_inline = True
        snapshot = session.documents.snapshot(params.text_document.uri)
        if snapshot is None:
            return None
        await session.ready()
        session.around.viewed.at(snapshot.uri, params.position.line)
        cursor = convert.inline_cursor(snapshot, params, session.roots)
        if cursor.request.automatic and (session.resting or session.is_answering(snapshot.uri)):
            return None
        deltas = session.profile.deltas
        names: list[str] = []
        push = self._pusher(snapshot, params.position, cursor, names) if deltas else None
        running = self._start(snapshot, cursor, push)
        settings = session.settings.completion
        by_hand = not cursor.request.automatic and settings.candidates > 1
        others = self._suggestions.others(snapshot.uri, cursor.request, settings) if by_hand else None
        more = session.tasks.start(others, "more completions") if others is not None else None
        try:
            state = await (running.first() if deltas and more is None else running.last())
            texts = [state.text] if state is not None and state.text else []
            if texts and more is not None:
                texts = list(dict.fromkeys([*texts, *await more]))
        except asyncio.CancelledError:
            running.stop()
            raise
        finally:
            if more is not None:
                more.cancel()
        running.answered()
        if not texts:
            return None
        names += [self._offer(snapshot, cursor, text) for text in texts]
        items = [
            lt.InlineCompletionItem(insert_text=cursor.lead + text, range=cursor.range, command=_accepting(name))
            for name, text in zip(names, texts, strict=True)
        ]
        return lt.InlineCompletionList(items=items)

    async def listed(self, params: lt.CompletionParams) -> lt.CompletionList:
        """Answer ``textDocument/completion`` with one item, in time; empty for a client that asks for inline ones."""
        session = self._session
        snapshot = session.documents.snapshot(params.text_document.uri)
        if snapshot is None or self._asks_inline:
            return _EMPTY
        await session.ready()
        if session.resting or session.is_answering(snapshot.uri):
            return _EMPTY
        cursor = convert.list_cursor(snapshot, params.position, session.roots, automatic=True)
        running = self._again(snapshot, cursor) or self._start(snapshot, cursor, None)
        try:
            async with asyncio.timeout(_LIST_S):
                state = await running.last()
        except TimeoutError:
            state = running.latest
            running.answered()  # It goes on: who asks again here, or waits for the list to be asked again, gets it.
        except asyncio.CancelledError:
            running.stop()
            raise
        if state is None or not state.text:
            return _EMPTY
        item = convert.list_item(cursor, state.text, session.profile)
        item.command = _accepting(self._offer(snapshot, cursor, state.text))
        return lt.CompletionList(is_incomplete=True, items=[item])

    def opened(self, uri: str) -> None:
        """A document was opened: what its first completion needs is found in the background."""
        self._preparing.opened(uri)

    def changed(self, document: Document) -> None:
        """A document changed. What would still be pushed is about a version that is gone, so it is stopped."""
        running = self._running.get(document.uri)
        if running is not None and running.is_answered:
            self._stop(document.uri)
        if self._suggestions.is_under_way(document.uri):
            self._suggestions.changed(document.uri, document.text)

    def closed(self, uri: str) -> None:
        """A document was closed: its completion ends, and nothing of it is kept."""
        self._stop(uri)
        self._suggestions.forget(uri)
        self._offered.forget(uri)

    def told(self, name: str, outcome: CompletionOutcome, accepted: int = 0) -> None:
        """The client told what became of a completion that was sent to it."""
        if self._offered.told(name, Outcome(outcome.value), accepted) is None:
            log.debug("a completion was %s that is not known any more", outcome.value)

    async def idle(self) -> None:
        """Wait until none is under way."""
        while running := next((each for each in self._running.values() if each.is_under_way), None):
            await running.last()

    async def close(self) -> None:
        """The session ends."""
        await self._suggestions.close()

    def why(self, uri: str) -> CompletionWhyResult:
        """What the last prompt of a document held."""
        made = self._suggestions.prompts.why(uri)
        return convert.completion_why(made) if made is not None else CompletionWhyResult()

    def reset(self) -> None:
        """The model or the settings are others now."""
        self._suggestions.clear()

    def _stop(self, uri: str) -> None:
        running = self._running.pop(uri, None)
        if running is not None:
            running.stop()

    def _again(self, snapshot: Snapshot, cursor: convert.Cursor) -> Running | None:
        """The completion under way, or ended, at this very place."""
        running = self._running.get(snapshot.uri)
        return running if running is not None and running.is_for(snapshot.version, cursor) else None

    def _start(self, snapshot: Snapshot, cursor: convert.Cursor, push: Push | None) -> Running:
        """Begin a completion; an older one in the same document is stopped."""
        self._stop(snapshot.uri)
        running = self._running[snapshot.uri] = Running(self._suggestions, snapshot.uri, snapshot.version, cursor)
        running.start(self._session, push)
        return running

    def _offer(self, snapshot: Snapshot, cursor: convert.Cursor, text: str) -> str:
        """Remember what is about to be sent; returns its id."""
        request = cursor.request
        return self._offered.add(
            Suggestion(snapshot.uri, snapshot.language, text, request.offset, automatic=request.automatic)
        )

    def _pusher(self, snapshot: Snapshot, position: lt.Position, cursor: convert.Cursor, names: list[str]) -> Push:
        """What sends the states after the first one to the client. ``names`` holds the id once that is answered."""

        def push(state: CompletionState) -> None:
            text = cursor.lead + state.text if state.text else ""
            delta = CompletionDeltaParams(
                snapshot.uri, snapshot.version, position, text, cursor.range, done=state.final, id=names[0]
            )
            self._wire.notify(COMPLETION_DELTA, delta)

        return push


def _accepting(name: str) -> lt.Command:
    """What clients run when a completion was accepted."""
    return lt.Command(title="Accepted", command=ACCEPTED, arguments=[name])
