"""Questions about code."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hearth.context import languages
from hearth.context.sources.active import Active
from hearth.core.aio import closing
from hearth.core.errors import HearthError, InputError, ProviderBroken
from hearth.features.chat.conversation import Ask
from hearth.features.chat.run import Answer, Shown, answer
from hearth.lsp import convert
from hearth.lsp.models import Use
from hearth.lsp.protocol import (
    CHAT_ASK,
    CHAT_DELTA,
    CHAT_SOURCES,
    ChatAskParams,
    ChatAskResult,
    ChatDeltaParams,
    ChatSourcesParams,
)
from hearth.lsp.snapshots import Snapshot
from hearth.lsp.streams import TextStream
from hearth.workspace.read import Files
from hearth.workspace.uris import to_path

if TYPE_CHECKING:
    from hearth.lsp.server import HearthServer
    from hearth.lsp.session import Session


def register(server: HearthServer) -> None:
    """Register the handler."""

    @server.feature(CHAT_ASK)
    async def ask(params: ChatAskParams) -> ChatAskResult:
        token = params.token or str(server.protocol.msg_id)
        session = server.session
        shown = session.documents.snapshot(params.text_document.uri) if params.text_document else None
        texts = session.documents.texts()
        await session.ready()
        files = Files(session.roots, texts)
        active = await _active(session, params, shown, files)
        asked = Ask(params.question, convert.history(params.messages), active, files)
        try:
            return await _answer(server, session, token, asked)
        except InputError:
            raise
        except HearthError as error:
            session.failed(error)
            raise


async def _answer(server: HearthServer, session: Session, token: str, asked: Ask) -> ChatAskResult:
    stream = TextStream(lambda text: server.protocol.notify(CHAT_DELTA, ChatDeltaParams(token, text)))
    try:
        async with session.models.use(Use.CHAT) as (model, provider):
            with session.status.busy():
                async with closing(answer(asked, provider, session.settings.chat, model.context)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Shown):
                            sources = tuple(convert.chat_source(each) for each in piece.sources)
                            shown = ChatSourcesParams(token, sources, piece.notes)
                            server.protocol.notify(CHAT_SOURCES, shown)
                        elif isinstance(piece, Answer):
                            session.status.answered(piece.tokens_per_second)
                            return ChatAskResult(
                                text=piece.text,
                                reason=piece.reason.value,
                                model=model.name,
                                usage=convert.chat_usage(piece.usage),
                                tokens_per_second=piece.tokens_per_second,
                            )
                        else:
                            stream.add(piece.text)
    finally:
        stream.close()
    raise ProviderBroken("The answer has no end.", hint="Ask again.")


async def _active(session: Session, params: ChatAskParams, shown: Snapshot | None, files: Files) -> Active | None:
    """The active document: as the editor had it when it asked, or from disk if it is not open and may be read."""
    if shown is not None:
        return convert.active(shown, params.selection, session.roots)
    if params.text_document is None:
        return None
    uri = params.text_document.uri
    path = to_path(uri)
    if path is None:
        return None
    try:
        text = await asyncio.to_thread(files.read, path)
    except InputError:
        return None
    return Active(uri, session.roots.name(path), languages.of_path(path), text)
