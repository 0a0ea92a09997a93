"""Identifiers, strings and comments at a place, and clean cuts."""

from __future__ import annotations

import pytest

from hearth.syntax.tokens import boundaries, identifiers, kind_at
from unit.syntax.test_parse import tree_of


def test_identifiers_of_a_part_in_code_points() -> None:
    text = "é = first(second)\nthird = fourth.fifth\n"
    tree = tree_of(text)
    assert [each.name for each in identifiers(tree)] == ["é", "first", "second", "third", "fourth", "fifth"]
    near = identifiers(tree, text.index("second"), text.index("third") + 1)
    assert [each.name for each in near] == ["second", "third"]
    assert all(text[each.start : each.end] == each.name for each in near)


@pytest.mark.parametrize(
    ("name", "source", "kind"),
    [
        ("python", "x = 'é|'", "string"),
        ("python", "x = |'a'", None),
        ("python", "x = 'a'|", None),
        ("python", "x = 1  # a|", "comment"),
        ("python", "x = 1|  # a", None),
        ("python", 'def f():\n    """D|oc."""', "string"),
        ("javascript", "/* a| */ f()", "comment"),
        ("javascript", "/* a */| f()", None),
        ("javascript", "f(`a ${b}|`)", "string"),
        ("rust", "// a|\nfn f() {}", "comment"),
    ],
)
def test_inside_strings_and_comments(name: str, source: str, kind: str | None) -> None:
    assert kind_at(tree_of(source.replace("|", ""), name), source.index("|")) == kind


def test_clean_cuts_are_before_statements_and_their_comments() -> None:
    text = "import a\n\n# Of f.\ndef f(x,\n      y):\n    z = (1,\n         2)\n    return z\n\nlast = 1\n"
    found = boundaries(tree_of(text))
    lines = [text[each.offset :].split("\n", maxsplit=1)[0] for each in found]
    assert lines == ["# Of f.", "    z = (1,", "    return z", "last = 1"]
    depths = {line: each.depth for line, each in zip(lines, found, strict=True)}
    assert depths["last = 1"] < depths["    return z"]
