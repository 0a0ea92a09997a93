"""The smallest set of replacements that makes one text of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

import attrs

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@attrs.frozen
class Change:
    """Replaces the text between two code point offsets."""

    start: int
    end: int
    text: str


def changes(old: str, new: str, offset: int = 0) -> tuple[Change, ...]:
    """From ``old``, which begins at ``offset`` of its document, to ``new``: in order, and apart from one another."""
    before, after = _LINE.findall(old), _LINE.findall(new)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        _trimmed(offset + starts[first], "".join(before[first:last]), "".join(after[left:right]))
        for tag, first, last, left, right in matcher.get_opcodes()
        if tag != "equal"
    )


def applied(text: str, edits: Iterable[Change]) -> str:
    """``text`` after the changes."""
    return "".join(_pieces(text, edits))


def _pieces(text: str, edits: Iterable[Change]) -> Iterator[str]:
    at = 0
    for each in sorted(edits, key=lambda each: each.start):
        yield text[at : each.start]
        yield each.text
        at = each.end
    yield text[at:]


def _trimmed(start: int, old: str, new: str) -> Change:
    """Without what both have at their ends. A pair of CR and LF is not torn apart."""
    most = min(len(old), len(new))
    lead = 0
    while lead < most and old[lead] == new[lead]:
        lead += 1
    if lead and old[lead - 1] == "\r":
        lead -= 1
    tail = 0
    while tail < most - lead and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if tail and old[len(old) - tail] == "\n" and old[len(old) - tail - 1 : len(old) - tail] == "\r":
        tail -= 1
    return Change(start + lead, start + len(old) - tail, new[lead : len(new) - tail])
