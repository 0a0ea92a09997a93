"""Every message that Hearth adds to the Language Server Protocol.

On the wire names are camelCase, an absent value is ``null`` or left out, and positions count in the encoding that
``initialize`` agreed on. ``client-vscode/src/protocol.ts`` mirrors this file and ``docs/protocol.md`` describes it; a
test fails when one of them moved alone. Each ``…Params`` docstring says what its message is for, which way it goes, and
which errors answer it. Every error of Hearth carries ``data: {"code": string, "hint": string}``.

What a client may say in ``initializationOptions.hearth`` beside settings: ``deltas`` (boolean: it takes
``hearth/completion/delta``; ``capabilities.experimental.hearth.completionDelta`` says the same), ``editDeltas``
(boolean: it takes ``hearth/edit/delta``; ``capabilities.experimental.hearth.editDelta`` says the same),
``editErrors`` (boolean: it tells the user why a code action could not be resolved), ``status`` (boolean: it takes
``hearth/status``), ``chatPanel`` (boolean: it has a chat and takes ``hearth/chat/open``), ``trusted`` (boolean: whether
the user trusts the workspace, true if it is left out; else nothing of its own settings is applied, there is no index,
and git is not run; it may change with ``workspace/didChangeConfiguration``) and ``editor`` (string: its name where
``clientInfo`` is missing; ``"ale"`` is known to carry ``workspace/applyEdit`` out without announcing or answering it,
and to count columns in bytes).
"""

from __future__ import annotations

import enum
from typing import Any

import attrs
from lsprotocol import types as lt

from .methods import (
    CHAT_ASK,
    CHAT_DELTA,
    CHAT_OPEN,
    CHAT_SOURCES,
    CHAT_SYMBOLS,
    COMMIT_DELTA,
    COMMIT_MESSAGE,
    COMPLETION_DELTA,
    COMPLETION_FEEDBACK,
    COMPLETION_WHY,
    CONTEXT,
    DOCTOR,
    DOCTOR_FIX,
    EDIT_DELTA,
    INDEX_CONTROL,
    INDEX_PROGRESS,
    MODELS_CHOOSE,
    MODELS_INSTALL,
    MODELS_LIST,
    MODELS_PROGRESS,
    MODELS_REMOVE,
    NEXT_EDIT,
    STATUS,
)
from .protocol_chat import (
    ChatAskParams,
    ChatAskResult,
    ChatDeltaParams,
    ChatOpenParams,
    ChatSourcesParams,
    ChatSymbolsParams,
    ChatSymbolsResult,
    CommitDeltaParams,
    CommitMessageParams,
    CommitMessageResult,
)
from .protocol_completion import (
    CompletionDeltaParams,
    CompletionFeedbackParams,
    CompletionWhyParams,
    CompletionWhyResult,
)
from .protocol_health import DoctorFixParams, DoctorFixResult, DoctorParams, DoctorResult
from .protocol_models import (
    ModelsChooseParams,
    ModelsChooseResult,
    ModelsInstallParams,
    ModelsInstallResult,
    ModelsListParams,
    ModelsListResult,
    ModelsProgressParams,
    ModelsRemoveParams,
    ModelsRemoveResult,
)


class Direction(enum.Enum):
    """Which way a message goes, and whether it is answered."""

    REQUEST_TO_SERVER = "client → server, request"
    NOTIFICATION_TO_SERVER = "client → server, notification"
    NOTIFICATION_TO_CLIENT = "server → client, notification"


@attrs.frozen
class EditDeltaParams:
    """Shows the code of an action while the model writes it. *Server → client, notification.*

    Sent only to clients that announced it (see above), as a preview: nothing of it is certain, and what becomes of it
    is the answer of ``codeAction/resolve`` or a ``workspace/applyEdit``. After a ``done`` no more follow.
    """

    uri: str
    version: int
    title: str
    """Of the action."""
    range: lt.Range
    """What the code is to replace."""
    text: str
    """All of the code so far, in place of what was sent before; empty when the model begins anew."""
    done: bool


@attrs.frozen
class NextEditParams:
    """Asks which edit likely follows the one that was just made. *Client → server, request.*

    Found by syntax and index: other places of a name that was changed, callers of a function that takes one parameter
    more or less, lines like the one that was changed. Where they find nothing and the settings name a next-edit model
    (``models.next_edit``), it is asked about the lines around the edit, which takes seconds: cancel the request when
    something is edited. Nothing is offered where it is not sure.
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
    """What it does, for a person, such as ``total → amount``, or the line that a model would write."""
    left: int
    """Places of this kind, or of one answer of a model, that are left in that document, this one counted."""


@attrs.frozen
class NextEditResult:
    """The answer to ``hearth/nextEdit``."""

    edit: NextEdit | None = None
    """Null where nothing is likely to follow."""


class State(enum.Enum):
    """What the server and its model do."""

    STARTING = "starting"
    """Not asked for a model yet, or the wait for it was stopped."""
    LOADING = "loading"
    READY = "ready"
    BUSY = "busy"
    """The model works for this editor."""
    ERROR = "error"
    """The last request failed; the next one tries again."""


@attrs.frozen
class StatusParams:
    """Asks for the status. *Client → server, request.* The answer is a ``StatusResult``. Errors: none of its own."""


@attrs.frozen
class StatusResult:
    """The status: the answer to ``hearth/status``, and its notification on every change. *Server → client.*"""

    state: State
    message: str
    """One line for a person."""
    hint: str = ""
    """What to do about an error; else empty."""
    completion_model: str = ""
    """Name of the model that completes; empty while unknown."""
    chat_model: str = ""
    tokens_per_second: float | None = None
    """Speed of the last answer."""
    version: str = ""
    """Hearth's version."""
    chat_images: bool | None = None
    """Whether the chat model sees pictures; null while unknown."""
    chat_images_hint: str = ""
    """Why it does not, and what to do."""
    code: str = ""
    """Of an error that no request was answered with, so that nobody has told the user yet; else empty."""


@attrs.frozen
class DocumentDiagnostics:
    """What is wrong in one document, as the editor shows it, whoever found it."""

    uri: str
    items: tuple[lt.Diagnostic, ...] = ()


@attrs.frozen
class ContextParams:
    """Tells what a server cannot see by itself and a model should. *Client → server, notification.*

    A field that is left out changes nothing. What is told is shown to models where it bears on a completion, without
    its secrets.
    """

    viewed: tuple[lt.Location, ...] = ()
    """The lines that are on the screen, of each editor that is."""
    diagnostics: tuple[DocumentDiagnostics, ...] = ()
    """Of the documents that are named; others keep theirs."""
    clipboard: str | None = None
    """What was copied last. Ignored unless ``completion.clipboard`` is set; a client reads it only then."""


class IndexAction(enum.Enum):
    """What the user wants of the indexer."""

    TELL = "tell"
    """Only to know how it gets on."""
    PAUSE = "pause"
    """For all windows of this workspace."""
    RESUME = "resume"
    REFRESH = "refresh"
    """Look at all files again."""
    REBUILD = "rebuild"
    """Delete the index and begin anew. Vectors of what is the same go with it."""


@attrs.frozen
class IndexControlParams:
    """Steers the indexer of this workspace. *Client → server, request.* The answer is an ``IndexProgressParams``, as
    things stood when it was asked. Errors: none of its own."""

    action: IndexAction


@attrs.frozen
class IndexProgressParams:
    """Says how the index of the workspace gets on. *Server → client, notification.*

    Sent to clients that take ``hearth/status``, at most some five times a second.
    """

    phase: str
    """``off``, ``starting``, ``scanning``, ``reading`` (what is read can be searched by words and symbols),
    ``embedding`` (all files can be), ``idle`` (all is done), ``paused`` or ``failed``."""
    files_done: int = 0
    files_total: int = 0
    """Files of this pass that have to be read."""
    chunks_done: int = 0
    chunks_total: int = 0
    """Chunks that need a vector."""
    seconds_left: float | None = None
    """Of this phase; null while it cannot be told."""
    message: str = ""
    """One line for a person: why it is paused or failed."""


@attrs.frozen
class Message:
    """One message: its method, its direction and its types."""

    method: str
    direction: Direction
    params: type[Any]
    result: type[Any] | None = None


MESSAGES = (
    Message(CHAT_ASK, Direction.REQUEST_TO_SERVER, ChatAskParams, ChatAskResult),
    Message(CHAT_SOURCES, Direction.NOTIFICATION_TO_CLIENT, ChatSourcesParams),
    Message(CHAT_DELTA, Direction.NOTIFICATION_TO_CLIENT, ChatDeltaParams),
    Message(CHAT_OPEN, Direction.NOTIFICATION_TO_CLIENT, ChatOpenParams),
    Message(CHAT_SYMBOLS, Direction.REQUEST_TO_SERVER, ChatSymbolsParams, ChatSymbolsResult),
    Message(COMMIT_MESSAGE, Direction.REQUEST_TO_SERVER, CommitMessageParams, CommitMessageResult),
    Message(COMMIT_DELTA, Direction.NOTIFICATION_TO_CLIENT, CommitDeltaParams),
    Message(COMPLETION_DELTA, Direction.NOTIFICATION_TO_CLIENT, CompletionDeltaParams),
    Message(COMPLETION_FEEDBACK, Direction.NOTIFICATION_TO_SERVER, CompletionFeedbackParams),
    Message(EDIT_DELTA, Direction.NOTIFICATION_TO_CLIENT, EditDeltaParams),
    Message(COMPLETION_WHY, Direction.REQUEST_TO_SERVER, CompletionWhyParams, CompletionWhyResult),
    Message(CONTEXT, Direction.NOTIFICATION_TO_SERVER, ContextParams),
    Message(MODELS_LIST, Direction.REQUEST_TO_SERVER, ModelsListParams, ModelsListResult),
    Message(MODELS_INSTALL, Direction.REQUEST_TO_SERVER, ModelsInstallParams, ModelsInstallResult),
    Message(MODELS_PROGRESS, Direction.NOTIFICATION_TO_CLIENT, ModelsProgressParams),
    Message(MODELS_REMOVE, Direction.REQUEST_TO_SERVER, ModelsRemoveParams, ModelsRemoveResult),
    Message(MODELS_CHOOSE, Direction.REQUEST_TO_SERVER, ModelsChooseParams, ModelsChooseResult),
    Message(NEXT_EDIT, Direction.REQUEST_TO_SERVER, NextEditParams, NextEditResult),
    Message(DOCTOR, Direction.REQUEST_TO_SERVER, DoctorParams, DoctorResult),
    Message(DOCTOR_FIX, Direction.REQUEST_TO_SERVER, DoctorFixParams, DoctorFixResult),
    Message(STATUS, Direction.REQUEST_TO_SERVER, StatusParams, StatusResult),
    Message(STATUS, Direction.NOTIFICATION_TO_CLIENT, StatusResult),
    Message(INDEX_CONTROL, Direction.REQUEST_TO_SERVER, IndexControlParams, IndexProgressParams),
    Message(INDEX_PROGRESS, Direction.NOTIFICATION_TO_CLIENT, IndexProgressParams),
)
"""All messages. ``hearth/status`` goes both ways."""

FROM_CLIENT = {each.method: each.params for each in MESSAGES if each.direction is not Direction.NOTIFICATION_TO_CLIENT}
"""Type of the params of every custom message that the server takes."""
