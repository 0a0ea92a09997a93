"""The edit that was just made, as the features here look at it."""

from __future__ import annotations

from functools import cached_property

import attrs

from hearth.core.text import difference
from hearth.syntax.complete import no_worse
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope, scopes
from hearth.syntax.tokens import Identifier, identifiers

_MOST_CHARS = 400
"""Of text that was replaced or written. More is new code, or was pasted, and repeats itself nowhere."""


@attrs.frozen
class Place:
    """Replaces the text between two code point offsets of a document."""

    start: int
    end: int
    text: str


@attrs.frozen(eq=False)
class Recent:
    """A document before and after an edit: ``old.text[start:old_end]`` became ``new.text[start:new_end]``."""

    old: Tree
    new: Tree
    start: int
    old_end: int
    new_end: int

    @cached_property
    def names(self) -> list[Identifier]:
        """All identifiers there are now."""
        return identifiers(self.new)

    @cached_property
    def old_names(self) -> list[Identifier]:
        """All there were."""
        return identifiers(self.old)

    @cached_property
    def scopes(self) -> list[Scope]:
        """All functions and classes there are now."""
        return scopes(self.new)

    @cached_property
    def old_scopes(self) -> list[Scope]:
        """All there were."""
        return scopes(self.old)


def recent(before: str, new: Tree) -> Recent | None:
    """What made the text of ``new`` of ``before``.

    None if nothing did, if it is too much to be repeated, or if the document does not parse as well as it did: then
    somebody is not done with it.
    """
    start, old_end, new_end = difference(before, new.text)
    if start == old_end == new_end or max(old_end, new_end) - start > _MOST_CHARS:
        return None
    old = new.edited(start, new_end, before[start:old_end])
    if old is None or old.text != before or not no_worse(old, new):
        return None
    return Recent(old, new, start, old_end, new_end)


def is_safe(tree: Tree, place: Place) -> bool:
    """Whether a document parses no worse with the edit in it."""
    after = tree.edited(place.start, place.end, place.text)
    return after is not None and no_worse(tree, after)
