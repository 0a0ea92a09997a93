"""The functions, classes and namespaces around a place, with their headers. Works while the place is being typed at."""

from __future__ import annotations

import attrs

from . import describe
from .parse import Tree
from .regions import Region, flat

_BLANK = " \t\r\n"


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
    if tree.has_error:
        repaired = without_line(tree, offset)
        if repaired is not None:
            start, cut = repaired
            other = _around(cut, start)
            if len(other) >= len(found) and other:
                removed = len(tree.text) - len(cut.text)
                return tuple(_scope(cut, region, start, removed) for region in other)
        if not found and tree.language.block_style == "braces":
            closed = _closed(tree, offset)
            if closed is not None:
                return tuple(_scope(closed, region) for region in _around(closed, offset))
    return tuple(_scope(tree, region) for region in found)


def scopes(tree: Tree) -> list[Scope]:
    """All scopes of a file, an outer one before what is in it."""
    return [_scope(tree, region) for region in flat(tree)]


def _around(tree: Tree, offset: int) -> list[Region]:
    byte = tree.offsets.byte(offset)
    if tree.language.block_style != "indent":
        return [each for each in flat(tree, byte, byte + 1) if each.start < byte < each.end]
    last = len(tree.data[:byte].rstrip())
    indentation = _indentation(tree.text, offset)

    def holds(region: Region) -> bool:
        if region.start >= byte or region.end < last:
            return False
        if last < region.end and byte <= region.end:
            return True
        return indentation > _indentation(tree.text, tree.offsets.char(region.start))

    return [each for each in flat(tree, max(0, last - 1), byte + 1) if holds(each)]


def _indentation(text: str, offset: int) -> int:
    """Blanks at the start of the line of a place, as far as they are before it."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return len(line) - len(line.lstrip(_BLANK))


def without_line(tree: Tree, offset: int) -> tuple[int, Tree] | None:
    """Where the line of a place began, and the tree of the text in which that line is blank."""
    text = tree.text
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    first = start + len(text[start:end]) - len(text[start:end].lstrip(_BLANK))
    if first == end:
        return None
    placeholder = tree.language.placeholder
    cut = tree.edited(first, end, placeholder)
    return None if cut is None else (first, cut)


_PAIRS = {"(": ")", "[": "]", "{": "}"}


def _closed(tree: Tree, offset: int) -> Tree | None:
    """The text before a place with every bracket closed that is open there, and nothing after it."""
    byte = tree.offsets.byte(offset)
    open_ = []
    cursor = tree.root.walk()
    while (node := cursor.node) is not None and node.start_byte < byte:
        kind = node.type
        if kind in _PAIRS and not node.is_missing:
            open_.append(kind)
        elif open_ and kind == _PAIRS[open_[-1]] and not node.is_missing:
            open_.pop()
        # What parsed and ends before the place closes all that it opens, so only the rest is walked through.
        unfinished = node.end_byte > byte or node.has_error
        if unfinished and kind not in tree.language.nodes.strings and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return tree.edited(offset, len(tree.text), _closers(open_))
    return tree.edited(offset, len(tree.text), _closers(open_))


def _closers(open_: list[str]) -> str:
    return "".join("\n" + _PAIRS[each] for each in reversed(open_))


def _scope(tree: Tree, region: Region, edited: int | None = None, removed: int = 0) -> Scope:
    """Positions of a tree with a line taken out are moved back to where they are in the text itself."""

    def place(byte: int) -> int:
        char = tree.offsets.char(byte)
        return char if edited is None or char <= edited else char + removed

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
