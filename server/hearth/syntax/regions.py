"""The scopes of a file as spans of bytes: what `scopes.scm` finds, nested."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import tree_sitter

from .parse import Tree

_PREFIX = "scope."
_DEEPEST = 24
"""Scopes nested deeper are part of the one they are in. Nobody writes them; generators and attackers do."""

_WRAPPED = 4
"""Most wrappers around one definition: `export default @decorated class`."""


@attrs.frozen(eq=False)
class Region:
    """One scope. All positions are bytes."""

    kind: str
    name: str
    name_start: int
    """-1 where there is no name."""
    start: int
    """Decorators and other wrappers included."""
    end: int
    body_start: int
    """Equals ``end`` where the scope has no body of its own."""
    body_end: int
    owner: str
    """The type that a method names itself, where it stands outside of it: Go, C++, Lua."""
    doc: tuple[int, int] | None
    """The documentation inside the scope, where the language puts it there."""
    children: tuple[Region, ...] = ()


def regions(tree: Tree, start: int | None = None, end: int | None = None) -> list[Region]:
    """Outermost scopes of a file, or those that touch the bytes from start to end; inner ones are their children."""
    return _nest(flat(tree, start, end))


def flat(tree: Tree, start: int | None = None, end: int | None = None) -> list[Region]:
    """All scopes, an outer one before what is in it. Two patterns that find one node count once, the first of them."""
    found: dict[tuple[int, int], tuple[int, Region]] = {}
    for pattern, captures in tree.matches("scopes", start, end):
        region = _region(tree, captures)
        if region is not None:
            span = (region.start, region.end)
            if span not in found or pattern < found[span][0]:
                found[span] = pattern, region
    return sorted((region for _, region in found.values()), key=lambda each: (each.start, -each.end))


def _region(tree: Tree, captures: dict[str, list[tree_sitter.Node]]) -> Region | None:
    for capture, nodes in captures.items():
        if capture.startswith(_PREFIX):
            node, kind = nodes[0], capture[len(_PREFIX) :]
            break
    else:
        return None
    names, bodies, docs = captures.get("name"), captures.get("body"), captures.get("doc")
    owners = captures.get("owner")
    outer = _wrapped(tree, node)
    return Region(
        kind=kind,
        name=name_of(tree.data, names[0]) if names else "",
        name_start=names[0].start_byte if names else -1,
        start=outer.start_byte,
        end=outer.end_byte,
        body_start=bodies[0].start_byte if bodies else outer.end_byte,
        body_end=bodies[-1].end_byte if bodies else outer.end_byte,
        owner=name_of(tree.data, owners[0]).partition("<")[0] if owners else "",
        doc=docs[0].byte_range if docs else None,
    )


def _wrapped(tree: Tree, node: tree_sitter.Node) -> tree_sitter.Node:
    wrappers = tree.language.nodes.wrappers
    if wrappers:
        for _ in range(_WRAPPED):
            parent = node.parent
            if parent is None or parent.type not in wrappers:
                break
            node = parent
    return node


_LONGEST_NAME = 200
"""Bytes. A longer name is a heading that is a paragraph, or no name at all."""


_QUOTES = "\"'`"


def name_of(data: bytes, node: tree_sitter.Node) -> str:
    """Text of a name: one line, without the quotes around it or the colon of a symbol of Ruby."""
    start = node.start_byte
    text = data[start : min(node.end_byte, start + _LONGEST_NAME)].decode("utf-8", "ignore")
    if text.isidentifier():
        return text
    line = " ".join(text.split())
    if len(line) > 1 and line[0] == line[-1] and line[0] in _QUOTES:
        return line[1:-1]
    return line.removeprefix(":") if node.type == "simple_symbol" else line


def _nest(ordered: Iterable[Region]) -> list[Region]:
    """A forest of regions in order. One that only overlaps another, which broken code brings, is left out."""
    top: list[Region] = []
    stack: list[tuple[Region, list[Region]]] = []

    def close() -> None:
        region, children = stack.pop()
        closed = attrs.evolve(region, children=tuple(children)) if children else region
        (stack[-1][1] if stack else top).append(closed)

    for region in ordered:
        while stack and stack[-1][0].end <= region.start:
            close()
        if len(stack) >= _DEEPEST or (stack and region.end > stack[-1][0].end):
            continue
        stack.append((region, []))
    while stack:
        close()
    return top
