"""The document that the editor shows."""

from __future__ import annotations

import attrs

from hearth.context.source import Source, whole_lines

_BEFORE_SHARE = 0.6
"""Of a document that does not fit: what stands before the cursor says more about it than what follows."""


@attrs.frozen
class Active:
    """The active document, its name, and what is selected in it."""

    uri: str
    title: str
    language: str
    text: str = attrs.field(repr=False)
    start: int = 0
    """Selection or cursor, in code points."""
    end: int = 0
    private: bool = False
    """It may hold secrets, so it is not shown."""


def source(active: Active, chars: int) -> Source | None:
    """The selected lines; without a selection the whole document, or the part around the cursor that fits."""
    if not active.text.strip() or chars <= 0:
        return None
    first = active.text.rfind("\n", 0, active.start) + 1
    if active.end > active.start:
        last = _line_end(active.text, max(active.start, active.end - 1))
        return _part(active, first, first + len(whole_lines(active.text[first:last], chars)))
    if len(active.text) <= chars:
        return _part(active, 0, len(active.text))
    behind = active.text.find("\n", max(0, active.start - int(chars * _BEFORE_SHARE))) + 1
    begin = min(behind, first) if first - behind < chars else first
    return _part(active, begin, begin + len(whole_lines(active.text[begin:], chars)))


def _part(active: Active, start: int, end: int) -> Source | None:
    text = active.text[start:end]
    if not text.strip():
        return None
    line = active.text.count("\n", 0, start)
    lines = text.count("\n") + (not text.endswith("\n"))
    return Source(active.uri, active.title, active.language, text, line, line + lines)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1
