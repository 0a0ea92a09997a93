"""Put the value of a variable where it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Keep, of_scope
from hearth.prompts.render import render
from hearth.syntax.tokens import identifiers

_MOST_CHARS = 8000


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.function
    if spot.tree is None or scope is None or scope.end - scope.start > _MOST_CHARS:
        return
    here = identifiers(spot.tree, spot.selection[0], max(spot.selection[1], spot.selection[0] + 1))
    if not here or here[0].start < scope.body_start:
        return
    name = here[0].name
    body = spot.text[scope.body_start : scope.body_end]
    assigned = re.findall(rf"(?m)^[ \t]*(?:\w[\w<>\[\], ]*[ \t]+)?{re.escape(name)}[ \t]*(?::[^=\n]+)?:?=(?!=)", body)
    used = re.findall(rf"(?<![\w.]){re.escape(name)}(?!\w)", body)
    if len(assigned) == 1 and len(used) > 1:
        target = of_scope(spot, scope, keep=Keep.HEADER, least=0.5)
        yield Offer(f"Inline `{name}`", target, render("edits/inline", symbol=name))


INLINE = Action("inline", "refactor.inline.variable", _offers)
