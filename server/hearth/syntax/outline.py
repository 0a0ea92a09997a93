"""The definitions of a file as a tree: what an editor shows as its outline."""

from __future__ import annotations

import attrs

from . import describe
from .parse import Tree
from .regions import Region, flat
from .tags import Mark, marks

_DEEPEST = 24
"""Definitions nested deeper are listed at this depth."""


@attrs.frozen
class Entry:
    """One definition and those inside it. Positions are code points."""

    kind: str
    """One of ``queries.DEFINITIONS``."""
    name: str
    signature: str
    """The header on one line; for a definition without a body its first line."""
    start: int
    end: int
    name_start: int
    name_end: int
    children: tuple[Entry, ...] = ()


@attrs.define
class _Open:
    mark: Mark
    children: list[Entry]


def outline(tree: Tree) -> tuple[Entry, ...]:
    """The outermost definitions of a file in order, each with those that it holds."""
    regions = {region.name_start: region for region in flat(tree)}
    found = sorted((mark for mark in marks(tree) if mark.defines), key=lambda mark: (mark.start, -mark.end))
    top: list[Entry] = []
    stack: list[_Open] = []

    def close() -> None:
        done = stack.pop()
        entry = _entry(tree, done.mark, regions.get(done.mark.name_start), tuple(done.children))
        (stack[-1].children if stack else top).append(entry)

    for mark in found:
        while stack and (stack[-1].mark.end <= mark.start or len(stack) >= _DEEPEST):
            close()
        stack.append(_Open(mark, []))
    while stack:
        close()
    return tuple(top)


def _entry(tree: Tree, mark: Mark, region: Region | None, children: tuple[Entry, ...]) -> Entry:
    char = tree.offsets.char
    line = describe.signature(tree, region) if region else describe.first_line(tree, mark.start, mark.end)
    return Entry(
        kind=mark.kind,
        name=mark.name,
        signature=line,
        start=char(mark.start),
        end=char(mark.end),
        name_start=char(mark.name_start),
        name_end=char(mark.name_end),
        children=children,
    )
