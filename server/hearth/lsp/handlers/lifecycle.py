"""Start, settings, workspace folders, and the cancel button of a progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lt

if TYPE_CHECKING:
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handlers."""

    @server.feature(lt.INITIALIZED)
    def initialized(_: lt.InitializedParams) -> None:
        server.session.initialized()

    @server.feature(lt.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: lt.DidChangeConfigurationParams) -> None:
        await server.session.change_settings(params.settings)

    @server.feature(lt.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_folders(params: lt.DidChangeWorkspaceFoldersParams) -> None:
        added = {folder.uri: folder.name for folder in params.event.added}
        await server.session.change_folders(added, {folder.uri for folder in params.event.removed})

    @server.feature(lt.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def progress_cancel(params: lt.WorkDoneProgressCancelParams) -> None:
        server.session.progress.cancel(params.token)
