"""What the user asks for in words, of the selected lines or the function at the place."""

from __future__ import annotations

from .offer import Action, Offer, title
from .spot import Spot
from .target import of_lines, of_selection

NAME = "instruct"
KIND = "refactor.rewrite.instruct"
_MOST_CHARS = 8000
"""Of an instruction. More than that is no instruction but a document."""


def instructed(instruction: str) -> Action:
    """The action that does what ``instruction`` says. It is offered nowhere: who has words for it asks for it."""
    wanted = instruction.strip()[:_MOST_CHARS]

    def offers(spot: Spot) -> list[Offer]:
        if not wanted:
            return []
        target = of_selection(spot) or of_lines(spot, *spot.selection)
        return [Offer(title(wanted), target, wanted, action=NAME, kind=KIND)]

    return Action(NAME, KIND, offers)
