"""Write the body of a function that has none yet."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from hearth.features.edits.offer import Action, Offer
from hearth.features.edits.spot import Spot
from hearth.features.edits.stub import stub_of
from hearth.features.edits.target import Form, Keep, of_scope
from hearth.prompts.render import render


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.function
    if spot.tree is not None and scope is not None and stub_of(spot.tree, scope) is not None:
        target = attrs.evolve(of_scope(spot, scope, keep=Keep.HEADER), form=Form.BODY)
        yield Offer(f"Write the body of `{scope.name}`", target, render("edits/complete", symbol=scope.name))


COMPLETE = Action("complete", "refactor.rewrite.complete", _offers)
