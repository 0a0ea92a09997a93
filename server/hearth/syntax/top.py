"""The top level of a file: its import statements, where another one goes, where its parts end."""

from __future__ import annotations

import re

import attrs
import tree_sitter

from .parse import Tree
from .regions import flat

_IMPORT = re.compile(r"import|use_declaration|using|include")
_ABOVE = re.compile(r"package|inner_attribute|hash_bang|shebang|php_tag|namespace_definition|namespace_use")
"""What grammars call imports, and what must stand above every import."""


@attrs.frozen
class Opening:
    """What a file begins with."""

    end: int
    """Code point offset behind the last import, or behind what must stand above imports; 0 where there is neither."""
    has_imports: bool
    first: int
    """Of the first thing that is no comment; the end of the text if there is none."""


def import_statements(tree: Tree, *, leading: bool = False) -> list[tuple[int, int]]:
    """(start, end) in code points of the import statements on the top level; of ``leading``, those before all else."""
    found = []
    for node in tree.root.named_children:
        if _IMPORT.search(node.type) and not node.has_error:
            found.append((tree.offsets.char(node.start_byte), tree.offsets.char(node.end_byte)))
        elif leading:
            break
    return found


def opening(tree: Tree) -> Opening:
    """The place for new imports. What stands behind the first definition does not count."""
    scopes = {region.start for region in flat(tree)}
    comments = tree.language.nodes.comments
    behind, has_imports = 0, False
    children = tree.root.named_children
    for index, node in enumerate(children):
        if _IMPORT.search(node.type):
            behind, has_imports = node.end_byte, True
        elif _is_above(node) or (index == 0 and tree.data[node.start_byte : node.start_byte + 1] in (b'"', b"'")):
            behind = node.end_byte
        elif node.start_byte in scopes or (not behind and node.type not in comments):
            break
    first = next((node.start_byte for node in children if node.type not in comments), len(tree.data))
    char = tree.offsets.char
    end = len(tree.data[:behind].rstrip())
    return Opening(char(end), has_imports, char(first))


def end_of_statement(tree: Tree, offset: int) -> int:
    """End of the first thing on the top level that goes on behind an offset; both in code points."""
    byte = tree.offsets.byte(offset)
    behind = (node.end_byte for node in tree.root.children if node.end_byte > byte)
    return tree.offsets.char(next(behind, len(tree.data)))


def _is_above(node: tree_sitter.Node) -> bool:
    """PHP and C++ call a namespace the same, but only in PHP it is a line above everything."""
    return _ABOVE.search(node.type) is not None and node.child_by_field_name("body") is None
