"""Say the same in less code."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer, line_count, subject
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Keep, of_selection
from hearth.prompts.render import render

_LEAST_LINES = 3
"""What is shorter is simple."""


def _offers(spot: Spot) -> Iterator[Offer]:
    target = of_selection(spot, keep=Keep.HEADER, least=0.15) if spot.tree is not None else None
    if target is not None and line_count(spot, target) >= _LEAST_LINES:
        yield Offer(f"Simplify {subject(spot, target)}", target, render("edits/simplify"))


SIMPLIFY = Action("simplify", "refactor.rewrite.simplify", _offers)
