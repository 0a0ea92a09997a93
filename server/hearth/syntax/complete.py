"""Is this text whole? How much of it does not parse, and how much of an insertion can be kept without breaking it."""

from __future__ import annotations

import re
import time

import attrs

from .parse import Tree
from .repair import without_line

_ATTEMPTS = 32
"""Parses for one insertion. A suggestion has fewer lines than that."""

_DEADLINE = 0.1
"""Seconds for all of them: a suggestion that is late is worth nothing."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD_END = re.compile(r"\w+|[^\w\s]")


@attrs.frozen(order=True)
class Damage:
    """How badly a text parses; less is better."""

    nodes: int
    """Places where the parser skipped something or took something as there that is not."""
    size: int
    """Bytes that it skipped."""


def damage(tree: Tree, start: int = 0, end: int | None = None) -> Damage:
    """Of the text between two code point offsets (default: all of it)."""
    first = tree.offsets.byte(start)
    last = len(tree.data) if end is None else tree.offsets.byte(end)
    nodes = size = 0
    cursor = tree.root.walk()
    while (node := cursor.node) is not None:
        begin, stop = node.start_byte, node.end_byte
        touches = begin <= last and stop >= first
        if touches and (node.is_error or node.is_missing):
            nodes += 1
            size += stop - begin
        elif touches and node.has_error and cursor.goto_first_child():
            continue
        while begin > last or not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return Damage(nodes, size)
            begin = first
    return Damage(nodes, size)


def is_whole(tree: Tree, start: int = 0, end: int | None = None) -> bool:
    """Whether the text between two code point offsets parses without an error."""
    return not tree.has_error or damage(tree, start, end).nodes == 0


def no_worse(before: Tree, after: Tree) -> bool:
    """Whether an edited text has no more syntax errors than it had."""
    return not after.has_error or damage(after).nodes <= damage(before).nodes


def longest_prefix(tree: Tree, offset: int, insertion: str, *, end: int | None = None) -> str:
    """The text of :func:`longest_inserted` alone."""
    return longest_inserted(tree, offset, insertion, end=end)[0]


def longest_inserted(
    tree: Tree, offset: int, insertion: str, *, end: int | None = None, all_of_it: Tree | None = None
) -> tuple[str, Tree | None]:
    """The longest part of an insertion, from its start, that leaves no syntax error of its own behind.

    It goes in at ``offset`` in place of the text up to ``end`` (code points; default: nothing is replaced). Parts end
    with a line or with a word of the first line. Best is a part with which the text has no more errors than it has
    without the line that is being typed; where there is none, the longest that adds none to those of that line. Empty
    if nothing can be kept. What is not tried within a tenth of a second is not found; raises TimeoutError if nothing
    was, for then nothing is known. With it comes the tree of the text that has it. ``all_of_it`` is that of the text
    with the whole insertion, where it is known already.
    """
    until = time.monotonic() + _DEADLINE
    rest = without_line(tree, offset) if tree.has_error else None
    least = damage(rest[1]).nodes if rest is not None else 0
    most = damage(tree).nodes
    kept: tuple[str, Tree | None] = "", None
    tried = False
    for length in _lengths(insertion)[:_ATTEMPTS]:
        left = until - time.monotonic()
        if left <= 0:
            break
        if length == len(insertion) and all_of_it is not None:
            after: Tree | None = all_of_it
        else:
            after = tree.edited(offset, offset if end is None else end, insertion[:length], deadline=left)
        if after is None:
            continue
        tried = True
        nodes = damage(after).nodes
        if nodes <= least:
            return insertion[:length], after
        if not kept[0] and nodes <= most:
            kept = insertion[:length], after
    if not tried and time.monotonic() >= until:
        raise TimeoutError("no part of the insertion was tried in time")
    return kept


def _lengths(insertion: str) -> list[int]:
    """Where a part may end, the longest first: the whole, each line, each word of the first line."""
    lines = [match.start() for match in _LINE_END.finditer(insertion)]
    first = insertion[: lines[0]] if lines else insertion
    words = [match.end() for match in _WORD_END.finditer(first)]
    return sorted({length for length in (len(insertion), *lines, *words) if insertion[:length].strip()}, reverse=True)
