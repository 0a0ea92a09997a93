"""Translate comments and documentation into English. That no code changes is checked leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer, subject
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import Keep, of_selection
from hearth.prompts.render import render
from hearth.syntax.leaves import leaves

_MOST_CHARS = 8000


def _offers(spot: Spot) -> Iterator[Offer]:
    target = of_selection(spot, keep=Keep.CODE) if spot.tree is not None else None
    if spot.tree is None or target is None or target.end - target.start > _MOST_CHARS:
        return
    if spot.text[target.start : target.end].isascii():
        return
    said = "".join(leaf.text for leaf in leaves(spot.tree, target.start, target.end) if leaf.role in _PROSE)
    if any(letter.isalpha() and not letter.isascii() for letter in said):
        yield Offer(f"Translate the comments of {subject(spot, target)}", target, render("edits/translate"))


_PROSE = ("comment", "documentation")

TRANSLATE = Action("translate", "refactor.rewrite.translate", _offers)
