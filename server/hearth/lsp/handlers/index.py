"""What the editor knows of files that changed, and what the user wants of the indexer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.lsp.methods import INDEX_CONTROL

if TYPE_CHECKING:
    from hearth.lsp.protocol import IndexControlParams, IndexProgressParams
    from hearth.lsp.server import HearthServer


def register(server: HearthServer) -> None:
    """Register the handlers."""

    @server.feature(lt.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: lt.DidSaveTextDocumentParams) -> None:
        server.session.indexing.changed([params.text_document.uri])
        server.session.around.changes.saved()

    @server.feature(lt.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(params: lt.DidChangeWatchedFilesParams) -> None:
        server.session.indexing.changed(change.uri for change in params.changes)
        server.session.around.changes.saved()

    @server.feature(INDEX_CONTROL)
    async def control(params: IndexControlParams) -> IndexProgressParams:
        return server.session.indexing.act(params.action)
