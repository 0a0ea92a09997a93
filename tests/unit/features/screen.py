"""Somebody who sees suggestions, and does something about them."""

from __future__ import annotations

import attrs

from hearth.features.completion.quiet.learner import Learner
from hearth.features.completion.quiet.ledger import Ledger
from hearth.features.completion.suggestions import Suggestions
from unit.features.typist import URI, Desk, Editor, scripted

SUGGESTED = "total + amount"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@attrs.define
class Screen:
    """Somebody who sees what is shown, and does something about it."""

    ledger: Ledger
    chance: float = 0.99
    clock: Clock = attrs.field(factory=Clock)
    desk: Desk = attrs.field(init=False)
    learner: Learner = attrs.field(init=False)
    editor: Editor = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.desk = Desk(scripted(SUGGESTED))
        self.learner = Learner(self.desk.tasks, lambda: self.ledger, self.clock, lambda: self.chance)
        self.desk.suggestions = Suggestions(self.desk.tasks, self.desk, self.clock, learner=self.learner)
        self.editor = Editor("total = 0\nx = ", "\n")

    async def see(self, *, by_hand: bool = False, seconds: float = 1.0) -> str:
        shown = await self.desk.answer(self.editor.request(automatic=not by_hand))
        self.clock.now += seconds
        return shown

    def type(self, text: str) -> None:
        for char in text:
            self.insert(char)

    def insert(self, text: str) -> None:
        self.editor.type(text)
        self.desk.suggestions.changed(URI, self.editor.text)

    async def outcomes(self) -> list[str]:
        await self.desk.suggestions.close()
        return [row.outcome.value for row in self.ledger.rows()]
