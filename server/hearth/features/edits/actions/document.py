"""Write or renew the documentation of a definition."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from hearth.features.edits.documentation import style_of
from hearth.features.edits.offer import Action, Offer, subject
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Form, Keep, of_scope
from hearth.prompts.render import render


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.definition
    if spot.language is None or scope is None or style_of(spot.language) is None:
        return
    target = of_scope(spot, scope, keep=Keep.CODE)
    verb = "Renew the documentation of" if scope.docstring else "Document"
    instruction = render("edits/document", symbol=scope.name, kind=scope.kind)
    yield Offer(f"{verb} {subject(spot, target)}", attrs.evolve(target, form=Form.DOCUMENTATION), instruction)


DOCUMENT = Action("document", "refactor.rewrite.document", _offers)
