"""The messages of chats and of commit messages: a part of :mod:`.protocol`."""

from __future__ import annotations

import enum

import attrs
from lsprotocol import types as lt


class ChatRole(enum.Enum):
    """Who spoke."""

    USER = "user"
    ASSISTANT = "assistant"


@attrs.frozen
class ChatTurn:
    """One earlier turn of the conversation."""

    role: ChatRole
    content: str
    images: tuple[str, ...] = ()
    """Pictures that went with it, as in ``ChatAskParams``."""


@attrs.frozen
class ChatAttachment:
    """What the editor knows and no file holds. Taken only if the question mentions it."""

    kind: str
    """``problems`` for ``@problems``, ``terminal`` for ``@terminal``; others are passed over."""
    text: str


@attrs.frozen
class ChatAskParams:
    """Asks the model about code. *Client → server, request.*

    The server sends ``hearth/chat/sources``, then ``hearth/chat/delta`` as the answer grows, then answers with the
    whole text. ``$/cancelRequest`` stops the model at once.

    Errors: -32602 (invalid params), -32800 (cancelled), -32803 (the model or its provider failed; ``data.code`` is one
    of the codes in ``hearth/core/errors.py``, ``data.hint`` says what to do).
    """

    question: str
    """What the user wrote. ``@path/to/file`` and bare paths below a workspace folder bring those files along;
    ``@folder:path``, ``@symbol:Name``, ``@codebase`` and ``@diff`` what they say, ``@selection`` the selection."""
    token: str = ""
    """Repeated in the notifications of this question; if empty, the id of the request as text."""
    messages: tuple[ChatTurn, ...] = ()
    """Earlier turns, oldest first, without this question. The oldest are dropped when the model's context is small."""
    text_document: lt.TextDocumentIdentifier | None = None
    """The active document; its text goes along."""
    selection: lt.Range | None = None
    """The selection in it, or the cursor as an empty range."""
    attachments: tuple[ChatAttachment, ...] = ()
    images: tuple[str, ...] = ()
    """Pictures that the question is about, PNG, JPEG, GIF or BMP in base64, at most 8 of at most 8 MB. Refused with
    ``model_lacks`` where the model does not see (``chatImages`` of ``hearth/status``). They go to the configured server
    and nowhere else, and are not kept."""


@attrs.frozen
class ChatUsage:
    """Work done for one answer: tokens, and milliseconds; null where the provider does not tell."""

    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    """Of the prompt's tokens, those that were not evaluated again."""
    completion_tokens: int | None = None
    prompt_ms: float | None = None
    completion_ms: float | None = None


@attrs.frozen
class ChatAskResult:
    """Closes an answer."""

    text: str
    """All of the answer: the deltas, joined."""
    reason: str
    """``stop`` (the model was done) or ``length`` (``chat.max_tokens`` or the context was used up)."""
    model: str
    """Name of the model that answered."""
    usage: ChatUsage
    tokens_per_second: float | None = None
    context_tokens: int | None = None
    """The model's window; null where the provider does not tell."""


@attrs.frozen
class ChatSource:
    """A piece of text that was put beside the question."""

    uri: str
    range: lt.Range
    title: str
    """Path within its workspace folder; of a folder with ``/`` at its end. What is no file is called ``diff``,
    ``problems`` or ``terminal`` and its URI is ``hearth:`` with that name."""


@attrs.frozen
class ChatSourcesParams:
    """Says what the model is shown beside a question. *Server → client, notification.*

    Comes before the first delta; once more, in place of the first, if less fits the model than was thought.
    """

    token: str
    sources: tuple[ChatSource, ...]
    notes: tuple[str, ...] = ()
    """A sentence for each file that was named but is not shown: not there, a secret, too large."""


@attrs.frozen
class ChatDeltaParams:
    """Brings text of an answer as it grows; texts are joined in order. *Server → client, notification.*"""

    token: str
    text: str


@attrs.frozen
class ChatOpenParams:
    """Asks the client's chat a question that the user chose as a code action. *Server → client, notification.*

    Sent only to clients that said ``chatPanel``; others get a document with the conversation.
    """

    question: str
    """Empty if the user is to write one."""
    uri: str = ""
    """The document it is about; empty for none."""
    range: lt.Range | None = None
    """The lines in it that it is about."""


@attrs.frozen
class ChatSymbolsParams:
    """Completes the name of a symbol in a question. *Client → server, request.* Errors: none of its own."""

    typed: str
    """What is written of it."""


@attrs.frozen
class ChatSymbol:
    """A symbol of the workspace."""

    name: str
    """Qualified, such as ``Class.method``."""
    kind: str
    path: str
    """Within its workspace folder."""
    line: int
    """From 0."""


@attrs.frozen
class ChatSymbolsResult:
    """The symbols whose names hold what was typed, the likeliest first; none while there is no index."""

    symbols: tuple[ChatSymbol, ...] = ()


@attrs.frozen
class CommitMessageParams:
    """Asks for a message for the commit of what is staged. *Client → server, request.*

    The server sends ``hearth/commit/delta`` as the message grows, then answers with all of it. ``$/cancelRequest``
    stops the model at once.

    Errors: -32602 (no repository below a workspace folder, or nothing is staged), -32800, -32803 as for
    ``hearth/chat/ask``.
    """

    root: str = ""
    """URI of a folder in the repository, inside of the workspace; empty for the first workspace folder."""
    token: str = ""
    """Repeated in the notifications; if empty, the id of the request as text."""


@attrs.frozen
class CommitMessageResult:
    """The message, and what the model was not shown."""

    message: str
    model: str
    """Name of the model that wrote it."""
    notes: tuple[str, ...] = ()
    """A sentence for each thing that was kept from the model."""


@attrs.frozen
class CommitDeltaParams:
    """Shows a commit message as it grows. *Server → client, notification.*"""

    token: str
    text: str
    """All of the message so far, in place of what was sent before."""
