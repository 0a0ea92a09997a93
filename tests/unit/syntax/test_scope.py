"""What is around a place, in whole files and in files that are being typed. ``|`` is the place."""

from __future__ import annotations

import pytest
import tree_sitter

from hearth.syntax import parse
from hearth.syntax.grammars import Grammar
from hearth.syntax.scope import enclosing, scopes
from hearth.syntax.trial import SMALL, Trial
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
    ("class A:\n    def f(self):\n        x = 1\n        y = foo(|\n\n    def g(self):\n        pass\n", "A f"),
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


def test_a_scope_holds_its_last_line_while_that_is_broken() -> None:
    text = "def f():\n    x = 1\n    y = foo(\n\n\ndef g():\n    pass\n"
    (scope,) = enclosing(tree_of(text), text.index("(\n") + 1)
    assert text[scope.start : scope.end] == "def f():\n    x = 1\n    y = foo("


def test_all_scopes_outer_ones_first() -> None:
    found = scopes(tree_of("class A:\n    def f(self):\n        def g(): pass\n    def h(self): pass\n"))
    assert [scope.name for scope in found] == ["A", "f", "g", "h"]


BROKEN = "\n\ndef g(:\n    return (\n"
LATER = "\n\nclass A:\n    def f(self):\n        x = 1\n        return x\n"


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each text that is parsed."""
    seen: list[int] = []
    run = parse._parse

    def counted(
        grammar: Grammar, data: bytes, old: tree_sitter.Tree | None, deadline: float, steps: int | None = None
    ) -> tree_sitter.Tree | None:
        seen.append(len(data))
        return run(grammar, data, old, deadline, steps)

    monkeypatch.setattr(parse, "_parse", counted)
    return seen


def test_what_is_broken_elsewhere_costs_no_parse(parses: list[int]) -> None:
    text = f"def first():\n    pass\n{LATER}{BROKEN}"
    tree = tree_of(text)
    assert tree.has_error
    parses.clear()
    assert [each.name for each in enclosing(tree, text.index("x = 1"))] == ["A", "f"]
    assert parses == []


def test_a_broken_line_costs_one_parse_however_many_ask(parses: list[int]) -> None:
    tree = tree_of("class A:\n    def f(self):\n        x = foo((1,\n\n    def g(self):\n        pass\n")
    parses.clear()
    for _ in range(3):
        assert [each.name for each in enclosing(tree, tree.text.index("(1,"))] == ["A", "f"]
    assert len(parses) == 1


def test_in_a_long_broken_file_only_what_is_before_the_place_is_closed(
    parses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Trial()
    monkeypatch.setattr(parse, "_trial", trial)
    long = "".join(f"const value{number} = compute({number});\n" for number in range(1000))
    text = f"{long}\nfunction f(a) {{\n  if (a) {{\n    const b = [\n    \n\nfunction g() {{\n  const c = {{\n"
    tree = tree_of(text, "javascript")
    parses.clear()
    offset = text.index("    \n\n") + 4
    (scope,) = enclosing(tree, offset)
    trial.close()
    assert (scope.name, scope.signature) == ("f", "function f(a)")
    assert text[scope.start :].startswith("function f(a) {\n")
    assert text[scope.body_start : scope.body_start + 3] == "{\n "
    assert len(parses) == 1
    assert parses[0] < SMALL
    assert trial.tried == 1


def test_at_the_top_of_a_long_broken_file_nothing_is_closed(parses: list[int]) -> None:
    text = "function f() {\n  g(\n" + "const a = 1;\n" * 4
    tree = tree_of("const b = 1;\n\n" + text, "javascript")
    parses.clear()
    assert enclosing(tree, 3) == ()
    assert parses == []


def test_a_broken_line_is_taken_out_of_the_last_whole_text(parses: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    trees = [tree_of("def first():\n    return 1\n\n\ndef second():\n    return 2\n")]
    for typed in "x = [f(":
        at = len("def first():\n    ") + len(trees) - 1
        tree = trees[-1].edited(at, at, typed)
        assert tree is not None
        trees.append(tree)
    begun: list[tree_sitter.Tree] = []
    edited = type(trees[0]).edited
    monkeypatch.setattr(
        type(trees[0]), "edited", lambda self, *args, **more: begun.append(self) or edited(self, *args, **more)
    )
    offset = trees[-1].text.index("f(") + 1
    assert trees[-1].has_error
    assert [each.name for each in enclosing(trees[-1], offset)] == ["first"]
    assert begun == [trees[-1].whole]
    assert not begun[0].has_error
