"""All that is offered at a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from .actions import ALL
from .offer import Action, Offer
from .spot import Spot


def offers(spot: Spot, kinds: Sequence[str] | None = None, own: Iterable[Action] = ()) -> list[Offer]:
    """What is offered, in the order of the menu; of ``kinds`` and those below them, if any are given.

    ``own`` are the user's own actions. Calls no model and takes milliseconds.
    """
    return [
        attrs.evolve(offer, action=action.name, kind=action.kind)
        for action in (*ALL, *own)
        if kinds is None or any(is_kind(action.kind, kind) for kind in kinds)
        for offer in action.offers(spot)
    ]


def is_kind(kind: str, wanted: str) -> bool:
    """Whether ``kind`` is ``wanted`` or below it: kinds of LSP are a tree, drawn with dots."""
    return not wanted or kind == wanted or kind.startswith(f"{wanted}.")
