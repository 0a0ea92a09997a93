"""What an editor can show and how it wants streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from lsprotocol import types as lt


@attrs.frozen
class Announced:
    """What the client says about itself beside its capabilities; None where it says nothing."""

    deltas: bool | None = None
    edit_deltas: bool | None = None
    edit_errors: bool | None = None
    status: bool | None = None
    chat: bool | None = None
    editor: str = ""


def announced(params: lt.InitializeParams) -> Announced:
    """Read ``initializationOptions.hearth`` and ``capabilities.experimental.hearth``."""
    options = _mapping(params.initialization_options)
    options = _mapping(options.get("hearth", options))
    experimental = _mapping(_mapping(params.capabilities.experimental).get("hearth"))
    return Announced(
        deltas=_flag(options.get("deltas"), experimental.get("completionDelta")),
        edit_deltas=_flag(options.get("editDeltas"), experimental.get("editDelta")),
        edit_errors=_flag(options.get("editErrors")),
        status=_flag(options.get("status")),
        chat=_flag(options.get("chatPanel")),
        editor=str(options.get("editor", "")),
    )


@attrs.frozen
class Profile:
    """One client, as far as the server treats it differently."""

    name: str
    inline_completion: bool
    """It asks ``textDocument/inlineCompletion``. If not, ``textDocument/completion`` is offered."""
    deltas: bool
    """It takes ``hearth/completion/delta``. If not, the answer waits for the whole completion."""
    status: bool
    """It takes ``hearth/status`` notifications. If not, trouble is told by ``window/showMessage``."""
    progress: bool
    """It shows work-done progress."""
    show_document: bool
    """It opens documents when asked to."""
    configuration: bool
    """It answers ``workspace/configuration``."""
    markdown: bool
    """It shows Markdown in the documentation of completion items."""
    preselects: bool
    """It selects the item that says so."""
    inserts_as_is: bool
    """It knows items that must not be indented anew."""
    edit_deltas: bool
    """It takes ``hearth/edit/delta``."""
    chat: bool
    """It has a chat of its own and takes ``hearth/chat/open``."""
    resolves_edits: bool
    """It asks for the edit of a code action when one is chosen. If not, the action is a command."""
    action_literals: bool
    """It knows code actions. If not, it is offered commands."""
    applies_edits: bool
    """It carries ``workspace/applyEdit`` out."""
    document_changes: bool
    """It takes edits that are bound to a version of a document."""
    change_annotations: bool
    """It shows the labels of edits."""
    creates_files: bool
    """Its edits can create files."""
    prefers_actions: bool
    """It knows which action is the first choice."""
    tells_errors: bool
    """It shows the user why an action could not be resolved."""
    answers_edits: bool = True
    """It answers ``workspace/applyEdit``. If not, an edit that was sent counts as applied."""
    cuts_items: bool = False
    """It inserts an item up to its first parenthesis, and then its additional edits, without moving them."""
    loses_behind_answers: bool = False
    """It loses messages that it reads together with the answer to a request."""
    counts: str | None = None
    """How it counts columns, where that is not what it agrees on."""


def from_capabilities(params: lt.InitializeParams, announced: Announced) -> Profile:
    """What the capabilities say."""
    capabilities = params.capabilities
    document, window, workspace = capabilities.text_document, capabilities.window, capabilities.workspace
    item = document.completion.completion_item if document and document.completion else None
    modes = item.insert_text_mode_support if item else None
    formats = (item.documentation_format or ()) if item else ()
    action = document.code_action if document else None
    resolved = action.resolve_support.properties if action and action.resolve_support else ()
    edits = workspace.workspace_edit if workspace else None
    return Profile(
        name=params.client_info.name if params.client_info else announced.editor or "unknown",
        inline_completion=bool(document and document.inline_completion is not None),
        deltas=announced.deltas is True,
        status=announced.status is not False,
        progress=bool(window and window.work_done_progress),
        show_document=bool(window and window.show_document and window.show_document.support),
        configuration=bool(workspace and workspace.configuration),
        markdown=lt.MarkupKind.Markdown in formats,
        preselects=bool(item and item.preselect_support),
        inserts_as_is=lt.InsertTextMode.AsIs in (modes.value_set if modes else ()),
        edit_deltas=announced.edit_deltas is True,
        chat=announced.chat is True,
        resolves_edits="edit" in resolved and bool(action and action.data_support),
        action_literals=bool(action and action.code_action_literal_support),
        applies_edits=bool(workspace and workspace.apply_edit),
        document_changes=bool(edits and edits.document_changes),
        change_annotations=bool(edits and edits.change_annotation_support),
        tells_errors=announced.edit_errors is True,
        prefers_actions=bool(action and action.is_preferred_support),
        creates_files=bool(edits and lt.ResourceOperationKind.Create in (edits.resource_operations or ())),
    )


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}


def _flag(*values: Any) -> bool | None:
    return next((value for value in values if isinstance(value, bool)), None)
