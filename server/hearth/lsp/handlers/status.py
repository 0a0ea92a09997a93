"""The status, models and health of this machine. One file: each is one more to import before ``initialize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.lsp.methods import DOCTOR, DOCTOR_FIX, MODELS_CHOOSE, MODELS_INSTALL, MODELS_LIST, MODELS_REMOVE, STATUS

if TYPE_CHECKING:
    from hearth.lsp.protocol import StatusParams, StatusResult
    from hearth.lsp.protocol_health import DoctorFixParams, DoctorFixResult, DoctorParams, DoctorResult
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

    @server.feature(DOCTOR)
    async def doctor(_: DoctorParams) -> DoctorResult:
        return await server.session.health.findings()

    @server.feature(DOCTOR_FIX)
    async def mend(params: DoctorFixParams) -> DoctorFixResult:
        return await server.session.health.mend(params)

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
