"""Identifiers, strings, comments and statements: what a place is in, and where a text may be cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from . import cutting
from .parse import Tree

_DEEP = 1000
"""Nodes above one place that are looked at."""


@attrs.frozen
class Identifier:
    """One use of a name. Positions are code points."""

    name: str
    start: int
    end: int


@attrs.frozen
class Boundary:
    """A place before a statement that begins a line, at the line's start."""

    offset: int
    """Code points."""
    depth: int
    """Nodes around the statement: a cut at the lesser of two tears less apart."""


def identifiers(tree: Tree, start: int = 0, end: int | None = None) -> list[Identifier]:
    """Identifiers that touch the text between two code point offsets (default: all of it), in order."""
    char = tree.offsets.char
    return [Identifier(name, char(begin), char(stop)) for name, begin, stop in _identifiers(tree, start, end)]


def names(tree: Tree, start: int = 0, end: int | None = None) -> Iterator[str]:
    """The names that :func:`identifiers` finds, each as it is come to: who has seen enough pays for no more."""
    return (name for name, _, _ in _identifiers(tree, start, end))


def _identifiers(tree: Tree, start: int, end: int | None) -> Iterator[tuple[str, int, int]]:
    first = tree.offsets.byte(start)
    last = len(tree.data) if end is None else tree.offsets.byte(end)
    kinds = tree.language.nodes.identifiers
    cursor = tree.root.walk()
    while (node := cursor.node) is not None:
        begin, stop = node.start_byte, node.end_byte
        if stop > first and begin < last:
            if node.type in kinds:
                yield tree.data[begin:stop].decode("utf-8", "ignore"), begin, stop
            elif cursor.goto_first_child_for_byte(first) is not None:
                continue
        while begin >= last or not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            begin = first


def kind_at(tree: Tree, offset: int) -> Literal["string", "comment"] | None:
    """Whether a place (a code point offset) is inside a string or a comment, their marks not counted as inside.

    The end of a comment that goes to the end of its line is inside.
    """
    byte = tree.offsets.byte(offset)
    nodes = tree.language.nodes
    cursor = tree.root.walk()
    for _ in range(_DEEP):
        node = cursor.node
        if node is None:
            break
        if node.type in nodes.strings and node.start_byte < byte < node.end_byte:
            return "string"
        if node.type in nodes.comments and node.start_byte < byte <= node.end_byte:
            closing = (tree.language.block_comment or ("", ""))[1].encode()
            closed = closing and tree.data.endswith(closing, 0, node.end_byte)
            return None if closed and byte == node.end_byte else "comment"
        if cursor.goto_first_child_for_byte(max(0, byte - 1)) is None:
            break
    return None


def boundaries(tree: Tree, start: int = 0, end: int | None = None) -> list[Boundary]:
    """Where the text between two code point offsets may be cut cleanly, in order: before statements, not at comments
    that belong to what follows.
    """
    first = tree.offsets.byte(start)
    last = len(tree.data) if end is None else tree.offsets.byte(end)
    found = cutting.places(tree, first, last, 0)
    return [Boundary(tree.offsets.char(place.byte), place.depth) for place in found if place.tier == 0]


def boundaries_to(tree: Tree, offset: int) -> list[Boundary]:
    """Of the boundaries before a code point offset those on the way to it: what is inside of a statement counts only
    if no other statement of its block follows before the offset.
    """
    return [Boundary(tree.offsets.char(byte), depth) for byte, depth in cutting.along(tree, tree.offsets.byte(offset))]
