"""Completions: inline, and as an item of the editor's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.lsp.methods import COMPLETION_FEEDBACK, COMPLETION_WHY

if TYPE_CHECKING:
    from hearth.lsp.protocol_completion import CompletionFeedbackParams, CompletionWhyParams, CompletionWhyResult
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handlers."""

    @server.feature(lt.TEXT_DOCUMENT_INLINE_COMPLETION, lt.InlineCompletionOptions())
    async def inline_completion(params: lt.InlineCompletionParams) -> lt.InlineCompletionList | None:
        return await server.session.completions.inline(params)

    @server.feature(lt.TEXT_DOCUMENT_COMPLETION, lt.CompletionOptions(resolve_provider=False))  # ALE skips empty ones.
    async def completion(params: lt.CompletionParams) -> lt.CompletionList:
        return await server.session.completions.listed(params)

    @server.feature(COMPLETION_WHY)
    async def why(params: CompletionWhyParams) -> CompletionWhyResult:
        return server.session.completions.why(params.text_document.uri)

    @server.feature(COMPLETION_FEEDBACK)
    def feedback(params: CompletionFeedbackParams) -> None:
        server.session.completions.told(params.id, params.outcome, params.accepted_length)
