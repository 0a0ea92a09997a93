"""What a next-edit model is shown: the lines around the last edit, now and before it, and what was edited before that.

Secrets are redacted. Lines keep their numbers then, so that an answer about the redacted lines is one about the lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import unified_diff
from functools import partial

import attrs

from hearth.core.text import Encoding, LineIndex, difference, well_formed
from hearth.prompts.next_edit import Change, NextEditFormat, Shown
from hearth.workspace.redact import redact

_MOST_CHARS = 6000
"""Of the lines to rewrite: more takes too long, and lines that long are no code that somebody edits."""
_CONTEXT_CHARS = 6000
"""On each side of them."""
_CHANGE_CHARS = 2000
_CHANGES_CHARS = 6000
"""Of all changes that are shown."""
_CHANGE_LINES = 40
"""A larger change was pasted or is many in one."""
_MARGIN = 100
"""Lines on each side that are looked at for secrets: longer than a private key."""
_HUNK = re.compile(r"\A@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@")


@attrs.frozen
class Window:
    """The lines that a model writes anew."""

    start: int
    """Offset of the first, in code points."""
    lines: tuple[str, ...] = attrs.field(repr=False)
    """Without their ends."""
    shown: tuple[str, ...] = attrs.field(repr=False)
    """As the model sees them."""
    starts: tuple[int, ...] = attrs.field(repr=False)
    """Offset of each."""
    newline: str
    """How lines end here."""
    cursor: int
    """Offset of the end of the last edit."""
    edited: tuple[int, int]
    """The lines of the last edit, counted in the window; the second is behind them."""
    original: tuple[str, ...] = attrs.field(repr=False)
    """The same lines before it, as the model sees them."""
    is_top: bool
    """The document begins with it."""
    is_end: bool
    """The document ends with it."""

    @property
    def line(self) -> int:
        """The cursor's line, counted in the window."""
        return self.edited[1] - 1


def window(text: str, before: str, form: NextEditFormat) -> Window | None:
    """The lines around the edit that made ``text`` of ``before``; None if they are too long, or nothing was edited."""
    start, old_end, new_end = difference(before, text)
    if start == old_end == new_end:
        return None
    index, old = LineIndex(text), LineIndex(before)
    line = _line_of(index, new_end)
    first, last = max(0, line - form.around), min(index.line_count, line + form.around + 1)
    last = max(line + 1, min(last, _count(index)))
    lines = tuple(map(index.line, range(first, last)))
    if sum(map(len, lines)) > _MOST_CHARS:
        return None
    starts = tuple(_start_of(index, number) for number in range(first, last))
    end = starts[-1] + len(lines[-1])
    edited = max(0, _line_of(index, start) - first), line + 1 - first
    original_first = _line_of(old, min(starts[0], start))
    original_last = _line_of(old, max(0, end - new_end) + old_end) + 1
    return Window(
        start=starts[0],
        lines=lines,
        shown=_clean(index, first, last),
        starts=starts,
        newline=_newline(text, starts[0] + len(lines[0])),
        cursor=new_end,
        edited=edited,
        original=_clean(old, original_first, original_last),
        is_top=first == 0,
        is_end=not text[end:].strip(),
    )


def shown(found: Window, text: str, path: str, form: NextEditFormat) -> Shown | None:
    """What is shown of the document; None if it holds what the format has another meaning for."""
    index = LineIndex(text)
    first = _line_of(index, found.start)
    last = first + len(found.lines)
    above = _near(_clean(index, max(0, first - form.context), first), nearest_last=True)
    below = _near(_clean(index, last, max(last, min(_count(index), last + form.context))), nearest_last=False)
    before, after = _split(found, text)
    made = Shown(
        path=well_formed(path),
        before=before,
        after=after,
        original="\n".join(found.original),
        above="".join(f"{line}\n" for line in above),
        below="".join(f"{line}\n" for line in below),
        is_top=len(above) == first,
        first=first + 1,
    )
    return made if form.takes(made.texts) and len(made.original) <= 2 * _MOST_CHARS else None


def changes(edits: Sequence[tuple[str, str, str]], form: NextEditFormat) -> list[Change]:
    """The newest of some edits, (path, text before, text after) in the order of time; what is too large is left out."""
    made: list[Change] = []
    room = _CHANGES_CHARS
    for path, before, after in reversed(edits):
        change = _change(path, before, after, form.change_lines)
        room -= len(change.old) + len(change.new) if change is not None else 0
        if room < 0 or len(made) == form.changes:
            break
        if change is not None:
            made.append(change)
    return made[::-1]


def _change(path: str, before: str, after: str, around: int) -> Change | None:
    start, old_end, new_end = difference(before, after)
    if start == old_end == new_end or max(old_end, new_end) - start > _CHANGE_CHARS:
        return None
    old, new = LineIndex(before), LineIndex(after)
    first = _line_of(old, start)
    old_last, new_last = _line_of(old, old_end) + 1, _line_of(new, new_end) + 1
    if max(old_last, new_last) - first > _CHANGE_LINES:
        return None
    top = max(0, first - around)
    was = _clean(old, top, min(_count(old), old_last + around))
    now = _clean(new, top, min(_count(new), new_last + around))
    if was == now or sum(map(len, was)) + sum(map(len, now)) > 2 * _CHANGE_CHARS:
        return None
    rows = [_HUNK.sub(partial(_moved, top), row) for row in unified_diff(was, now, n=around, lineterm="")]
    return Change(well_formed(path), "\n".join(was), "\n".join(now), "\n".join(rows[2:]), top + 1)


def _moved(by: int, header: re.Match[str]) -> str:
    """The header of a hunk that is so many lines further down."""
    old, old_length, new, new_length = header.groups("")
    return f"@@ -{int(old) + by}{old_length} +{int(new) + by}{new_length} @@"


def _count(index: LineIndex) -> int:
    """Lines, without the empty one behind the final line end."""
    return index.line_count - (not index.line(index.line_count - 1))


def _split(found: Window, text: str) -> tuple[str, str]:
    """The lines as shown, before and behind the cursor; behind its line if that is not shown as it is."""
    line = found.line
    column = found.cursor - found.starts[line]
    if found.shown[line] != found.lines[line]:
        column = len(found.shown[line])
    joined = "\n".join(found.shown)
    at = sum(len(each) + 1 for each in found.shown[:line]) + min(column, len(found.shown[line]))
    return joined[:at], joined[at:]


def _clean(index: LineIndex, first: int, last: int) -> tuple[str, ...]:
    """Lines without secrets, also without those that begin or end outside of them."""
    top, bottom = max(0, first - _MARGIN), min(index.line_count, last + _MARGIN)
    lines = list(map(index.line, range(top, bottom)))
    clean = redact("\n".join(lines)).text.split("\n")
    if len(clean) != len(lines):
        return ("",) * (last - first)  # It cannot be said which is which.
    return tuple(well_formed(line) for line in clean[first - top : last - top])


def _near(lines: tuple[str, ...], *, nearest_last: bool) -> list[str]:
    """As many of some lines as are not too long together, from the nearest on."""
    kept: list[str] = []
    room = _CONTEXT_CHARS
    for line in reversed(lines) if nearest_last else lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept[::-1] if nearest_last else kept


def _line_of(index: LineIndex, offset: int) -> int:
    return index.position(offset, Encoding.UTF32)[0]


def _start_of(index: LineIndex, line: int) -> int:
    return index.offset(line, 0, Encoding.UTF32)


def _newline(text: str, end: int) -> str:
    if text.startswith("\r\n", end):
        return "\r\n"
    return "\r" if text.startswith("\r", end) else "\n"
