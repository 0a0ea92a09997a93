"""The statements and definitions that an answer is made of."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from hearth.syntax.imports import imports
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope
from hearth.syntax.tags import definitions
from hearth.syntax.tokens import boundaries


@attrs.frozen
class Piece:
    """One statement or definition with the comment above it and the blanks behind it."""

    text: str
    is_target: bool = False
    is_import: bool = False
    names: tuple[str, ...] = ()
    """What it defines."""
    comment_end: int = 0
    """Where the comment above the definition ends in ``text``, and its line begins."""


def pieces(tree: Tree, start: int, end: int, target: Scope) -> Iterator[Piece]:
    """The text between two offsets, cut before each thing on the level of ``target``; nothing is left out."""
    line = tree.text.rfind("\n", 0, target.start) + 1
    cuts = boundaries(tree, max(0, start - 1), end)  # A place at the very start of a span is none inside it.
    depth = next((cut.depth for cut in reversed(cuts) if cut.offset <= line), 0)
    places = sorted({start, *(cut.offset for cut in cuts if cut.depth <= depth and start < cut.offset < end)})
    inside = [place for place in places if place <= max(line, start) or place >= target.end]
    for first, last in zip(inside, [*inside[1:], end], strict=True):
        yield _piece(tree, first, last, target)


def _piece(tree: Tree, start: int, end: int, target: Scope) -> Piece:
    text = tree.text[start:end]
    if start <= target.start < end:
        above = tree.text.rfind("\n", 0, target.start) + 1
        return Piece(text, is_target=True, comment_end=max(0, above - start))
    imported = imports(tree, start, end)
    if any(start <= each.start < end for each in imported):
        return Piece(text, is_import=True)
    names, behind = list[str](), start
    for each in sorted(definitions(tree, start, end), key=lambda each: (each.start, -each.end)):
        if each.start >= behind:
            names.append(each.name)
            behind = each.end
    return Piece(text, names=tuple(names))
