"""The status, for clients that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.lsp.methods import STATUS

if TYPE_CHECKING:
    from hearth.lsp.protocol import StatusParams, StatusResult
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handler."""

    @server.feature(STATUS)
    async def status(_: StatusParams) -> StatusResult:
        return server.session.status.current
