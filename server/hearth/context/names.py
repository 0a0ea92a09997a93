"""The names that are used near a place and come from elsewhere: what the model has to be told about."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

import attrs

from hearth.syntax import queries, scope, tags, tokens
from hearth.syntax.imports import ALL, DEFAULT, Import, imports
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope
from hearth.syntax.tokens import Identifier

_LINES_BEFORE, _LINES_AFTER = 40, 6
"""Around the place. Names farther off are seldom used again."""
_NEAR_LINES = 8
"""A name so many lines away counts half."""
_IMPORTED, _CALLED, _TYPE = 2.0, 3.0, 1.3
_SHORTEST = 3
"""Letters of a name that is not imported: shorter ones are loop variables."""
_IMPORTS = re.compile(r"\b(?:import|use|using|require|include|from)\b")
_WORD = re.compile(r"[^\W\d]\w*")
_CALL = re.compile(r"\s*(?:\(|!\(|<[\w, ]+>\()")
_MEMBER = re.compile(r"\s*(?:\.|::|->)\s*([^\W\d]\w*)")
_OPEN_CALL = re.compile(r"([^\W\d]\w*)\s*\($")
_CALL_CHARS = 2_000
"""Text before the place in which the call it stands in is looked for."""
_UNUSED, _USED_LATER, _USED_BEFORE = 0.9, 0.24, 0.18
"""Weights of imported names that are not near the place: what is imported and used nowhere yet is about to be."""
_OFTEN = 8
"""Binary logarithm of the uses from which on a name counts twice."""
_MOST = 200


@attrs.frozen
class Name:
    """A name to look up."""

    name: str
    weight: float
    """How likely it is that knowing its definition helps; comparable within one answer only."""
    source: Import | None
    """The import that brings it, or the module that it is a member of."""
    line: int
    """Where it was seen nearest to the place, from 0."""


@attrs.frozen(eq=False)
class _Facts:
    """What one text imports and defines."""

    language: str
    text: str = attrs.field(repr=False)
    bound: dict[str, Import]
    own: frozenset[str]
    uses: dict[str, list[int]] = attrs.field(repr=False)
    """Where each bound name stands, in order."""

    def hold(self, tree: Tree, start: int, end: int) -> bool:
        """Whether the text of ``tree`` is the same but for what is between two offsets of it (code points)."""
        text = tree.text
        if tree.language.name != self.language or len(self.text) < start + len(text) - end:
            return False
        return self.text.startswith(text[:start]) and self.text.endswith(text[end:])


class Known:
    """What a document imports and defines, kept while somebody types in one function of it: to find it takes longer the
    longer the document is.
    """

    def __init__(self) -> None:
        self._facts: _Facts | None = None
        self._start, self._end = 0, 0
        self.found = 0
        """How often it was not known."""

    def learn(self, tree: Tree) -> None:
        """Find it ahead, for wherever somebody will type."""
        self._learned(tree)

    def _learned(self, tree: Tree) -> _Facts:
        bound = {each.binds: each for each in imports(tree) if each.binds}
        own = frozenset(each.name for each in tags.definitions(tree))
        uses: dict[str, list[int]] = {each: [] for each in bound}
        for word in _WORD.finditer(tree.text):
            places = uses.get(word[0])
            if places is not None:
                places.append(word.start())
        self.found += 1
        facts = self._facts = _Facts(tree.language.name, tree.text, bound, own, uses)
        return facts

    def of(self, tree: Tree, start: int, end: int) -> tuple[dict[str, Import], frozenset[str]]:
        """Imports by the name that they bind, and the names defined; ``start`` to ``end`` is the function."""
        text, facts = tree.text, self._facts
        if facts is None or not facts.hold(tree, start, end):
            facts = self._learned(tree)
        self._start, self._end = start, len(facts.text) - (len(text) - end)
        # A query over a part of a file finds all that its outermost node holds: it is asked only if there is a reason.
        if text == facts.text or _IMPORTS.search(text, start, end) is None:
            return facts.bound, facts.own
        inner = {each.binds: each for each in imports(tree, start, end) if each.binds}
        return facts.bound | inner, facts.own

    def uses(self, name: str, before: Counter[str], after: Counter[str]) -> tuple[int, int]:
        """How often a bound name stands before and behind the place that :meth:`of` was last asked for, given the words
        of the function on both sides of it."""
        places = self._facts.uses.get(name, []) if self._facts is not None else []
        outside = bisect_left(places, self._start), len(places) - bisect_left(places, self._end)
        return outside[0] + before[name], outside[1] + after[name]


def wanted(tree: Tree, offset: int, known: Known | None = None) -> tuple[Name, ...]:
    """The names used around ``offset`` (code points) that this file does not define, the most useful first."""
    text = tree.text
    around = scope.enclosing(tree, offset)
    unit = next((each for each in around if each.kind in queries.UNITS), None)
    start, end = (unit.start, max(unit.end, offset)) if unit is not None else _line(text, offset)
    known = known or Known()
    bound, own = known.of(tree, start, end)
    here = text.count("\n", 0, offset)
    called = callee(text, offset)
    found: dict[str, Name] = {}
    for first, last in _spans(tree, offset, around):
        for each in tokens.identifiers(tree, first, last):
            if each.start < offset < each.end or each.end == offset:
                continue  # It is being typed.
            line = here + text.count("\n", offset, each.start) - text.count("\n", each.start, offset)
            brought = bound.get(each.name)
            name = each.name
            if brought is not None:
                if first <= brought.start < last and brought.start <= each.start < brought.end:
                    continue  # The import itself is no use.
                name = _looked_up(brought, each.name, text[each.end : each.end + 200])
            elif each.name in own or not _may_be_elsewhere(text, each) or _is_bound_member(text, each.start, bound):
                continue
            weight = 1 / (1 + abs(here - line) / _NEAR_LINES)
            weight *= _IMPORTED if brought is not None else 1.0
            weight *= _CALLED if called in (each.name, name) else 1.0
            weight *= _TYPE if name[:1].isupper() else 1.0
            if name and (name not in found or found[name].weight < weight):
                found[name] = Name(name, weight, brought, line)
    sides = Counter(_WORD.findall(text[start:offset])), Counter(_WORD.findall(text[offset:end]))
    for other in _far(tree, offset, bound, known, sides):
        found.setdefault(other.name, other)
    return tuple(sorted(found.values(), key=lambda each: -each.weight)[:_MOST])


def _line(text: str, offset: int) -> tuple[int, int]:
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, len(text) if end < 0 else end


def _far(
    tree: Tree, offset: int, bound: dict[str, Import], known: Known, sides: tuple[Counter[str], Counter[str]]
) -> Iterator[Name]:
    """The names that are imported and not used near the place."""
    text = tree.text
    for binds, brought in bound.items():
        if brought.name in (None, ALL, DEFAULT):
            continue  # Which member of a module comes next, nothing here tells.
        imported = len(re.findall(rf"\b{re.escape(binds)}\b", text[brought.start : brought.end]))
        before, after = known.uses(binds, *sides)
        later = after - (imported if brought.start >= offset else 0)
        uses = before + after - imported
        often = 1 + min(1.0, math.log2(1 + max(0, uses)) / _OFTEN)
        weight = _UNUSED if uses <= 0 else often * (_USED_LATER if later > 0 else _USED_BEFORE)
        yield Name(str(brought.name), weight, brought, text.count("\n", 0, brought.start))


def _spans(tree: Tree, offset: int, around: Sequence[Scope]) -> list[tuple[int, int]]:
    """Parts of the text that are looked at: lines around the place, and the headers of what encloses it."""
    text = tree.text
    start = _lines_back(text, offset, _LINES_BEFORE)
    units = [each.start for each in around if each.kind in queries.UNITS]
    if units:
        start = max(start, units[0])
    end = offset
    for _ in range(_LINES_AFTER):
        following = text.find("\n", end)
        if following < 0:
            end = len(text)
            break
        end = following + 1
    headers = [(each.start, each.body_start) for each in around if each.start < start]
    return [*headers, (start, end)]


def _lines_back(text: str, offset: int, lines: int) -> int:
    start = offset
    for _ in range(lines):
        start = text.rfind("\n", 0, start)
        if start < 0:
            return 0
    return start + 1


def _looked_up(brought: Import, written: str, after: str) -> str:
    """The name in the index: that of an import without its alias, or the member of an imported module."""
    if brought.name not in (None, ALL, DEFAULT):
        return str(brought.name)
    if brought.name == DEFAULT:
        return written
    member = _MEMBER.match(after)
    return member[1] if member else ""


def _may_be_elsewhere(text: str, name: Identifier) -> bool:
    """Whether a name that is neither imported nor defined here may be a type or function of a neighbouring file."""
    if len(name.name) < _SHORTEST:
        return False
    return name.name[0].isupper() or _CALL.match(text, name.end) is not None


def _is_bound_member(text: str, start: int, bound: dict[str, Import]) -> bool:
    """Whether a name is a member of something imported: that one has looked it up already."""
    before = text[max(0, start - 80) : start].rstrip()
    for mark in (".", "::", "->"):
        if before.endswith(mark):
            owner = re.search(r"([^\W\d]\w*)\s*$", before[: -len(mark)])
            return owner is not None and owner[1] in bound and bound[owner[1]].name is None
    return False


def callee(text: str, offset: int) -> str:
    """The name of the innermost call that is open at ``offset``; empty if there is none."""
    before = text[max(0, offset - _CALL_CHARS) : offset]
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        char = before[index]
        if char in ")]}":
            depth += 1
        elif char in "([{":
            if depth == 0:
                match = _OPEN_CALL.search(before, 0, index + 1)
                return match[1] if match and char == "(" else ""
            depth -= 1
    return ""
