"""What is around a place, in whole files and in files that are being typed. ``|`` is the place."""

from __future__ import annotations

import pytest

from hearth.syntax.scope import enclosing, scopes
from unit.syntax.test_parse import tree_of

INDENTED = [
    ("class A:\n    def f(self):\n        x = 1|\n", "A f"),
    ("class A:\n    def f(self):\n        x = 1\n        |\n\ny = 1\n", "A f"),
    ("class A:\n    def f(self):\n        x = 1\n    |\n\ny = 1\n", "A"),
    ("class A:\n    def f(self):\n        x = 1\n|\n\ny = 1\n", ""),
    ("class A:\n    def f(self):\n        |\n", "A f"),
    ("class A:\n    def f(self):\n        x = foo(|\n\n    def g(self):\n        pass\n", "A f"),
    ("class A:\n    def f(self):\n        if x and |\n        return 1\n", "A f"),
    ("class A:\n    def f(self):\n        return 'é😀|'\n", "A f"),
    ("class A:\n    def f(self):\n        pass\n\n|    def g(self):\n        pass\n", "A"),
    ("|def f(): pass\n", ""),
]
BRACED = [
    ("class A {\n  m() {\n    foo(|\n  }\n}\n", "A m"),
    ("class A {\n  m() {\n    if (x) {\n      |\n", "A m"),
    ("const f = (a) => {\n  return a.|\n};\n", "f"),
    ("class A {\n  m() {}\n  |\n}\n", "A"),
    ("function f() {}|\n", ""),
]


@pytest.mark.parametrize(("source", "names"), INDENTED)
def test_scopes_of_indentation(source: str, names: str) -> None:
    assert around(source, "python") == names


@pytest.mark.parametrize(("source", "names"), BRACED)
def test_scopes_of_braces(source: str, names: str) -> None:
    assert around(source, "javascript") == names


def around(source: str, name: str) -> str:
    offset = source.index("|")
    found = enclosing(tree_of(source.replace("|", "", 1), name), offset)
    return " ".join(scope.name for scope in found)


def test_a_scope_says_where_its_parts_are() -> None:
    text = '# é\n@cached\ndef f(a: int) -> str:\n    """Says."""\n    return a\n'
    (scope,) = enclosing(tree_of(text), text.index("return"))
    assert (scope.kind, scope.name, scope.signature, scope.docstring) == (
        "function",
        "f",
        "def f(a: int) -> str",
        "Says.",
    )
    assert text[scope.start : scope.body_start].rstrip() == "@cached\ndef f(a: int) -> str:"
    assert text[scope.body_start : scope.body_end] == '"""Says."""\n    return a'
    assert scope.end == scope.body_end


def test_positions_of_a_repaired_text_are_those_of_the_text() -> None:
    text = "class A:\n    def f(self):\n        x = foo((1,\n\n    def g(self):\n        pass\n\n\ny = 1\n"
    outer, inner = enclosing(tree_of(text), text.index("(1,") + 1)
    assert text[outer.start :].startswith("class A")
    assert text[outer.start : outer.end].endswith("pass")
    assert text[inner.start :].startswith("def f")


def test_all_scopes_outer_ones_first() -> None:
    found = scopes(tree_of("class A:\n    def f(self):\n        def g(): pass\n    def h(self): pass\n"))
    assert [scope.name for scope in found] == ["A", "f", "g", "h"]
