"""The smallest parts of a text in order: what two versions of it have in common when only some kind of part changed."""

from __future__ import annotations

from typing import Literal

import attrs

from .parse import Tree
from .regions import flat

Role = Literal["code", "name", "comment", "documentation"]


@attrs.frozen
class Leaf:
    """One token, or text between tokens that the grammar gives no node of its own, such as what a string says."""

    role: Role
    text: str
    parent: str
    """What the grammar calls the node that it is in."""


def leaves(tree: Tree, start: int = 0, end: int | None = None) -> list[Leaf]:
    """The leaves that touch the text between two code point offsets (default: all of it)."""
    first = tree.offsets.byte(start)
    last = len(tree.data) if end is None else tree.offsets.byte(end)
    nodes, data = tree.language.nodes, tree.data
    documentation = {region.doc for region in flat(tree, first, last) if region.doc is not None}
    found: list[Leaf] = []
    seen = first

    def add(role: Role, begin: int, stop: int, parent: str) -> None:
        text = data[begin:stop].decode("utf-8", "replace").strip()
        if text:
            found.append(Leaf(role, text, parent))

    cursor = tree.root.walk()
    while (node := cursor.node) is not None:
        begin, stop = node.start_byte, node.end_byte
        if stop > first and begin < last:
            parent = node.parent.type if node.parent is not None else ""
            add("code", seen, min(begin, last), parent)
            seen = max(seen, begin)
            if (begin, stop) in documentation:
                add("documentation", begin, stop, parent)
                seen = stop
            elif node.type in nodes.comments:
                add("comment", begin, stop, parent)
                seen = stop
            elif node.child_count == 0:
                add("name" if node.type in nodes.identifiers else "code", begin, stop, parent)
                seen = stop
            elif cursor.goto_first_child():
                continue
        while begin >= last or not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                add("code", seen, last, "")
                return found
            begin = first
            parent_node = cursor.node
            if parent_node is not None and parent_node.end_byte > seen:
                add("code", seen, min(parent_node.end_byte, last), parent_node.type)
                seen = max(seen, min(parent_node.end_byte, last))
    return found
