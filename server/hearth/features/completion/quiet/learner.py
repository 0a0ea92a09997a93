"""Decides whether a suggestion is shown, and learns from what becomes of it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable

from hearth.core.aio import Tasks
from hearth.features.completion.cache import Place
from hearth.features.completion.feedback import Feedback
from hearth.features.completion.feedback import Outcome as Told
from hearth.features.completion.request import Request

from .ledger import Ledger, Outcome, Row, examples
from .policy import Policy, learn
from .signs import Signs, language_of
from .watch import Watch

log = logging.getLogger(__name__)

SHADOW = 0.1
"""Share of the suggestions that would be hidden and are shown all the same: else nothing more is learned of them."""
_AGAIN = 50
"""New rows after which everything is learned anew; that takes a thread some tens of milliseconds."""
_PAUSE_S = 2.0
"""Rows are written together."""
_END_S = 2.0


class Learner:
    """One for each session. ``chance`` gives numbers in 0..1."""

    def __init__(
        self,
        tasks: Tasks,
        ledger: Callable[[], Ledger],
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._tasks = tasks
        self._ledger = ledger
        self._chance = chance
        self._policy: Policy | None = None
        self._hidden: tuple[Place, str] | None = None
        self._began = False
        self._fresh = 0
        self._work: asyncio.Task[None] | None = None
        self._most_lost = 0.0
        self.watch = Watch(clock)

    def offer(
        self, place: Place, request: Request, text: str, signs: Signs, latency_s: float, most_lost: float
    ) -> bool:
        """Whether to show ``text``. ``most_lost`` is the share of wanted suggestions that may be hidden."""
        self._most_lost = most_lost
        if not self._began:
            self._began = True
            self._wake(learning=True)
        if self.watch.goes_on(place, text):
            self.watch.grown(place, text)
            return True
        if request.automatic and self._is_hidden(place, text):
            return False
        weight = 1.0
        row = Row(
            language_of(request), not request.automatic, Outcome.SILENT, signs, latency_ms=round(latency_s * 1000, 1)
        )
        policy = self._policy
        if request.automatic and policy is not None and policy.judge.probability(signs) < policy.threshold:
            if self._chance() >= SHADOW:
                self._hidden = place, text
                self.watch.note(row)
                self._wake()
                return False
            weight = 1 / SHADOW
        self._hidden = None
        self.watch.show(
            place, text, Row(row.language, row.by_hand, Outcome.SILENT, signs, latency_ms=row.latency_ms, weight=weight)
        )
        return True

    def changed(self, uri: str, text: str) -> None:
        """A document has a new text."""
        self.watch.changed(uri, text)
        self._wake()

    def told(self, feedback: Feedback) -> None:
        """The editor says what became of a suggestion. That one took another's place is better seen from the text."""
        suggestion = feedback.suggestion
        if feedback.outcome is not Told.IGNORED:
            accepted = feedback.outcome is Told.ACCEPTED
            self.watch.told(
                suggestion.uri, suggestion.offset, suggestion.text, accepted=accepted, part=feedback.accepted > 0
            )
            self._wake()

    def forget(self, uri: str) -> None:
        """A document is closed."""
        self.watch.forget(uri)
        self._wake()

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait((self._work,))
        rows = self.watch.drain(end=True)
        if rows:
            try:
                async with asyncio.timeout(_END_S):
                    await asyncio.to_thread(self._ledger().add, rows)
            except TimeoutError:
                log.warning("what became of the last suggestions is not kept: the disk takes too long")

    def _is_hidden(self, place: Place, text: str) -> bool:
        """Whether ``text`` is what is left of the suggestion that was hidden last."""
        if self._hidden is None or self._hidden[0].uri != place.uri:
            return False
        before, hidden = self._hidden
        typed = place.offset - before.offset
        left = hidden[typed:]
        same = left.startswith(text) or text.startswith(left)  # It may have grown since.
        return 0 <= typed < len(hidden) and place.before.endswith(hidden[:typed]) and same

    def _wake(self, *, learning: bool = False) -> None:
        if (learning or self.watch.has_rows) and (self._work is None or self._work.done()):
            self._work = self._tasks.start(self._write(learning=learning), "keep what became of suggestions")

    async def _write(self, *, learning: bool) -> None:
        if not learning:
            await asyncio.sleep(_PAUSE_S)
        ledger = self._ledger()
        while rows := self.watch.drain():
            await asyncio.to_thread(ledger.add, rows)
            self._fresh += sum(row.outcome is not Outcome.SILENT for row in rows)
        if learning or self._fresh >= _AGAIN:
            self._fresh = 0
            self._policy = await asyncio.to_thread(_learn, ledger, self._most_lost)


def _learn(ledger: Ledger, most_lost: float) -> Policy | None:
    policy = learn(examples(ledger.rows()), most_lost)
    if policy is not None:
        log.debug("suggestions less likely than %.3f to be accepted are hidden", policy.threshold)
    return policy
