"""Questions about code and their answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hearth.context import languages
from hearth.context.sources.active import Active
from hearth.context.sources.attached import Attached
from hearth.core.aio import closing
from hearth.core.errors import HearthError, IndexUnavailable, InputError, ProviderBroken
from hearth.features.chat import pictures
from hearth.features.chat.conversation import Ask
from hearth.features.chat.run import Answer, Shown, answer
from hearth.workspace.read import Files

from . import convert, unopened
from .methods import CHAT_DELTA, CHAT_SOURCES
from .models import Use
from .protocol_chat import (
    ChatAskParams,
    ChatAskResult,
    ChatDeltaParams,
    ChatSourcesParams,
    ChatSymbol,
    ChatSymbolsParams,
    ChatSymbolsResult,
)
from .snapshots import Snapshot
from .streams import TextStream

if TYPE_CHECKING:
    from hearth.providers.base import Provider

    from .models import Model
    from .rpc import Protocol
    from .session import Session


_SYMBOLS_S = 30.0
"""Longest wait for names to complete with. The first question loads what reads the index, which takes seconds on a busy
machine; an empty answer before that would be the last one, for nobody asks again who has typed the name."""


class Chats:
    """Answers questions; any number at once."""

    def __init__(self, session: Session, wire: Protocol) -> None:
        self._session = session
        self._wire = wire

    async def ask(self, params: ChatAskParams, request_id: str) -> ChatAskResult:
        """Answer ``hearth/chat/ask``."""
        session = self._session
        shown = session.documents.snapshot(params.text_document.uri) if params.text_document else None
        texts = session.documents.texts()
        await session.ready()
        files = Files(session.roots, texts)
        active = await self._active(params, shown, files)
        attached = tuple(Attached(each.kind, each.text) for each in params.attachments)
        history, index = convert.history(params.messages), session.indexing.handle
        asked = Ask(params.question, history, active, files, index, attached, pictures.decoded(params.images))
        try:
            return await self._answer(params.token or request_id, asked)
        except InputError:
            raise
        except HearthError as error:
            session.failed(error, answered=True)
            raise

    async def symbols(self, params: ChatSymbolsParams) -> ChatSymbolsResult:
        """Answer ``hearth/chat/symbols``."""
        await self._session.ready()
        index = self._session.indexing.handle
        if index is None:
            return ChatSymbolsResult()
        try:
            async with asyncio.timeout(_SYMBOLS_S):
                found = await index.symbols(params.typed)
        except (TimeoutError, IndexUnavailable):
            return ChatSymbolsResult()
        return ChatSymbolsResult(tuple(ChatSymbol(each.symbol, each.kind, each.path, each.line - 1) for each in found))

    async def _answer(self, token: str, asked: Ask) -> ChatAskResult:
        session = self._session
        # The model stays open until its answer has come to its end, whatever happens to the settings.
        async with session.models.use(Use.CHAT) as (model, provider):
            await session.about(model, provider)
            asked = pictures.shown(asked, model.capabilities)
            with session.status.busy(), session.indexing.busy():
                return await self._streamed(token, asked, model, provider)

    async def _streamed(self, token: str, asked: Ask, model: Model, provider: Provider) -> ChatAskResult:
        session, notify = self._session, self._wire.notify
        stream = TextStream(lambda text: notify(CHAT_DELTA, ChatDeltaParams(token, text)))
        try:
            async with closing(answer(asked, provider, session.settings.chat, model.context)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Shown):
                        sources = tuple(convert.chat_source(each) for each in piece.sources)
                        notify(CHAT_SOURCES, ChatSourcesParams(token, sources, piece.notes))
                    elif isinstance(piece, Answer):
                        session.status.answered(piece.tokens_per_second)
                        model.spoke(piece.tokens_per_second)
                        return ChatAskResult(
                            text=piece.text,
                            reason=piece.reason.value,
                            model=model.name,
                            usage=convert.chat_usage(piece.usage),
                            tokens_per_second=piece.tokens_per_second,
                            context_tokens=model.context,
                        )
                    else:
                        stream.add(piece.text)
        finally:
            stream.close()
        raise ProviderBroken("The answer has no end.", hint="Ask again.")

    async def _active(self, params: ChatAskParams, shown: Snapshot | None, files: Files) -> Active | None:
        """The active document: as the editor had it when it asked, or from disk if it is not open and may be read."""
        if shown is not None:
            return convert.active(shown, params.selection, self._session.roots)
        if params.text_document is None:
            return None
        uri = params.text_document.uri
        found = await unopened.read(uri, files)
        if found is None:
            return None
        path, text = found
        return Active(uri, self._session.roots.name(path), languages.of_path(path), text)
