"""Documents as the editor opens, changes and closes them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.lsp.methods import CONTEXT

if TYPE_CHECKING:
    from hearth.lsp.protocol import ContextParams
    from hearth.lsp.server import HearthServer

log = logging.getLogger(__name__)


def register(server: HearthServer) -> None:
    """Register the handlers, in place of those of pygls."""

    @server.feature(lt.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lt.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        server.session.documents.open(item.uri, str(item.language_id), item.version, item.text)
        server.session.documents.changed()
        server.session.indexing.near()
        server.session.completions.opened(item.uri)

    @server.feature(lt.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lt.DidChangeTextDocumentParams) -> None:
        document = server.session.documents.get(params.text_document.uri)
        if document is None:
            log.warning("ignored a change of a document that is not open")
            return
        for change in params.content_changes:
            if isinstance(change, lt.TextDocumentContentChangePartial):
                start, end = change.range.start, change.range.end
                server.session.around.edit(document.uri, start.line, end.line, change.text)
                server.session.edited.edited(document.uri, start.line, document.whole)
                document.edit((start.line, start.character), (end.line, end.character), change.text)
            else:
                server.session.edited.edited(document.uri, document.differs(change.text), document.whole)
                document.replace(change.text)
        document.version = params.text_document.version
        server.session.documents.changed()
        server.session.completions.changed(document)

    @server.feature(CONTEXT)
    def context(params: ContextParams) -> None:
        server.session.around.told(params)

    @server.feature(lt.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lt.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.session.documents.close(uri)
        server.session.completions.closed(uri)
        server.session.around.forget(uri)
        server.session.edited.forget(uri)
