"""Completions: inline, or as an item of the editor's list where there are no inline ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.features.completion.request import CompletionState
from hearth.lsp import convert
from hearth.lsp.protocol import COMPLETION_DELTA, CompletionDeltaParams

if TYPE_CHECKING:
    from hearth.lsp.server import HearthServer

_LIST_S = 0.7
"""Longest wait for an item of the list: many editors show a list only when every server has answered."""
_EMPTY = lt.CompletionList(is_incomplete=True, items=[])


def register(server: HearthServer) -> None:
    """Register the handlers."""

    @server.feature(lt.TEXT_DOCUMENT_INLINE_COMPLETION, lt.InlineCompletionOptions())
    async def inline_completion(params: lt.InlineCompletionParams) -> lt.InlineCompletionList | None:
        session = server.session
        session.asks_inline = True
        snapshot = session.documents.snapshot(params.text_document.uri)
        if snapshot is None:
            return None
        await session.ready()
        cursor = convert.inline_cursor(snapshot, params, session.roots)
        push = _pusher(server, snapshot.uri, snapshot.version, params.position, cursor)
        deltas = session.profile.deltas
        running = session.completions.start(snapshot.uri, cursor, push if deltas else None)
        try:
            state = await (running.first() if deltas else running.last())
        except asyncio.CancelledError:
            running.stop()
            raise
        running.answered()
        if state is None or not state.text:
            return None
        item = lt.InlineCompletionItem(insert_text=cursor.lead + state.text, range=cursor.range)
        return lt.InlineCompletionList(items=[item])

    @server.feature(lt.TEXT_DOCUMENT_COMPLETION, lt.CompletionOptions())
    async def completion(params: lt.CompletionParams) -> lt.CompletionList:
        session = server.session
        snapshot = session.documents.snapshot(params.text_document.uri)
        if snapshot is None or session.asks_inline:
            return _EMPTY
        await session.ready()
        cursor = convert.list_cursor(snapshot, params.position, session.roots, automatic=True)
        running = session.completions.start(snapshot.uri, cursor)
        try:
            async with asyncio.timeout(_LIST_S):
                state = await running.last()
        except TimeoutError:
            state = running.latest
            running.stop()
        except asyncio.CancelledError:
            running.stop()
            raise
        if state is None or not state.text:
            return _EMPTY
        item = convert.list_item(cursor, state.text, markdown=session.profile.markdown)
        return lt.CompletionList(is_incomplete=True, items=[item])


def _pusher(
    server: HearthServer, uri: str, version: int, position: lt.Position, cursor: convert.Cursor
) -> Callable[[CompletionState], None]:
    """What sends the states after the first one to the client."""

    def push(state: CompletionState) -> None:
        text = cursor.lead + state.text if state.text else ""
        delta = CompletionDeltaParams(uri, version, position, text, cursor.range, done=state.final)
        server.protocol.notify(COMPLETION_DELTA, delta)

    return push
