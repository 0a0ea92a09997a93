"""Between the types of LSP and those of the features."""

from __future__ import annotations

import functools
import re
from pathlib import Path, PurePath

import attrs
from lsprotocol import types as lt

from hearth.context.frame import Assembled, Fate
from hearth.context.source import Source
from hearth.context.sources.active import Active
from hearth.core.text import Encoding
from hearth.features.chat import pictures
from hearth.features.completion.request import Request
from hearth.prompts.render import fence
from hearth.providers.base import Message, Role, Usage
from hearth.workspace.roots import Roots
from hearth.workspace.secrets import is_secret

from .clients.profile import Profile
from .protocol_chat import ChatSource, ChatTurn, ChatUsage
from .protocol_completion import CompletionWhyResult, WhyOmission, WhySnippet, WhyStage
from .snapshots import Snapshot

_WORD_END = re.compile(r"\w*\Z")
_CUT = re.compile(r"[(\n]")
_LABEL_CHARS = 80
"""A longer label is cut by every editor, each in its own way."""
_ENCODINGS = {each.value: each for each in Encoding}


@attrs.frozen
class Cursor:
    """Where a completion goes: the request for the model, and how its text is inserted."""

    request: Request
    range: lt.Range
    """What the inserted text replaces."""
    lead: str = ""
    """Inserted before the model's text: what the range holds, or the item selected in the editor's own list."""


def encoding(agreed: str | None) -> Encoding:
    """The encoding that ``initialize`` agreed on."""
    return _ENCODINGS.get(agreed or "", Encoding.UTF16)


def inline_cursor(snapshot: Snapshot, params: lt.InlineCompletionParams, roots: Roots) -> Cursor:
    """The cursor of an inline completion; an item selected in the editor's list counts as typed."""
    automatic = params.context.trigger_kind == lt.InlineCompletionTriggerKind.Automatic
    selected = params.context.selected_completion_info
    if selected is None:
        offset = snapshot.offset(params.position.line, params.position.character)
        here = position(snapshot, offset)
        return Cursor(_request(snapshot, roots, snapshot.text, offset, automatic), lt.Range(start=here, end=here))
    start, end = offsets(snapshot, selected.range)
    text = snapshot.text[:start] + selected.text + snapshot.text[end:]
    request = _request(snapshot, roots, text, start + len(selected.text), automatic)
    return Cursor(attrs.evolve(request, imagined=True), selected.range, selected.text)


def list_cursor(snapshot: Snapshot, where: lt.Position, roots: Roots, *, automatic: bool) -> Cursor:
    """The cursor of an item for the editor's list. It replaces the word before the cursor by itself and more.

    That is how items of other servers look, so every editor filters, sorts and inserts it rightly.
    """
    offset = snapshot.offset(where.line, where.character)
    request = _request(snapshot, roots, snapshot.text, offset, automatic)
    word = _WORD_END.search(request.line_before)
    lead = word.group() if word else ""
    start = position(snapshot, offset - len(lead))
    return Cursor(request, lt.Range(start=start, end=position(snapshot, offset)), lead)


def beginning(snapshot: Snapshot, roots: Roots) -> Request:
    """What would be asked by hand at the beginning of a document."""
    return _request(snapshot, roots, snapshot.text, 0, automatic=False)


def list_item(cursor: Cursor, text: str, profile: Profile) -> lt.CompletionItem:
    """``text`` as an item of the editor's list, with what the editor knows of items."""
    whole = cursor.lead + text
    first = whole.strip().splitlines()[0]
    label = first if len(first) <= _LABEL_CHARS else first[: _LABEL_CHARS - 1] + "…"
    mark = fence(whole)
    code = lt.MarkupContent(kind=lt.MarkupKind.Markdown, value=f"{mark}{cursor.request.language}\n{whole}\n{mark}")
    begun, rest = _cut(whole) if profile.cuts_items else (whole, "")
    return lt.CompletionItem(
        label=label,
        kind=lt.CompletionItemKind.Text,
        detail="Hearth",
        documentation=code if profile.markdown else whole,
        preselect=True if profile.preselects else None,
        sort_text="\0",
        filter_text=whole.splitlines()[0] or first,
        insert_text_format=lt.InsertTextFormat.PlainText,
        insert_text_mode=lt.InsertTextMode.AsIs if profile.inserts_as_is else None,
        text_edit=lt.TextEdit(range=cursor.range, new_text=begun),
        additional_text_edits=[_behind(cursor.range.start, begun, rest)] if rest else None,
    )


def _cut(text: str) -> tuple[str, str]:
    """The beginning of a text, which ends before a parenthesis or line end, and the rest. A text never begins so."""
    end = _CUT.search(text, 1)
    at = end.start() if end else len(text)
    return text[:at], text[at:]


def _behind(start: lt.Position, before: str, text: str) -> lt.TextEdit:
    """Insert ``text`` behind a line's ``before``, which stands at ``start`` by then; columns are bytes."""
    place = lt.Position(line=start.line, character=start.character + len(before.encode()))
    return lt.TextEdit(range=lt.Range(start=place, end=place), new_text=text)


def position(snapshot: Snapshot, offset: int) -> lt.Position:
    """The client's position of an offset."""
    line, character = snapshot.position(offset)
    return lt.Position(line=line, character=character)


def offsets(snapshot: Snapshot, where: lt.Range) -> tuple[int, int]:
    """Offsets of a range, the smaller one first."""
    start = snapshot.offset(where.start.line, where.start.character)
    end = snapshot.offset(where.end.line, where.end.character)
    return min(start, end), max(start, end)


def active(snapshot: Snapshot, selection: lt.Range | None, roots: Roots) -> Active:
    """The active document of a question."""
    start, end = offsets(snapshot, selection) if selection else (0, 0)
    title = name(snapshot, roots)
    return Active(snapshot.uri, title, snapshot.language, snapshot.text, start, end, is_private(snapshot))


def name(snapshot: Snapshot, roots: Roots) -> str:
    """What to call a document: its path within its folder, or the end of its URI."""
    return _name(roots, snapshot.path) if snapshot.path is not None else snapshot.uri.rpartition("/")[2]


def history(turns: tuple[ChatTurn, ...]) -> tuple[Message, ...]:
    """Earlier turns of a conversation. Raises InputError for what is no picture."""
    return tuple(Message(Role(turn.role.value), turn.content, pictures.decoded(turn.images)) for turn in turns)


def chat_source(source: Source) -> ChatSource:
    """What a chat panel shows of a source. Sources are whole lines, so no columns need counting."""
    start = lt.Position(line=source.first_line, character=0)
    end = lt.Position(line=source.last_line, character=0)
    return ChatSource(uri=source.uri, range=lt.Range(start=start, end=end), title=source.title)


def chat_usage(usage: Usage) -> ChatUsage:
    """The work that an answer took."""
    return ChatUsage(**attrs.asdict(usage))


@functools.lru_cache(maxsize=256)
def _name(roots: Roots, path: Path) -> str:
    """Links are followed once for a document, not for each keystroke: a network drive takes its time for that."""
    return roots.name(path)


def _request(snapshot: Snapshot, roots: Roots, text: str, offset: int, automatic: bool) -> Request:
    return Request(
        text,
        offset,
        path=name(snapshot, roots),
        language=snapshot.language,
        automatic=automatic,
        private=is_private(snapshot),
    )


def completion_why(made: Assembled) -> CompletionWhyResult:
    """What a client shows of a prompt."""
    snippets = tuple(
        WhySnippet(
            path=each.snippet.path,
            start=each.snippet.start,
            end=each.snippet.end,
            source=each.snippet.origin.value,
            why=each.snippet.why,
            score=round(each.snippet.score, 3),
            tokens=each.tokens,
            shown=each.fate is Fate.SHOWN,
            fate=each.fate.value,
            text=each.snippet.text,
        )
        for each in made.ranked
    )
    return CompletionWhyResult(
        prefix_chars=len(made.prefix),
        suffix_chars=len(made.suffix),
        snippets=snippets,
        left_out=tuple(WhyOmission(each.line + 1, each.lines, each.why) for each in made.omitted),
        late=made.late,
        stages=tuple(WhyStage(name, milliseconds) for name, milliseconds in made.milliseconds.items()),
    )


def is_private(snapshot: Snapshot) -> bool:
    """Whether a document may hold secrets, so that no model may see it."""
    return is_secret(snapshot.path or PurePath(snapshot.uri))
