"""The names that a file defines and uses, as `tags.scm` finds them."""

from __future__ import annotations

import attrs
import tree_sitter

from .parse import Tree
from .regions import name_of

_DEFINITION, _REFERENCE = "definition.", "reference."


@attrs.frozen
class Mark:
    """One definition or reference. All positions are bytes."""

    defines: bool
    kind: str
    name: str
    name_start: int
    name_end: int
    start: int
    end: int


@attrs.frozen
class Tag:
    """One definition or reference. All positions are code points."""

    kind: str
    """One of ``queries.DEFINITIONS`` or ``queries.REFERENCES``."""
    name: str
    name_start: int
    name_end: int
    start: int
    """Of the whole definition, or of what names it: the call, the type."""
    end: int


def marks(tree: Tree, start: int | None = None, end: int | None = None) -> list[Mark]:
    """All tags that touch the bytes from start to end, in the order of their names; a name counts once a role.

    Of two patterns that find one name, the first in the query file holds.
    """
    found: dict[tuple[int, bool], tuple[int, str, tree_sitter.Node, tree_sitter.Node]] = {}
    data = tree.data
    for pattern, captures in tree.matches("tags", start, end):
        names = captures.get("name")
        if not names:
            continue
        for capture, nodes in captures.items():
            defines = capture.startswith(_DEFINITION)
            if defines or capture.startswith(_REFERENCE):
                outer = nodes[0]
                for node in names:
                    key = (node.start_byte, defines)
                    known = found.get(key)
                    if known is None or pattern < known[0]:
                        found[key] = pattern, capture, node, outer
                break
    defined = {byte for byte, defines in found if defines}
    return [
        Mark(
            defines,
            capture.partition(".")[2],
            name_of(data, name),
            byte,
            name.end_byte,
            outer.start_byte,
            outer.end_byte,
        )
        for (byte, defines), (_, capture, name, outer) in sorted(found.items(), key=_place)
        if defines or byte not in defined
    ]


def _place(item: tuple[tuple[int, bool], object]) -> int:
    return item[0][0]


def definitions(tree: Tree, start: int = 0, end: int | None = None) -> list[Tag]:
    """What is defined between two code point offsets (default: in the whole file), in order."""
    return [_tag(tree, mark) for mark in _inside(tree, start, end) if mark.defines]


def references(tree: Tree, start: int = 0, end: int | None = None) -> list[Tag]:
    """What is used between two code point offsets (default: in the whole file), in order; definitions left out."""
    return [_tag(tree, mark) for mark in _inside(tree, start, end) if not mark.defines]


def _inside(tree: Tree, start: int, end: int | None) -> list[Mark]:
    first = tree.offsets.byte(start)
    last = len(tree.data) if end is None else tree.offsets.byte(end)
    return [mark for mark in marks(tree, first, last) if mark.name_start < last and mark.name_end > first]


def _tag(tree: Tree, mark: Mark) -> Tag:
    char = tree.offsets.char
    return Tag(mark.kind, mark.name, *map(char, (mark.name_start, mark.name_end, mark.start, mark.end)))
