"""Whether a text is whole, and how much of an insertion leaves it so."""

from __future__ import annotations

import pytest

from hearth.syntax.complete import Damage, damage, is_whole, longest_prefix, no_worse
from unit.syntax.files import samples, text_of
from unit.syntax.test_parse import tree_of

# Before the first bar what is there, between the bars what comes in, after them the rest; then what is kept of it.
CASES = [
    ("def f(a):\n    return |a + g(1)|\n", "a + g(1)"),
    ("def f(a):\n    return |g(a)) + 1|\n", "g(a)"),
    ("def f(a):\n    |if a:\n        return 1\n    return g(a, [|\n", "if a:\n        return 1"),
    ("def f(a):\n    return g(|a, b)|\n", "a, b)"),
    ("x = [|1, 2|]\n", "1, 2"),
    ("x = [1, |2]|]\n", "2"),
    ("x = 1|)|\n", ""),
    ("def f():\n    x = |'é😀'\n    y = ('|\n", "'é😀'"),
]


@pytest.mark.parametrize(("source", "kept"), CASES)
def test_the_longest_part_that_breaks_nothing(source: str, kept: str) -> None:
    before, insertion, after = source.split("|")
    assert longest_prefix(tree_of(before + after), len(before), insertion) == kept


def test_braces_count_over_lines() -> None:
    tree = tree_of("function f() {\n  \n}\n", "javascript")
    insertion = "if (a) {\n    b();\n  }\n  while (c) {\n    d();"
    assert longest_prefix(tree, 17, insertion) == "if (a) {\n    b();\n  }"


def test_replaced_text_is_out_of_the_way() -> None:
    tree = tree_of("x = call(1, 2)\n")
    assert longest_prefix(tree, 4, "other(3)", end=14) == "other(3)"
    assert longest_prefix(tree, 4, "other(3", end=13) == "other(3"


def test_damage_is_counted_inside_a_span() -> None:
    text = "x = 1\ny = (\n\nz = 3\nw = )\n"
    tree = tree_of(text)
    assert damage(tree).nodes >= 1
    assert is_whole(tree, 0, 4)
    assert not is_whole(tree)
    assert damage(tree_of("x = 1\n")) == Damage(0, 0)


def test_no_worse_looks_at_the_whole_text() -> None:
    broken = tree_of("def f(:\n    pass\n")
    assert no_worse(broken, tree_of("def f():\n    pass\n"))
    assert not no_worse(tree_of("def f():\n    pass\n"), broken)
    assert no_worse(broken, broken)


@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{path.parts[-3]}")
def test_a_whole_file_takes_nothing_in_its_place(path) -> None:  # type: ignore[no-untyped-def]
    tree = tree_of(text_of(path), path.parts[-3])
    assert damage(tree) == Damage(0, 0)
