"""Give variables of a function better names. Everything else stays as it is, which is checked leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer, subject
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Keep, of_scope
from hearth.prompts.render import render
from hearth.syntax.tokens import names

_SHORT = 3
"""Letters of a name that says little."""

_MOST_CHARS = 8000


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.function
    if spot.tree is None or scope is None or scope.end - scope.start > _MOST_CHARS:
        return
    if any(len(name) <= _SHORT and name.isidentifier() for name in names(spot.tree, scope.body_start, scope.end)):
        target = of_scope(spot, scope, keep=Keep.STRUCTURE, least=1.0)
        yield Offer(f"Better names in {subject(spot, target)}", target, render("edits/names"))


NAMES = Action("names", "refactor.rewrite.names", _offers)
