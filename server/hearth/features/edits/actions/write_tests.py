"""Write tests for a definition, in the project's framework and in the right file."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer
from hearth.features.edits.spot import Spot


def _offers(spot: Spot) -> Iterator[Offer]:
    yield from ()


TESTS = Action("tests", "hearth.tests", _offers)
