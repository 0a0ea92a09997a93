"""Which names near the cursor are looked up elsewhere."""

from __future__ import annotations

import pytest

from hearth.context.names import Known, wanted
from hearth.syntax import languages
from hearth.syntax.parse import parse


def names(text: str, language: str = "python") -> dict[str, str]:
    """Name → the module it comes from, of what is wanted at the mark ``|``."""
    before, _, after = text.partition("|")
    known = languages.by_name(language)
    assert known is not None
    tree = parse(before + after, known)
    assert tree is not None
    return {each.name: each.source.module if each.source else "" for each in wanted(tree, len(before))}


def test_imported_names_and_members_of_imported_modules() -> None:
    text = "import shop.cart as c\nfrom shop.item import Item as Thing, price\n\n\n"
    found = names(text + "def total(x: Thing):\n    c.add(price(x))\n    |")
    assert found == {"Item": "shop.item", "price": "shop.item", "add": "shop.cart"}


def test_what_the_file_defines_and_what_is_a_variable_is_not_looked_up() -> None:
    text = "def local():\n    pass\n\n\ndef f(argument):\n    value = argument\n    local()\n    value.attribute\n    |"
    assert names(text) == {}


def test_calls_and_types_of_neighbours_are() -> None:
    assert names("package a\n\nfunc f() {\n\tx := NewThing(1)\n\t|\n}\n", "go") == {"NewThing": ""}


def test_the_call_under_the_cursor_comes_first() -> None:
    text = "from a import first, second, third\n\n\ndef f():\n    third()\n    second()\n    first(1, |)\n"
    assert next(iter(names(text))) == "first"


def test_the_base_of_the_class_around_the_cursor_is_wanted_from_afar() -> None:
    body = "".join(f"        x_{i} = {i}\n" for i in range(80))
    assert "Base" in names(f"from b import Base\n\n\nclass A(Base):\n    def f(self):\n{body}        |")


def test_what_is_imported_and_used_nowhere_is_about_to_be() -> None:
    assert names("from a import thing\n\nthin|") == {"thing": "a"}


def test_what_is_used_far_away_comes_last() -> None:
    text = "from a import near, far, new\n\n\ndef f():\n    far()\n" + "    x = 1\n" * 60 + "    near()\n    |"
    assert list(names(text)) == ["near", "new", "far"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("typescript", "import { Cart } from './cart';\n\nfunction f(c: Cart) {\n  c.|\n}\n", {"Cart": "./cart"}),
        ("rust", "use crate::cart::Cart;\n\nfn f(c: Cart) {\n    let x = |\n}\n", {"Cart": "crate::cart"}),
        ("java", "import shop.Cart;\n\nclass A {\n  void f(Cart c) {\n    |\n  }\n}\n", {"Cart": "shop"}),
    ],
)
def test_other_languages(language: str, text: str, expected: dict[str, str]) -> None:
    assert names(text, language) == expected


def test_what_a_file_defines_is_found_again_only_for_a_change_outside_of_the_function() -> None:
    text = "from a import one, two\n\n\ndef f():\n    one()\n    \n\n\ndef g():\n    two()\n    \n"
    known = Known()

    def at(text: str, mark: str) -> list[str]:
        language = languages.by_name("python")
        assert language is not None
        tree = parse(text, language)
        assert tree is not None
        if known.found == 0:
            known.learn(tree)  # As it is when a document is opened.
        place = text.index(mark) + len(mark)
        found = [each.name for each in wanted(tree, place, known)]
        assert found == [each.name for each in wanted(tree, place)], "known or not, it is the same"
        return found

    assert at(text, "one()\n    ") == ["one", "two"]
    typed = text.replace("one()\n    ", "one()\n    from b import three\n    three()\n    ")
    assert at(typed, "three()\n    ") == ["three", "one", "two"], "an import inside of the function"
    assert at(text, "two()\n    ") == ["two", "one"], "another function of a text that is known"
    assert known.found == 1
    at(typed, "two()\n    ")
    assert known.found == 2
