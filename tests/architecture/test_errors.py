"""The tree that ``core/errors.py`` draws is the tree of its classes."""

from __future__ import annotations

import inspect
import re

from hearth.core import errors
from hearth.core.errors import HearthError

LEAF = re.compile(r"^    (?P<lines>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: +(?P<code>[a-z_]+))?(?:  +\S.*)?$")


def drawn() -> dict[str, tuple[str | None, str]]:
    """Class name to (parent, code), from the docstring."""
    tree: dict[str, tuple[str | None, str]] = {}
    parents: list[str] = []
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines():
        if match := LEAF.match(line):
            depth = len(match["lines"]) // 4
            del parents[depth:]
            tree[match["name"]] = (parents[-1] if parents else None, match["code"] or "hearth")
            parents.append(match["name"])
    return tree


def classes() -> dict[str, tuple[str | None, str]]:
    found = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, HearthError) and kind.__module__ == errors.__name__
    }
    return {
        name: (None if kind is HearthError else kind.__base__.__name__ if kind.__base__ else None, kind.code)
        for name, kind in found.items()
    }


def test_the_drawing_is_the_code() -> None:
    assert drawn() == classes()
    assert list(drawn()) == list(classes()), "drawn in another order"


def test_codes_are_unique() -> None:
    codes = [code for _, code in classes().values()]
    assert sorted(codes) == sorted(set(codes))


def test_every_error_has_a_docstring_of_its_own() -> None:
    assert [name for name in classes() if not vars(vars(errors)[name]).get("__doc__")] == []


def test_a_hint_follows_the_message() -> None:
    assert str(HearthError("It is gone.", hint="Bring it back.")) == "It is gone. Bring it back."
    assert str(HearthError("It is gone.")) == "It is gone."
