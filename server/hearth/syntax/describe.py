"""What a chunk is called: signatures, documentation, names defined and used."""

from __future__ import annotations

import re
from bisect import bisect_left

from . import tags
from .parse import Tree
from .regions import Region

_LONGEST_SIGNATURE = 240
_LONGEST_DOCSTRING = 1200
"""Characters. What is longer adds nothing to a search and floods a prompt."""

_READ_AHEAD = 4000
"""Bytes of a header or a comment that are looked at."""

_MARKS = re.compile(
    r"^[ \t]*(?:/\*\*?|\*/|\*|///?!?|--+|;+|#+!?|%+|<!--|-->)?[ \t]?|[ \t]*(?:\*/|-->)?[ \t]*$", re.MULTILINE
)
_QUOTES = re.compile(r"""^[rRuUbBfF]{0,2}(\"\"\"|'''|"|')(?P<body>.*?)\1?$""", re.DOTALL)
_OPENERS = " \t\r\n{:=("


class Facts:
    """Answers about one file; its tags are found once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        marks = tags.marks(tree)
        self._definitions = sorted((mark.name_start, mark.name) for mark in marks if mark.defines)
        self._references = sorted((mark.name_start, mark.name) for mark in marks if not mark.defines)

    def defines(self, start: int, end: int) -> tuple[str, ...]:
        """Names defined between two bytes, in order, each once."""
        return _between(self._definitions, start, end)

    def uses(self, start: int, end: int) -> tuple[str, ...]:
        """Names used between two bytes, in order, each once, without those that are defined there."""
        own = set(self.defines(start, end))
        return tuple(name for name in _between(self._references, start, end) if name not in own)

    def signature(self, region: Region) -> str:
        """The header of a scope on one line."""
        return signature(self._tree, region)

    def docstring(self, region: Region) -> str:
        """The documentation of a scope, from inside it or from the comment above it."""
        return docstring(self._tree, region)


def _between(names: list[tuple[int, str]], start: int, end: int) -> tuple[str, ...]:
    low, high = bisect_left(names, (start, "")), bisect_left(names, (end, ""))
    return tuple(dict.fromkeys(name for _, name in names[low:high]))


def signature(tree: Tree, region: Region) -> str:
    """The header of a scope on one line: from its decorators, left out, to its body."""
    stop = region.body_start if region.body_start > region.start else region.end
    if region.body_start == region.end:
        newline = tree.data.find(b"\n", region.start, region.end)
        stop = newline if newline >= 0 else region.end
    raw = tree.data[region.start : min(stop, region.start + _READ_AHEAD)].decode("utf-8", "ignore")
    skipped = ("@", "#[", "[", tree.language.line_comment or "//")
    lines = [line for line in raw.splitlines() if not line.lstrip().startswith(skipped)]
    line = " ".join(" ".join(lines or raw.splitlines()).split()).rstrip(_OPENERS)
    return _shortened(line)


def first_line(tree: Tree, start: int, end: int) -> str:
    """The first line of the text between two bytes."""
    newline = tree.data.find(b"\n", start, end)
    raw = tree.data[start : min(newline if newline >= 0 else end, start + _READ_AHEAD)].decode("utf-8", "ignore")
    return _shortened(" ".join(raw.split()).rstrip(_OPENERS))


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_SIGNATURE else line[: _LONGEST_SIGNATURE - 1] + "…"


def docstring(tree: Tree, region: Region) -> str:
    """Plain text of a scope's documentation; empty where there is none."""
    if region.doc is not None:
        first, last = region.doc
    else:
        first, last = _comment_above(tree, region.start)
    if first == last:
        return ""
    raw = tree.data[first : min(last, first + _READ_AHEAD)].decode("utf-8", "ignore")
    return plain(raw, quoted=region.doc is not None)[:_LONGEST_DOCSTRING]


def plain(raw: str, *, quoted: bool = False) -> str:
    """A comment without its marks, or a string without its quotes; indentation that all lines share is taken off."""
    match = _QUOTES.match(raw.strip()) if quoted else None
    text = match["body"] if match else _MARKS.sub("", raw)
    return "\n".join(line.strip() for line in text.strip().splitlines()).strip()


def _comment_above(tree: Tree, start: int) -> tuple[int, int]:
    """The comment lines directly above a byte; a pair of equal bytes where there are none."""
    data, language = tree.data, tree.language
    end = data.rfind(b"\n", max(0, start - _READ_AHEAD), start)
    if end < 0 or data[end:start].strip():
        return start, start
    comment = language.line_comment.encode()
    leads = tuple(each.encode() for each in language.leads)
    opening, closing = (each.encode() for each in language.block_comment or ("", ""))
    first, last = end, end
    while first > 0:
        above = data.rfind(b"\n", 0, first) + 1 if first == end else data.rfind(b"\n", 0, first - 1) + 1
        line = data[above:first].strip()
        if leads and line.startswith(leads) and not (comment and line.startswith(comment)):
            last = first = above
            if above == 0:
                break
            last = first = above - 1 if first == end else above
            continue
        if comment and line.startswith(comment) and end - above < _READ_AHEAD:
            first = above
            continue
        if closing and line.endswith(closing) and first == last:
            opened = data.rfind(opening, max(0, first - _READ_AHEAD), first)
            return (opened, first) if opened >= 0 else (start, start)
        break
    return first, last
