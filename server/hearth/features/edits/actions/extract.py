"""Move a part of a function into a function of its own."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Keep, of_scope
from hearth.prompts.render import fence, render

_LONG_LINES = 20
"""A function from here on is long enough to be split."""


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.function
    if scope is None:
        return
    target = of_scope(spot, scope, keep=Keep.HEADER, least=0.5)
    if spot.is_part:
        part = spot.text[slice(*spot.lines(*spot.selection))]
        instruction = render("edits/extract", code=part, fence=fence(part), symbol=scope.name)
        yield Offer("Extract into a function", target, instruction)
    elif spot.text.count("\n", scope.start, scope.end) + 1 >= _LONG_LINES:
        yield Offer(f"Split `{scope.name}` into functions", target, render("edits/split", symbol=scope.name))


EXTRACT = Action("extract", "refactor.extract.function", _offers)
