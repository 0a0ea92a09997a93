"""From the edit that was just made to the one that likely follows it."""

from __future__ import annotations

import attrs

from hearth.syntax.parse import Tree
from hearth.syntax.tokens import identifiers

from . import rename, siblings, signature
from .predict import Guess, Predicted
from .recent import Place, Recent, is_safe, recent
from .rename import Rename
from .siblings import Siblings
from .signature import Signature

_TRIES = 8
"""Places that are parsed to see whether the edit is safe there."""


@attrs.frozen
class Next:
    """One edit that is likely to follow. It holds for the very text that it was found in."""

    place: Place
    title: str
    """What it does, for a person."""
    left: int
    """Places of the same kind that are left in that document, this one counted."""


Found = Rename | Signature | Siblings | Predicted


def meaning(before: str, tree: Tree) -> tuple[Recent, Found] | None:
    """What the edit that made the text of ``tree`` of ``before`` means for other places. Blocking."""
    edit = recent(before, tree)
    if edit is None:
        return None
    found = rename.rename(edit) or signature.signature(edit) or siblings.siblings(edit)
    return (edit, found) if found is not None else None


def here(found: Found, tree: Tree, offset: int, *, defines: bool) -> Next | None:
    """The next place in the document that was edited at ``offset``: the first below, else the first of all.

    ``defines`` says that a function whose callers are looked for is this document's own. Blocking.
    """
    if isinstance(found, Predicted):
        return _nearest(tree, found.guesses)
    if isinstance(found, Siblings):
        places = list(found.places)
    elif isinstance(found, Signature):
        places = signature.calls(found, tree, identifiers(tree), defines=defines)
    else:
        places = rename.places(found, tree, identifiers(tree))
    below = [each for each in places if each.start >= offset]
    return _first(tree, below + [each for each in places if each.start < offset], found.title)


def there(found: Found, tree: Tree, stem: str, *, begun: bool = False) -> Next | None:
    """The first place in another document. ``stem`` is the name, without its ending, of the file that was edited;
    ``begun`` says that a place of this document has been changed already. Blocking."""
    if isinstance(found, Siblings | Predicted):
        return None
    if isinstance(found, Signature):
        places = signature.elsewhere(found, tree, stem)
    else:
        places = rename.elsewhere(found, tree, stem, begun=begun)
    return _first(tree, places, found.title)


def accepted(found: Found, place: Place) -> Found | None:
    """What is still meant when ``place`` has been changed too. Lines alike are found anew, from that change."""
    if isinstance(found, Siblings):
        return None
    if isinstance(found, Predicted):
        return found.without(place)
    return found.grown(len(place.text) - (place.end - place.start)) if isinstance(found, Rename) else found


def subject(found: Found) -> str:
    """The name to look for in other files; empty if there is none."""
    if isinstance(found, Rename):
        return found.old if found.within is None else ""
    return found.function if isinstance(found, Signature) else ""


def _first(tree: Tree, places: list[Place], title: str) -> Next | None:
    """The first place whose edit is safe."""
    for number, place in enumerate(places[:_TRIES]):
        if is_safe(tree, place):
            return Next(place, title, len(places) - number)
    return None


def _nearest(tree: Tree, guesses: tuple[Guess, ...]) -> Next | None:
    """The first guess that is safe."""
    for number, each in enumerate(guesses[:_TRIES]):
        if is_safe(tree, each.place):
            return Next(each.place, each.title, len(guesses) - number)
    return None
