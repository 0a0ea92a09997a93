"""The imports that new code needs: which the document has not, and where they go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hearth.syntax.parse import Tree
from hearth.syntax.regions import flat

from .changes import Change
from .documentation import comment_above
from .style import lines_of

_IMPORT = re.compile(r"import|use_declaration|using|include")
_ABOVE = re.compile(r"package|inner_attribute|hash_bang|shebang|php_tag|namespace_definition|namespace_use")
"""What grammars call imports, and what must stand above every import."""


def missing_imports(tree: Tree, statements: Iterable[str]) -> tuple[str, ...]:
    """Of some import statements, those that the document has not; each without the comments above it."""
    present = {_normal(line) for line in lines_of(tree.text)} | {_normal(each) for each in _statements(tree)}
    found: dict[str, None] = {}
    for statement in statements:
        mark = tree.language.line_comment or "\\0"
        code = "\\n".join(line.strip() for line in lines_of(statement) if not line.strip().startswith(mark)).strip()
        if code and _normal(code) not in present:
            found[code] = None
    return tuple(found)


def insertion(tree: Tree, statements: tuple[str, ...], newline: str) -> Change:
    """Puts import statements behind the last import at the top of the file, or above all code."""
    lines = newline.join(newline.join(lines_of(each)) for each in statements)
    scopes = {region.start for region in flat(tree)}
    behind, is_import = 0, False
    for index, node in enumerate(tree.root.named_children):
        text = tree.data[node.start_byte : node.end_byte]
        if _IMPORT.search(node.type):
            behind, is_import = node.end_byte, True
        elif _ABOVE.search(node.type) or (index == 0 and text[:1] in (b'"', b"'")):
            behind = node.end_byte
        elif node.start_byte in scopes or (not behind and node.type not in tree.language.nodes.comments):
            break
    if behind:
        end = tree.text.find("\n", tree.offsets.char(max(0, behind - 1)))
        lead = "" if is_import else newline
        if end < 0:
            return Change(len(tree.text), len(tree.text), newline + lead + lines)
        return Change(end + 1, end + 1, lead + lines + newline)
    first = next((node for node in tree.root.named_children if node.type not in tree.language.nodes.comments), None)
    start = tree.offsets.char(first.start_byte) if first is not None else 0
    above = comment_above(tree, start)
    start = tree.text.rfind("\n", 0, above[0] if above else start) + 1
    return Change(start, start, lines + newline * 2)


def _normal(statement: str) -> str:
    return " ".join(statement.split()).rstrip(";")


def _statements(tree: Tree) -> Iterator[str]:
    for node in tree.root.named_children:
        if _IMPORT.search(node.type):
            yield tree.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
