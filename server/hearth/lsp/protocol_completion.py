"""The messages of :mod:`hearth.lsp.protocol` that are about completions."""

from __future__ import annotations

import enum

import attrs
from lsprotocol import types as lt


@attrs.frozen
class CompletionDeltaParams:
    """Brings the rest of a completion that has been answered with its first line. *Server → client, notification.*

    Sent only to clients that announced it (see above). It belongs to the inline completion that was asked for at
    ``position`` of ``version``; when the document moved on, the client drops it. After a ``done`` no more follow. A
    newer completion in the same document ends it without a ``done``.
    """

    uri: str
    version: int
    position: lt.Position
    """The position that the completion was asked for."""
    text: str
    """All of the completion so far, in place of what was sent before."""
    range: lt.Range
    """What the text replaces."""
    done: bool
    id: str = ""
    """For ``hearth/completion/feedback``: the same as that of the completion that it is the rest of."""


class CompletionOutcome(enum.Enum):
    """What became of a completion."""

    ACCEPTED = "accepted"
    """It was put into the document, or the beginning of it."""
    REJECTED = "rejected"
    """It was seen, and something else was typed, or it was dismissed."""
    IGNORED = "ignored"
    """The cursor went elsewhere, or another completion took its place."""


@attrs.frozen
class CompletionFeedbackParams:
    """Tells what became of a completion. *Client → server, notification.*

    Nothing has to be told, and the last word on a completion counts. A completion's ``id`` is the only argument of its
    command ``hearth.completion.accepted``; a client that runs the commands of completions, as LSP wants it, has told
    the server of all that are accepted as a whole. What the server does not know any more is passed over.
    """

    id: str
    outcome: CompletionOutcome
    accepted_length: int = 0
    """UTF-16 units of the text that were put into the document; 0 for none, or for all of an accepted one."""


@attrs.frozen
class CompletionWhyParams:
    """Asks what the model was shown for the last completion of a document. *Client → server, request.*

    The answer is empty if it has had none. Errors: none of its own.
    """

    text_document: lt.TextDocumentIdentifier


@attrs.frozen
class WhySnippet:
    """A piece of another file that was thought of."""

    path: str
    """Within its workspace folder."""
    start: int
    """First line, from 1."""
    end: int
    """Last line, from 1, inclusive."""
    source: str
    """``definition``, ``signature``, ``related``, ``edited``, ``changed``, ``viewed``, ``similar``, ``tab``,
    ``problem`` or ``clipboard``."""
    why: str
    """One line for a person."""
    score: float
    """Comparable within one answer only."""
    tokens: int
    shown: bool
    fate: str
    """``shown``, or why it was left out, for a person."""
    text: str


@attrs.frozen
class WhyOmission:
    """Lines of the document itself that were left out."""

    line: int
    """The first of them, from 1."""
    lines: int
    why: str


@attrs.frozen
class WhyStage:
    """Time that a stage took."""

    name: str
    milliseconds: float


@attrs.frozen
class CompletionWhyResult:
    """What the last prompt of a document held."""

    prefix_chars: int = 0
    """Text before the cursor."""
    suffix_chars: int = 0
    """Text after it."""
    snippets: tuple[WhySnippet, ...] = ()
    """The best first."""
    left_out: tuple[WhyOmission, ...] = ()
    late: tuple[str, ...] = ()
    """Sources that were not waited for."""
    stages: tuple[WhyStage, ...] = ()
