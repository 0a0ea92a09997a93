"""Questions about code, and messages for commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.lsp.methods import CHAT_ASK, CHAT_SYMBOLS, COMMIT_MESSAGE

if TYPE_CHECKING:
    from hearth.lsp.protocol_chat import (
        ChatAskParams,
        ChatAskResult,
        ChatSymbolsParams,
        ChatSymbolsResult,
        CommitMessageParams,
        CommitMessageResult,
    )
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handler."""

    @server.feature(CHAT_ASK)
    async def ask(params: ChatAskParams) -> ChatAskResult:
        return await server.session.chats.ask(params, str(server.protocol.msg_id))

    @server.feature(CHAT_SYMBOLS)
    async def symbols(params: ChatSymbolsParams) -> ChatSymbolsResult:
        return await server.session.chats.symbols(params)

    @server.feature(COMMIT_MESSAGE)
    async def commit_message(params: CommitMessageParams) -> CommitMessageResult:
        return await server.session.commits.message(params, str(server.protocol.msg_id))
