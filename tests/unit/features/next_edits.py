"""What tests of next edits share: syntax trees, and an edit that is made."""

from __future__ import annotations

from hearth.features.next_edit.recent import Place
from hearth.syntax import languages
from hearth.syntax.parse import Tree, parse


def tree_of(text: str, language: str = "python") -> Tree:
    known = languages.by_name(language)
    assert known is not None
    tree = parse(text, known, deadline=60)
    assert tree is not None
    return tree


def applied(text: str, place: Place) -> str:
    return text[: place.start] + place.text + text[place.end :]
