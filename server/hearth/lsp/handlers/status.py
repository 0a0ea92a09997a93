"""The status, and the models of this machine. One file, for each is one more to import before ``initialize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.lsp.methods import MODELS_CHOOSE, MODELS_INSTALL, MODELS_LIST, MODELS_REMOVE, STATUS

if TYPE_CHECKING:
    from hearth.lsp.protocol import StatusParams, StatusResult
    from hearth.lsp.protocol_models import (
        ModelsChooseParams,
        ModelsChooseResult,
        ModelsInstallParams,
        ModelsInstallResult,
        ModelsListParams,
        ModelsListResult,
        ModelsRemoveParams,
        ModelsRemoveResult,
    )
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handlers."""

    @server.feature(STATUS)
    async def status(_: StatusParams) -> StatusResult:
        return server.session.status.current

    @server.feature(MODELS_LIST)
    async def list_models(_: ModelsListParams) -> ModelsListResult:
        return await server.session.shelf.list()

    @server.feature(MODELS_INSTALL)
    async def install(params: ModelsInstallParams) -> ModelsInstallResult:
        return await server.session.shelf.install(params)

    @server.feature(MODELS_REMOVE)
    async def remove(params: ModelsRemoveParams) -> ModelsRemoveResult:
        return await server.session.shelf.remove(params)

    @server.feature(MODELS_CHOOSE)
    async def choose(params: ModelsChooseParams) -> ModelsChooseResult:
        return await server.session.shelf.choose(params)
