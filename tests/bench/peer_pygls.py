"""The peer of the language server's benches: bare pygls, which does the least that can be done on the same requests."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lt
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1", text_document_sync_kind=lt.TextDocumentSyncKind.Incremental)
ITEM = lt.InlineCompletionItem(insert_text="answer")
ACTION = lt.CodeAction(title="answer", kind="refactor")


@server.feature(lt.TEXT_DOCUMENT_INLINE_COMPLETION, lt.InlineCompletionOptions())
async def complete(_server: LanguageServer, _params: lt.InlineCompletionParams) -> list[lt.InlineCompletionItem]:
    """Answer at once."""
    return [ITEM]


@server.feature(lt.TEXT_DOCUMENT_CODE_ACTION)
async def act(_server: LanguageServer, _params: lt.CodeActionParams) -> list[lt.CodeAction]:
    """Answer at once."""
    return [ACTION]


@server.feature("hearth/chat/ask")
async def ask(ls: LanguageServer, params: Any) -> dict[str, str]:
    """Send as many one-token notifications as the question says."""
    for _ in range(int(params.question)):
        ls.protocol.notify("hearth/chat/delta", {"token": "", "text": "word "})
    return {"text": ""}


if __name__ == "__main__":
    server.start_io()
