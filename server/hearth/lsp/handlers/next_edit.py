"""The edit that likely follows the one that was just made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.lsp.methods import NEXT_EDIT

if TYPE_CHECKING:
    from hearth.lsp.protocol import NextEditParams, NextEditResult
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handler."""

    @server.feature(NEXT_EDIT)
    async def next_edit(params: NextEditParams) -> NextEditResult:
        return await (await server.session.next_edits()).answered(params)
