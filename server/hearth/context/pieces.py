"""The text before a place as pieces that can be shown whole, shortened or not at all.

A file is a nest of blocks. On the way from the top of the file to the place, each block that holds the place gives its
*header* (`class A:`, `def f():`, `if x:`), which is always shown, and the statements before the one that holds the
place, which may be left out.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left

import attrs

from hearth.syntax import queries, scope, tokens
from hearth.syntax.imports import imports
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Span

_DOC = re.compile(r"""[rRuU]{0,2}(?P<mark>\"\"\"|''')(?P<body>.*?)(?P=mark)""", re.DOTALL)
_DOC_LINES = 3
"""A longer docstring is shown up to the end of its first line."""
_DEEPEST = 40
"""Blocks in blocks that are told apart."""


@attrs.frozen
class Piece:
    """One statement with the comments that belong to it, or a header. Positions are code points."""

    start: int
    end: int
    text: str = attrs.field(repr=False)
    level: int
    """Blocks around it."""
    is_header: bool = False
    binds: tuple[str, ...] = ()
    """Names that it imports."""
    is_import: bool = False
    is_definition: bool = False
    short: str | None = attrs.field(default=None, repr=False)
    """A definition without its body, where there is one to leave out."""


@attrs.frozen
class Nest:
    """All pieces before a place, in order, and the rest up to the place."""

    pieces: tuple[Piece, ...]
    rest: str = attrs.field(repr=False)
    """From the start of the statement that holds the place."""
    unit: int
    """Level from which on pieces are inside the function that holds the place."""
    members: int
    """Level from which on pieces are inside the class that holds it; equals ``unit`` where there is none."""


def nest(tree: Tree, offset: int) -> Nest:
    """The pieces of the text before ``offset``, in code points."""
    text = tree.text
    around = scope.enclosing(tree, offset)
    unit_start = next((each.start for each in around if each.kind in queries.UNITS), None)
    class_start = next((each.start for each in around if each.kind in queries.CONTAINERS), None)
    shortener = _Shortener(tree, offset)
    cuts = tokens.boundaries_to(tree, offset)
    pieces: list[Piece] = []
    start, level = 0, 0
    unit = members = None
    while level < _DEEPEST:
        inner = [each for each in cuts if each.offset > start or (level == 0 and each.offset == 0)]
        if not inner:
            break
        depth = min(each.depth for each in inner)
        starts = [each.offset for each in inner if each.depth == depth]
        if starts[0] > start:
            pieces.append(Piece(start, starts[0], text[start : starts[0]], level, is_header=True))
        if unit is None and unit_start is not None and start >= _line_start(text, unit_start) and level:
            unit = level
        if members is None and class_start is not None and start >= _line_start(text, class_start) and level:
            members = level
        pieces += [shortener.piece(a, b, level) for a, b in itertools.pairwise(starts)]
        cuts, start, level = [each for each in inner if each.offset > starts[-1]], starts[-1], level + 1
    unit = unit if unit is not None else max(0, level - 1)
    return Nest(tuple(pieces), text[start:offset], unit, members if members is not None else unit)


class _Shortener:
    """Makes pieces of one file, of what begins before an offset."""

    def __init__(self, tree: Tree, offset: int) -> None:
        self._tree = tree
        self._spans = scope.spans(tree, offset)
        self._starts = [each.start for each in self._spans]
        self._imports = sorted((each.start, each.binds) for each in imports(tree, 0, offset))

    def piece(self, start: int, end: int, level: int) -> Piece:
        text = self._tree.text[start:end]
        defined = self._definition(start, end)
        low, high = bisect_left(self._imports, (start, "")), bisect_left(self._imports, (end, ""))
        return Piece(
            start,
            end,
            text,
            level,
            binds=tuple(name for _, name in self._imports[low:high] if name),
            is_import=low < high and defined is None,
            is_definition=defined is not None,
            short=None if defined is None else self._short(start, end, defined),
        )

    def _definition(self, start: int, end: int) -> Span | None:
        """The outermost scope that begins in a piece, if the piece is nothing else."""
        index = bisect_left(self._starts, start)
        if index >= len(self._spans) or self._spans[index].start >= end:
            return None
        found = self._spans[index]
        is_all = found.end <= end and not self._tree.text[found.end : end].strip().strip(";,")
        return found if is_all and found.body_start < found.body_end else None

    def _short(self, start: int, end: int, defined: Span) -> str | None:
        text, language = self._tree.text, self._tree.language
        head = text[start : defined.body_start]
        body, tail = text[defined.body_start : defined.body_end], text[defined.body_end : end]
        lines = body.rstrip().count("\n") + 1
        if lines < 2:
            return None
        if language.block_style == "indent":
            return head + _indented(body, head, lines, language) + "\n" + _blank_end(text[start:end])
        mark = elision(lines, language)
        if not mark:
            return None
        if body.startswith("{") and body.rstrip().endswith("}"):
            if language.block_comment:
                inside = f" {mark} "
            else:  # The braces keep their lines.
                inside = f"\n{_indent(head)}  {elision(max(1, lines - 2), language)}\n{_indent(head)}"
            return f"{head}{{{inside}}}{tail}"
        if language.block_style == "end":
            return (
                f"{head.rstrip()}\n{_indent(head)}  {mark}{tail if tail[:1] in (chr(10), chr(13)) else chr(10) + tail}"
            )
        return None


def elision(lines: int, language: Language) -> str:
    """The comment that stands for lines that are left out; empty in a language without comments."""
    words = f"... {lines} line{'s' if lines != 1 else ''}"
    if language.block_comment is not None:
        opening, closing = language.block_comment
        if not language.line_comment or language.block_style == "braces":
            return f"{opening} {words} {closing}"
    return f"{language.line_comment} {words}" if language.line_comment else ""


def _indented(body: str, head: str, lines: int, language: Language) -> str:
    """The body of a definition in a language of indentation: its docstring and a statement that does nothing."""
    indentation = head[head.rfind("\n") + 1 :]
    doc = _DOC.match(body)
    if doc is None:
        return f"{language.placeholder}  {elision(lines, language)}"
    shown, mark = doc[0], doc["mark"]
    if shown.count("\n") >= _DOC_LINES:
        first = doc["body"].strip().split("\n", 1)[0].rstrip()
        shown = f"{shown[: doc.start('body')]}{first}{mark}"
    left = lines - doc[0].count("\n") - 1
    if left < 1:
        return shown
    return f"{shown}\n{indentation}{language.placeholder}  {elision(left, language)}"


def _indent(text: str) -> str:
    line = text.lstrip("\r\n")
    line = line[: line.find("\n")] if "\n" in line else line
    return line[: len(line) - len(line.lstrip())]


def _blank_end(text: str) -> str:
    """Blank lines at the end of a piece, as line feeds."""
    return "\n" * max(0, text[len(text.rstrip()) :].count("\n") - 1)


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1
