"""Explain the code at the place. Changes nothing: the explanation is an answer in a chat document."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer, title
from hearth.features.edits.spot import Spot

EXPLAIN = "hearth.explain"
ASK = "hearth.ask"


def _explain(spot: Spot) -> Iterator[Offer]:
    if not spot.text.strip():
        return
    scope = spot.definition
    what = "the selection" if spot.is_part else f"`{scope.name}`" if scope else "this file"
    yield Offer(title(f"Explain {what}"), None, f"Explain what {what.replace('this file', 'this code')} does.")


def _ask(spot: Spot) -> Iterator[Offer]:
    if spot.text.strip():
        yield Offer("Ask Hearth about this", None, "")


EXPLAINING = Action("explain", EXPLAIN, _explain)
ASKING = Action("ask", ASK, _ask)
