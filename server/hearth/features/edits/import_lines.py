"""The imports that new code needs: which the document has not, and where they go."""

from __future__ import annotations

from collections.abc import Iterable

from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree, parse
from hearth.syntax.top import import_statements, opening

from .changes import Change
from .documentation import comment_above
from .style import lines_of


def missing_imports(tree: Tree, statements: Iterable[str]) -> tuple[str, ...]:
    """Of some import statements, those that the document has not; each without the comments above it."""
    present = {_normal(line) for line in lines_of(tree.text)}
    present |= {_normal(tree.text[start:end]) for start, end in import_statements(tree)}
    mark = tree.language.line_comment or "\0"
    found: dict[str, None] = {}
    for statement in statements:
        code = "\n".join(line.strip() for line in lines_of(statement) if not line.strip().startswith(mark)).strip()
        if code and _normal(code) not in present:
            found[code] = None
    return tuple(found)


def split_imports(code: str, language: Language) -> tuple[tuple[str, ...], str]:
    """The imports that a text begins with, and the rest of it."""
    tree = parse(code, language)
    spans = import_statements(tree, leading=True) if tree is not None else []
    if not spans:
        return (), code
    rest = code[spans[-1][1] :].lstrip(" \t;").lstrip("\r\n")
    return tuple(code[start:end] for start, end in spans), rest


def insertion(tree: Tree, statements: tuple[str, ...], newline: str) -> Change:
    """Puts import statements behind the last import at the top of the file, or above all code."""
    lines = newline.join(newline.join(lines_of(each)) for each in statements)
    top = opening(tree)
    if top.end:
        line_end = tree.text.find("\n", top.end)
        lead = "" if top.has_imports else newline
        if line_end < 0:
            return Change(len(tree.text), len(tree.text), newline + lead + lines)
        return Change(line_end + 1, line_end + 1, lead + lines + newline)
    above = comment_above(tree, top.first)
    start = tree.text.rfind("\n", 0, above[0] if above else top.first) + 1
    return Change(start, start, lines + newline * 2)


def _normal(statement: str) -> str:
    return " ".join(statement.split()).rstrip(";")
