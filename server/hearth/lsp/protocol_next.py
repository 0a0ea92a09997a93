"""The message of the next edit. :mod:`hearth.lsp.protocol` tells how all of them are written."""

from __future__ import annotations

import attrs
from lsprotocol import types as lt


@attrs.frozen
class NextEditParams:
    """Asks which edit likely follows the one that was just made. *Client → server, request.*

    Found by syntax and index, without a model: other places of a name that was changed, callers of a function that
    takes one parameter more or less, lines like the one that was changed. Nothing is offered where it is not sure.
    ``workspace/executeCommand`` of ``hearth.nextEdit.apply`` makes that edit through ``workspace/applyEdit``, and the
    code action "Apply the next edit" is the same. Errors: none of its own.
    """

    text_document: lt.TextDocumentIdentifier
    """The document that is shown."""


@attrs.frozen
class NextEdit:
    """An edit of one place."""

    uri: str
    """Of a document, which need not be open."""
    version: int | None
    """Of the document that it holds for; null where it is not open. The client drops it when that has changed."""
    range: lt.Range
    """What is replaced."""
    new_text: str
    title: str
    """What it does, for a person, such as ``total → amount``."""
    left: int
    """Places of this kind that are left in that document, this one counted."""


@attrs.frozen
class NextEditResult:
    """The answer to ``hearth/nextEdit``."""

    edit: NextEdit | None = None
    """Null where nothing is likely to follow."""
