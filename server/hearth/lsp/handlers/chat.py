"""Questions about code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.lsp.methods import CHAT_ASK

if TYPE_CHECKING:
    from hearth.lsp.protocol import ChatAskParams, ChatAskResult
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handler."""

    @server.feature(CHAT_ASK)
    async def ask(params: ChatAskParams) -> ChatAskResult:
        return await server.session.chats.ask(params, str(server.protocol.msg_id))
