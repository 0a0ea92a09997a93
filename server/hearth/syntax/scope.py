"""The functions, classes and namespaces around a place, with their headers. Works while the place is being typed at."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from tree_sitter import Node

from . import describe
from .parse import Tree, parse
from .regions import Region, flat
from .repair import indentation, without_line


@attrs.frozen
class Scope:
    """One scope around a place. Positions are code points."""

    kind: str
    """One of ``queries.UNITS``, ``queries.CONTAINERS`` or ``queries.PARTS``."""
    name: str
    """Empty for what has none: a default export, an initialiser."""
    owner: str
    """The type that a method names itself, where it stands outside of it: Go, C++, Lua."""
    start: int
    """Decorators and other wrappers included; comments above are not."""
    body_start: int
    """The header is what stands before it. Equals ``end`` where there is no body."""
    body_end: int
    end: int
    signature: str
    """The header on one line, decorators left out."""
    docstring: str


def enclosing(tree: Tree, offset: int) -> tuple[Scope, ...]:
    """The scopes that hold the place at a code point offset, the outermost first.

    Where the text does not parse, they are taken from the text without the line of the place, or, in a language of
    braces, from the text before it with what is open closed. In a language of indentation a place on a blank line is
    inside the scopes that the line is indented under.
    """
    found = _around(tree, offset)
    if not tree.has_error:
        return tuple(_scope(tree, region) for region in found)
    torn = _torn(tree, offset) or (tree.root.is_error and not found)
    repaired = without_line(tree, offset) if torn else None
    if repaired is not None:
        start, cut = repaired
        other = _around(cut, start)
        if len(other) >= len(found) and other:
            removed = len(tree.text) - len(cut.text)
            return tuple(_scope(cut, each, lambda at: at if at <= start else at + removed) for each in other)
        torn = _torn(cut, start) or cut.root.is_error
    if tree.language.block_style == "braces" and (tree.root.is_error or (torn and not found)):
        closed = _closed(tree, offset)
        if closed is not None:
            start, whole = closed
            other = _around(whole, offset - start)
            if len(other) > len(found):
                return tuple(_scope(whole, each, lambda at: at + start) for each in other)
    return tuple(_scope(tree, region) for region in found)


def scopes(tree: Tree) -> list[Scope]:
    """All scopes of a file, an outer one before what is in it."""
    return [_scope(tree, region) for region in flat(tree)]


@attrs.frozen
class Span:
    """Where a scope is, and nothing else of it; the fields are those of :class:`Scope`."""

    start: int
    body_start: int
    body_end: int
    end: int


def spans(tree: Tree, offset: int) -> list[Span]:
    """All scopes that begin before a code point offset, an outer one before what is in it."""
    char = tree.offsets.char
    return [
        Span(char(each.start), char(each.body_start), char(each.body_end), char(each.end))
        for each in flat(tree, 0, tree.offsets.byte(offset))
    ]


def _around(tree: Tree, offset: int) -> list[Region]:
    byte = tree.offsets.byte(offset)
    if tree.language.block_style != "indent":
        return [each for each in flat(tree, byte, byte + 1) if each.start < byte < each.end]
    changed = tree.changed
    last = len(tree.data[: changed[0] if changed is not None and changed[0] <= byte <= changed[1] else byte].rstrip())
    deep = indentation(tree.text, offset)

    def holds(region: Region) -> bool:
        if region.start >= byte or region.end < last:
            return False
        if last < region.end and byte <= region.end:
            return True
        return deep > indentation(tree.text, tree.offsets.char(region.start))

    return [each for each in flat(tree, max(0, last - 1), byte + 1) if holds(each)]


def _torn(tree: Tree, offset: int) -> bool:
    """Whether what stands on the line of a place did not parse, or is in some part of the file that did not. Where it
    is elsewhere that the text is broken, nothing is learned from doing without the line.
    """
    text = tree.text
    end = text.find("\n", offset)
    first = tree.offsets.byte(text.rfind("\n", 0, offset) + 1)
    last = tree.offsets.byte(len(text) if end < 0 else end)
    cursor = tree.root.walk()
    if cursor.goto_first_child_for_byte(max(0, first - 1)) is None:
        return tree.has_error
    while (node := cursor.node) is not None and node.start_byte <= last:
        if node.has_error or node.is_missing:
            return True
        if not cursor.goto_next_sibling():
            break
    return False


_PAIRS = {"(": ")", "[": "]", "{": "}"}
_MOST_CLOSED = 8000
"""Bytes before a place in which open brackets are looked for, in a long text. So much is parsed in milliseconds."""


def _closed(tree: Tree, offset: int) -> tuple[int, Tree] | None:
    """Where it begins, and the text from there to a place with every bracket closed that is open there.

    It begins with the text, or, in a long one, with the paragraph of the outermost bracket that is open.
    """
    byte = tree.offsets.byte(offset)
    first = max(0, byte - _MOST_CLOSED)
    open_ = _open(tree, first, byte)
    if not open_:
        return None
    if first == 0:
        closed = tree.edited(offset, len(tree.text), _closers(open_))
        return None if closed is None else (0, closed)
    paragraph = max(tree.data.rfind(b"\n\n", first, open_[0].start_byte), tree.data.find(b"\n", first))
    start = tree.offsets.char(paragraph + 1)
    part = parse(f"{tree.text[start:offset]}{_closers(open_)}", tree.language)
    return None if part is None else (start, part)


def _open(tree: Tree, first: int, last: int) -> list[Node]:
    """The brackets between two bytes that are open at the second, the outermost first."""
    found: list[Node] = []
    cursor = tree.root.walk()
    while (node := cursor.node) is not None and node.start_byte < last:
        kind = node.type
        # What parsed and ends before the place closes all that it opens, so only the rest is walked through.
        unfinished = node.end_byte > first and (node.end_byte > last or node.has_error)
        if node.start_byte >= first and not node.is_missing:
            if kind in _PAIRS:
                found.append(node)
            elif found and kind == _PAIRS[found[-1].type]:
                found.pop()
        if unfinished and kind not in tree.language.nodes.strings and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found
    return found


def _closers(open_: list[Node]) -> str:
    return "".join("\n" + _PAIRS[each.type] for each in reversed(open_))


def _scope(tree: Tree, region: Region, moved: Callable[[int], int] = lambda at: at) -> Scope:
    """``moved`` says where a place of this tree is in the text that the scope is asked for."""

    def place(byte: int) -> int:
        return moved(tree.offsets.char(byte))

    return Scope(
        kind=region.kind,
        name=region.name,
        owner=region.owner,
        start=place(region.start),
        body_start=place(region.body_start),
        body_end=place(region.body_end),
        end=place(region.end),
        signature=describe.signature(tree, region),
        docstring=describe.docstring(tree, region),
    )
