"""Edits as LSP writes them, for what the client can take."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lt

from hearth.features.edits.changes import Change

from . import convert
from .clients.profile import Profile
from .snapshots import Snapshot

if TYPE_CHECKING:
    from .rpc import Protocol

_ANNOTATION = "hearth"


class Stored(enum.Enum):
    """Where a document is."""

    OPEN = "open"
    """In the editor, with a version."""
    DISK = "disk"
    NOWHERE = "nowhere"
    """It is made by the edit."""


def workspace_edit(
    snapshot: Snapshot,
    changes: Sequence[Change],
    title: str,
    profile: Profile,
    *,
    annotated: bool = True,
    stored: Stored = Stored.OPEN,
) -> lt.WorkspaceEdit:
    """Changes of one document: bound to its version, and labelled with ``title``, where the client knows that."""
    edits = [_edit(snapshot, change) for change in changes]
    if stored is Stored.NOWHERE:
        create = lt.CreateFile(uri=snapshot.uri, options=lt.CreateFileOptions(ignore_if_exists=True))
        new = lt.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri)
        return lt.WorkspaceEdit(document_changes=[create, lt.TextDocumentEdit(text_document=new, edits=edits)])
    if not profile.document_changes:
        return lt.WorkspaceEdit(changes={snapshot.uri: edits})
    document = lt.OptionalVersionedTextDocumentIdentifier(
        uri=snapshot.uri, version=snapshot.version if stored is Stored.OPEN else None
    )
    if not (annotated and profile.change_annotations):
        return lt.WorkspaceEdit(document_changes=[lt.TextDocumentEdit(text_document=document, edits=edits)])
    label = lt.ChangeAnnotation(label=title, needs_confirmation=False, description="Hearth")
    labelled = [
        lt.AnnotatedTextEdit(annotation_id=_ANNOTATION, range=each.range, new_text=each.new_text) for each in edits
    ]
    return lt.WorkspaceEdit(
        document_changes=[lt.TextDocumentEdit(text_document=document, edits=labelled)],
        change_annotations={_ANNOTATION: label},
    )


def _is_bound(edit: lt.WorkspaceEdit) -> bool:
    """Whether all of it is for a version of an open document, and so done once, however often it is sent."""
    changes = edit.document_changes
    return bool(changes) and all(
        isinstance(each, lt.TextDocumentEdit) and each.text_document.version is not None for each in changes or ()
    )


async def apply(wire: Protocol, params: lt.ApplyWorkspaceEditParams, profile: Profile, wait_s: float) -> Any:
    """Ask the client to apply an edit and return its answer as plain JSON; None at once from one that gives no answers.

    Raises TimeoutError if no answer comes within ``wait_s`` seconds, and WireError if it is an error.
    """
    try:
        return await wire.ask(
            lt.WORKSPACE_APPLY_EDIT,
            params,
            wait_s if profile.answers_edits else 0,
            repeatable=_is_bound(params.edit),
        )
    except TimeoutError:
        if profile.answers_edits:
            raise
        return None


def _edit(snapshot: Snapshot, change: Change) -> lt.TextEdit:
    start, end = convert.position(snapshot, change.start), convert.position(snapshot, change.end)
    return lt.TextEdit(range=lt.Range(start=start, end=end), new_text=change.text)
