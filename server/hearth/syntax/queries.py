"""The query files of a language: what captures they may use, and how one inherits another."""

from __future__ import annotations

import re
from pathlib import Path

from .languages import folder

DEFINITIONS = frozenset(
    [
        "class",
        "constant",
        "enum",
        "field",
        "function",
        "interface",
        "key",
        "macro",
        "method",
        "module",
        "namespace",
        "property",
        "rule",
        "section",
        "struct",
        "table",
        "trait",
        "type",
        "union",
        "variable",
    ]
)
"""Kinds after `@definition.`"""

REFERENCES = frozenset(["call", "class", "implementation", "macro", "table", "type", "variable"])
"""Kinds after `@reference.`"""

UNITS = frozenset(["function", "method", "object"])
"""Scopes that are one thing: kept whole as long as they fit."""

CONTAINERS = frozenset(["class", "enum", "impl", "interface", "module", "namespace", "struct", "trait", "union"])
"""Scopes whose members are things of their own."""

PARTS = frozenset(["element", "key", "rule", "section", "table"])
"""Scopes of data and prose: small neighbours stay together."""

CAPTURES: dict[str, frozenset[str]] = {
    "tags": frozenset(
        {"name", "doc", *(f"definition.{kind}" for kind in DEFINITIONS), *(f"reference.{kind}" for kind in REFERENCES)}
    ),
    "scopes": frozenset({"name", "owner", "body", "doc", *(f"scope.{kind}" for kind in UNITS | CONTAINERS | PARTS)}),
    "imports": frozenset(
        {"import", "export", "module", "paths", "name", "alias", "default", "wildcard", "prefix", "within"}
    ),
}
"""Every capture that the code reads, by query file. A name that begins with `_` is for the query's own predicates."""

_INHERITS = re.compile(r"^;\s*inherits:\s*(?P<names>[\w, -]+?)[ ]*$", re.MULTILINE)


def source(language: str, name: str, root: Path | None = None) -> str:
    """Text of `grammars/<language>/<name>.scm`; empty if there is no such file.

    A line ``; inherits: _ecma, typescript`` stands for the query of the same name in those folders. Of two patterns
    that find one thing the first holds, so what is specific stands above what is inherited.
    """
    return _read(root or folder(), language, name, ())


def _read(root: Path, language: str, name: str, above: tuple[str, ...]) -> str:
    if language in above:
        raise ValueError(f"grammars: {' > '.join((*above, language))} inherit one another in {name}.scm")
    path = root / language / f"{name}.scm"
    if not path.is_file():
        return ""

    def inherited(match: re.Match[str]) -> str:
        return "\n".join(_read(root, each.strip(), name, (*above, language)) for each in match["names"].split(","))

    return _INHERITS.sub(inherited, path.read_text(encoding="utf-8"))
