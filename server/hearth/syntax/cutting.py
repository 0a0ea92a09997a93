"""Where a stretch of text that is too long is cut: between statements, else between lines, else between words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

import tree_sitter

from .parse import Tree

_NEAR = 400
"""Bytes looked at for the start or end of a line. A longer indentation is no indentation, and a search without a
bound is quadratic on a file of one line."""


_APART = 32
"""Bytes between two places inside one line: a line of a megabyte has no use for all of its nodes."""


class Place(NamedTuple):
    """A node's start, where a cut may be made. The lesser of two is the better place."""

    tier: int
    """0 between two statements, 1 before another node that begins a line, 2 inside a line."""
    depth: int
    """Of the node in the tree: the fewer nodes a cut tears apart, the better."""
    tight: bool
    """No blank line before it."""
    before: int
    """Minus the byte: of two equal places the later one."""

    @property
    def byte(self) -> int:
        """Where the cut is."""
        return -self.before


def line_start(data: bytes, byte: int, floor: int = 0) -> int:
    """Start of the line of ``byte`` if only blanks stand between, else ``byte`` itself; not before ``floor``."""
    near = max(floor, byte - _NEAR)
    ended = max(data.rfind(b"\n", near, byte), data.rfind(b"\r", near, byte))
    start = ended + 1 if ended >= 0 else floor if near == floor else byte
    return start if not data[start:byte].strip() else byte


def pieces(data: bytes, start: int, end: int, most: int, places: list[Place]) -> list[tuple[int, int]]:
    """Spans that cover start to end, none over ``most`` bytes; ``places`` are in order of their bytes."""
    positions = [place.byte for place in places]
    found: list[tuple[int, int]] = []
    while end - start > most:
        rest = end - start
        even = rest // -(-rest // most)
        reach = min(most, even + even // 4)
        cut = _best(data, start, reach, positions, places)
        found.append((start, cut))
        start = cut
    found.append((start, end))
    return found


def _best(data: bytes, start: int, reach: int, positions: list[int], places: list[Place]) -> int:
    """A cut after ``start``, at most ``reach`` bytes on: in the farther half if there is a clean place."""
    for low in (start + reach // 2, start + 1):
        near = places[bisect_left(positions, low) : bisect_right(positions, start + reach)]
        best = min(near, default=None)
        if best is not None and best.tier <= 1:
            return best.byte
        if low != start + 1 and (paragraph := data.rfind(b"\n\n", low, start + reach)) >= 0:
            return paragraph + 2
        if (line := data.rfind(b"\n", low, start + reach)) >= 0:
            return line + 1
        if best is not None and low != start + 1:
            return best.byte
    return best.byte if best is not None else _between_words(data, start, start + reach)


def _between_words(data: bytes, start: int, end: int) -> int:
    """The last blank in the farther half, else between two characters."""
    blank = max(data.rfind(b" ", start + (end - start) // 2, end), data.rfind(b"\t", start + (end - start) // 2, end))
    if blank >= 0:
        return blank + 1
    while end > start + 1 and data[end] & 0xC0 == 0x80:
        end -= 1
    return end


def places(tree: Tree, start: int, end: int, most: int) -> list[Place]:
    """Starts of nodes inside start to end, in order; a node of at most ``most`` bytes is not looked into."""
    found: dict[int, Place] = {}
    nodes = tree.language.nodes
    cursor = tree.root.walk()
    above: list[bool] = []
    comment_end, within = -1, -_APART
    while (node := cursor.node) is not None:
        first, last = node.start_byte, node.end_byte
        if last > start and first < end:
            byte = _cut_before(tree.data, first, start)
            begins = byte == 0 or tree.data[byte - 1] in b"\r\n"
            if byte > start and (begins or byte >= within + _APART):
                if not begins:
                    within = byte
                if not _under_comment(tree.data, comment_end, byte):
                    place = _place(tree.data, byte, len(above), node.is_named and bool(above) and above[-1])
                    found[byte] = min(place, found.get(byte, place))
            if node.type in nodes.comments:
                comment_end = last
            if last - first > most and cursor.goto_first_child_for_byte(start) is not None:
                above.append(node.type in nodes.blocks)
                continue
        while first >= end or not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return [found[byte] for byte in sorted(found)]
            above.pop()
            first = start
    return []


def along(tree: Tree, end: int) -> list[tuple[int, int]]:
    """(byte, depth) of the cuts between statements before ``end`` on the way there, in order: of a block the cuts
    before all of its statements, and those inside of the last one only.
    """
    data, nodes = tree.data, tree.language.nodes
    found: dict[int, int] = {}
    waiting = [(tree.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        is_block = node.type in nodes.blocks
        inside: list[tree_sitter.Node] = []
        comment_end = -1
        for child in node.children:
            first = child.start_byte
            if first >= end:
                break
            if is_block and child.is_named:
                byte = line_start(data, first)
                begins = byte == 0 or data[byte - 1] in b"\r\n"
                if begins and not _under_comment(data, comment_end, byte):
                    found.setdefault(byte, depth + 1)
                    inside.clear()
            if child.type in nodes.comments:
                comment_end = child.end_byte
            if child.child_count:
                inside.append(child)
        waiting += [(each, depth + 1) for each in reversed(inside)]
    return sorted(found.items())


def _cut_before(data: bytes, first: int, floor: int) -> int:
    """Where a cut before a node is made: before its indentation if it begins a line."""
    return line_start(data, first, floor) if first > floor else first


def _place(data: bytes, byte: int, depth: int, statement: bool) -> Place:
    begins = data[byte - 1] in b"\r\n"
    tight = not data[max(0, byte - 3) : byte].endswith((b"\n\n", b"\n\r\n"))
    return Place(2 if not begins else 0 if statement else 1, depth, tight, -byte)


def _under_comment(data: bytes, comment_end: int, byte: int) -> bool:
    """Whether a comment ends on the line before: it speaks of what follows, so no cut goes between them."""
    between = data[comment_end:byte] if 0 <= comment_end <= byte <= comment_end + _NEAR else b"x"
    return not between.strip() and between.count(b"\n") <= 1
