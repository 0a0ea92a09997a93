"""Write tests for a definition, with the project's framework and into the right file."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from hearth.features.edits.offer import Action, Offer
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Form, of_scope
from hearth.features.edits.testing import CONVENTIONS, is_test


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.definition
    if spot.language is None or spot.language.name not in CONVENTIONS or scope is None or is_test(spot.place.path):
        return
    target = attrs.evolve(of_scope(spot, scope), form=Form.ADDITION)
    # The rest of the instruction is known when it is chosen: where tests are is asked of the disk.
    yield Offer(f"Write tests for `{scope.name}`", target, "")


TESTS = Action("tests", "hearth.tests", _offers)
