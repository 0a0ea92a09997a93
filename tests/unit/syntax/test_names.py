"""Tags, outlines and imports: what the samples in ``grammars/`` do not say."""

from __future__ import annotations

import pytest

from hearth.syntax.imports import Import, imports
from hearth.syntax.outline import Entry, outline
from hearth.syntax.tags import definitions, references
from unit.syntax.test_parse import tree_of

IMPORTS = {
    "python": (
        "import a.b\nimport c as d\nfrom ..e import f as g, h\nfrom . import i\nfrom j import *\n",
        ["a", "d", "g", "h", "i", ""],
    ),
    "typescript": (
        'import a, * as b from "x";\nimport { c as d } from "x";\nimport "y";\nexport { e } from "z";\n',
        ["a", "b", "d", "", ""],
    ),
    "rust": ("use a::{b, c::{self, d as e}, f::*};\nuse g;\n", ["b", "c", "e", "", "g"]),
    "go": ('package p\nimport (\n\t"a/b"\n\tc "d"\n\t_ "e"\n\t. "f"\n)\n', ["b", "c", "", ""]),
    "java": ("import a.B;\nimport static a.C.d;\nimport e.*;\n", ["B", "d", ""]),
    "kotlin": ("import a.B\nimport c.D as E\nimport f.*\n", ["B", "E", ""]),
    "scala": ("import a.B\nimport c.{D => E, F}\nimport g._\n", ["B", "E", "F", ""]),
    "php": ("<?php\nuse A\\B;\nuse C\\{D, E as F};\n", ["B", "D", "F"]),
    "csharp": ("using A.B;\nusing C = D.E;\n", ["", "C"]),
    "c": ('#include <a.h>\n#include "b.h"\n', ["", ""]),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_the_names_that_imports_bind(name: str) -> None:
    text, names = IMPORTS[name]
    assert [each.binds for each in imports(tree_of(text, name))] == names


def test_an_import_in_full() -> None:
    text = "# é\nfrom ..pkg.mod import name as alias\n"
    statement = text.index("from")
    assert imports(tree_of(text)) == [Import("pkg.mod", "name", "alias", 2, "alias", statement, len(text) - 1)]


def test_imports_of_a_part_of_a_file() -> None:
    text = "import a\nimport b\nimport c\n"
    assert [each.module for each in imports(tree_of(text), 10, 15)] == ["b"]


def test_tags_of_a_part_of_a_file_in_code_points() -> None:
    text = "# 😀\ndef first(): pass\ndef second(): first()\n"
    tree = tree_of(text)
    assert [tag.name for tag in definitions(tree)] == ["first", "second"]
    (call,) = references(tree, text.index("def second"))
    assert text[call.name_start : call.name_end] == call.name == "first"
    assert text[call.start : call.end] == "first()"
    (second,) = definitions(tree, text.index("second"), text.index("second") + 1)
    assert text[second.start : second.end] == "def second(): first()"


def test_an_outline_is_nested_and_in_order() -> None:
    text = "LIMIT = 1\n\nclass A:\n    x = 1\n    def f(self, a=1): pass\n    class B: pass\n\ndef g(): pass\n"

    def names(entries: tuple[Entry, ...]) -> list[object]:
        return [(entry.kind, entry.signature, names(entry.children)) for entry in entries]

    assert names(outline(tree_of(text))) == [
        ("variable", "LIMIT = 1", []),
        (
            "class",
            "class A",
            [("field", "x = 1", []), ("method", "def f(self, a=1)", []), ("class", "class B", [])],
        ),
        ("function", "def g()", []),
    ]


def test_deep_nesting_is_no_recursion() -> None:
    text = "".join("    " * depth + f"class C{depth}:\n" for depth in range(60)) + "    " * 60 + "pass\n"
    entries, depth = outline(tree_of(text)), 0
    while entries:
        entries, depth = entries[-1].children, depth + 1
    assert 1 < depth <= 60
