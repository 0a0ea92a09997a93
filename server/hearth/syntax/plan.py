"""Which pieces a file is cut into. All positions are bytes."""

from __future__ import annotations

import re

import attrs

from . import cutting
from .parse import Tree
from .queries import CONTAINERS, PARTS, UNITS
from .regions import Region, regions

_NAMESPACES = frozenset({"module", "namespace"})
_CLOSERS = re.compile(rb"(?:[^\w]|_|\b(?:end|fi|done|esac)\b)*")
"""What says nothing by itself: it stays with what it closes."""

_LONGEST_CLOSER = 200
"""Bytes by which a piece may be over the limit so that its closing brackets stay with it."""

_SCRAP = 120
"""Bytes before a large section that go with it: too little to stand alone."""

_TAIL = 200
"""Bytes after a definition in which its line is expected to end."""


@attrs.frozen
class Piece:
    """A span of the file and the scope that it is, or is a part of."""

    start: int
    end: int
    kind: str
    scope: tuple[str, ...] = ()
    region: Region | None = None


def by_lines(data: bytes, most: int) -> list[Piece]:
    """Runs of lines of up to ``most`` bytes, cut at blank lines where there are some."""
    return _finish(data, [Piece(*span, "lines") for span in cutting.pieces(data, 0, len(data), most, [])])


def by_syntax(tree: Tree, most: int, small: int) -> list[Piece]:
    """One piece for each function; for a class its header and the runs between its methods; runs of statements."""
    plan = _Plan(tree, most, small)
    plan.open(None, 0, len(tree.data), (), tuple(regions(tree)))
    return _finish(tree.data, plan.pieces)


class _Plan:
    """Goes through the scopes of one file. Scopes are nested at most 24 deep, so it may recurse."""

    def __init__(self, tree: Tree, most: int, small: int) -> None:
        self.pieces: list[Piece] = []
        self._tree, self._data, self._most, self._small = tree, tree.data, most, small

    def open(
        self, region: Region | None, start: int, end: int, scope: tuple[str, ...], children: tuple[Region, ...]
    ) -> None:
        """What is inside a scope (None: the file); ``scope`` are the names around it."""
        scope = around(scope, region)
        inside = (*scope, region.name) if region and region.name else scope
        kind = kind_of(region, self._parent_kind)
        cursor = start
        parts: list[Region] = []
        group_end = start
        for index, child in enumerate(children):
            if child.start < cursor:
                continue
            following = children[index + 1].start if index + 1 < len(children) else end
            first = self._lead(child.start, max(cursor, group_end))
            last = self._tail(child.end, max(child.end, min(end, following)))
            if child.kind in PARTS and last - first <= self._small:
                if parts and last - cursor > self._small:
                    self._group(cursor, group_end, kind, scope, region, parts, inside)
                    cursor, parts = group_end, []
                elif not parts and first - cursor > self._small:
                    self._run(cursor, first, kind, scope, region)
                    cursor = first
                parts.append(child)
                group_end = last
                continue
            if child.kind in PARTS and not parts and first - cursor <= _SCRAP:
                first = cursor
            if parts:
                self._group(cursor, group_end, kind, scope, region, parts, inside)
                cursor, parts = group_end, []
            self._run(cursor, first, kind, scope, region)
            self._emit(child, first, last, inside, region)
            cursor = group_end = last
        if parts:
            self._group(cursor, group_end, kind, scope, region, parts, inside)
            cursor = group_end
        self._run(cursor, end, kind, scope, region)

    _parent_kind: str = ""

    def _emit(self, region: Region, start: int, end: int, scope: tuple[str, ...], parent: Region | None) -> None:
        size = end - start
        unit = region.kind in UNITS or not region.children
        kept, self._parent_kind = self._parent_kind, parent.kind if parent else ""
        if size <= (self._most if unit else self._small):
            self.pieces.append(Piece(start, end, kind_of(region, self._parent_kind), around(scope, region), region))
        else:
            children = region.children
            if region.kind in UNITS:
                children = tuple(each for each in children if each.end - each.start > self._small)
            self.open(region, start, end, scope, children)
        self._parent_kind = kept

    def _run(self, start: int, end: int, kind: str, scope: tuple[str, ...], region: Region | None) -> None:
        if not self._data[start:end].strip():
            return
        places = []
        if end - start > self._most:
            places = cutting.places(self._tree, start, end, self._most)
        for first, last in cutting.pieces(self._data, start, end, self._most, places):
            self.pieces.append(Piece(first, last, kind, scope, region))

    def _group(
        self,
        start: int,
        end: int,
        kind: str,
        scope: tuple[str, ...],
        region: Region | None,
        parts: list[Region],
        inside: tuple[str, ...],
    ) -> None:
        """Small sections together: under their own name if it is one, else under that of what they are in."""
        if len(parts) == 1 and not re.search(rb"\w", self._data[start : parts[0].start]):
            self.pieces.append(Piece(start, end, kind_of(parts[0], ""), inside, parts[0]))
        else:
            self.pieces.append(Piece(start, end, "section", scope, region))

    def _lead(self, start: int, floor: int) -> int:
        """Where a definition begins with its indentation and with the comments and attributes directly above it."""
        data, language = self._data, self._tree.language
        start = cutting.line_start(data, start, floor)
        prefixes = tuple(each.encode() for each in (language.line_comment, *language.leads) if each)
        opening, closing = (each.encode() for each in language.block_comment or ("", ""))
        while start > floor and data[start - 1] == 0x0A:
            above = max(floor, data.rfind(b"\n", floor, start - 1) + 1)
            line = data[above : start - 1].strip()
            if prefixes and line.startswith(prefixes):
                start = above
                continue
            if not closing or not line.endswith(closing):
                break
            opened = data.rfind(opening, floor, start)
            first = cutting.line_start(data, opened, floor) if opened >= 0 else -1
            if first < floor or (first == opened and first > floor and data[first - 1] != 0x0A):
                break
            start = first
        return start

    def _tail(self, end: int, ceiling: int) -> int:
        """Behind what closes a definition on its last line: a semicolon, a comment."""
        near = min(ceiling, end + _TAIL)
        newline = self._data.find(b"\n", end, near)
        if newline < 0 and near < ceiling:
            return end
        stop = newline if newline >= 0 else near
        rest = self._data[end:stop].strip(b" \t\r;,)")
        comment = self._tree.language.line_comment.encode()
        return stop if not rest or (comment and rest.startswith(comment)) else end


def around(scope: tuple[str, ...], region: Region | None) -> tuple[str, ...]:
    """Names around a scope, the type that it names itself included."""
    return (*scope, region.owner) if region is not None and region.owner else scope


def kind_of(region: Region | None, parent: str) -> str:
    """The kind of a chunk of a scope whose parent is of kind ``parent``."""
    if region is None:
        return "module"
    if region.kind in PARTS:
        return "section"
    if region.kind in _NAMESPACES:
        return "namespace"
    if region.kind == "function" and (region.owner or parent in CONTAINERS - _NAMESPACES):
        return "method"
    return region.kind if region.kind in ("function", "method") else "class"


def _finish(data: bytes, planned: list[Piece]) -> list[Piece]:
    """Blanks at the ends off; what only closes goes to the piece before it."""
    result: list[Piece] = []
    for piece in planned:
        start, end = _trimmed(data, piece.start, piece.end)
        if not data[start:end].decode("utf-8", "replace").strip():
            continue
        if result and end - start <= _LONGEST_CLOSER and _CLOSERS.fullmatch(data, start, end):
            result[-1] = attrs.evolve(result[-1], end=end)
        else:
            result.append(attrs.evolve(piece, start=start, end=end))
    return result


def _trimmed(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The span without blanks at its ends, but with the indentation of its first line."""
    body = data[start:end]
    last = start + len(body.rstrip())
    first = start + len(body) - len(body.lstrip())
    return (cutting.line_start(data, first, start), last) if first < last else (start, start)
