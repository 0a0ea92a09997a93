"""What a file imports: modules, names, aliases."""

from __future__ import annotations

import re

import attrs
import tree_sitter

from .languages import Language
from .parse import Tree

ALL = "*"
"""The name of an import that brings all names of a module."""

DEFAULT = "default"
"""The name of an import that brings a module's default export."""

_Captures = dict[str, list[tree_sitter.Node]]
_TOLD = ("name", "default", "module", "paths", "wildcard", "import")
"""Two patterns that have the first of these at one place have found one import."""

_QUOTED = re.compile(r"""^[<"'`](?P<name>.*)[>"'`]$""", re.DOTALL)


@attrs.frozen
class Import:
    """One imported name or module. Positions are code points."""

    module: str
    """As the file names it: `os.path`, `./x`, `std::io`, `stdio.h`; without leading dots of Python."""
    name: str | None
    """The name that is taken from the module; None where it is the module itself, ALL for every name in it."""
    alias: str | None
    level: int
    """Leading dots of a relative import of Python; 0 elsewhere."""
    binds: str
    """The name that stands for it in the file; empty where none or many do."""
    start: int
    """Of the statement, or of its part in a list of imports."""
    end: int


def imports(tree: Tree, start: int = 0, end: int | None = None) -> list[Import]:
    """All imports between two code point offsets (default: in the whole file), in order."""
    first = tree.offsets.byte(start)
    last = len(tree.data) if end is None else tree.offsets.byte(end)
    found: dict[tuple[int, int], tuple[int, Import]] = {}
    prefixes: list[tuple[int, int, str]] = []
    lists: set[tuple[int, int]] = set()
    matched: list[tuple[int, _Captures]] = []
    for pattern, captures in tree.matches("imports", first, last):
        if "within" in captures:
            node = captures["within"][0]
            lists |= {each.byte_range for each in captures.get("paths", [])}
            prefixes.append((node.start_byte, node.end_byte, _module(tree, captures, "prefix")))
        else:
            matched.append((pattern, captures))
    for pattern, captures in matched:
        key, read = _read(tree, captures, prefixes)
        if key not in lists and (key not in found or pattern < found[key][0]):
            found[key] = pattern, read
    return [found[key][1] for key in sorted(found)]


def _read(tree: Tree, captures: _Captures, prefixes: list[tuple[int, int, str]]) -> tuple[tuple[int, int], Import]:
    """An import, and where its name is, or its module's: of two patterns that find one of them the first holds."""
    rules, char = tree.language.imports, tree.offsets.char
    statement = (captures.get("import") or captures["export"])[0]
    told = [captures[each][0] for each in _TOLD if each in captures]
    module = _module(tree, captures, "module")
    at = statement.start_byte
    around = [prefix for first, last, prefix in sorted(prefixes) if first <= at < last]
    name = _text(tree, captures["name"][0]) if "name" in captures else None
    alias = _text(tree, captures["alias"][0]) if "alias" in captures else None
    if "default" in captures:
        name, alias = DEFAULT, _text(tree, captures["default"][0])
    elif "wildcard" in captures:
        name = ALL
    if module == "self" and around:
        module = ""
    module = rules.separator.join([*around, *([module] if module else [])])
    if name is None and rules.last_is_name and rules.separator in module:
        module, _, name = module.rpartition(rules.separator)
    level = len(module) - len(module.lstrip(".")) if tree.language.name == "python" else 0
    read = Import(
        module=module[level:],
        name=name,
        alias=alias,
        level=level,
        binds="" if "export" in captures else _bound(tree.language, module[level:], name, alias),
        start=char(statement.start_byte),
        end=char(statement.end_byte),
    )
    return (told[0].start_byte, told[0].end_byte), read


def _bound(language: Language, module: str, name: str | None, alias: str | None) -> str:
    if alias:
        return "" if alias in ("_", ".") else alias
    if name == ALL:
        return ""
    if name is not None:
        return name
    if language.imports.last_is_name:
        return module
    parts = module.split(language.imports.separator)
    return {"first": parts[0], "last": parts[-1], "nothing": ""}[language.imports.binds]


def _module(tree: Tree, captures: _Captures, capture: str) -> str:
    """A module's name: one node's text, or the `path` fields of the node that is captured as `paths`."""
    if "paths" not in captures:
        return _text(tree, captures[capture][0]) if capture in captures else ""
    parts = captures["paths"][0].children_by_field_name("path")
    return tree.language.imports.separator.join(_text(tree, part) for part in parts if part.is_named)


def _text(tree: Tree, node: tree_sitter.Node) -> str:
    text = "".join(tree.data[node.start_byte : node.end_byte].decode("utf-8", "ignore").split())
    match = _QUOTED.match(text)
    return match["name"] if match else text.lstrip(":")
