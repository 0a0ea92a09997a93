"""What the next decode evaluates: a token or a guess of several for each running answer, and as much prompt as fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from .api import Priority
from .costs import Costs
from .generation import Generation, Stage
from .options import Entry

PATIENCE = {Priority.INTERACTIVE: 8, Priority.CHAT: 8, Priority.BACKGROUND: 64}
"""Steps of others after which a prompt gets a small share of the next one, whoever else is there. In steps, so that it
takes the same part of a slow machine as of a fast one."""

SMALL_SHARE = 16
"""Tokens of that share: such a step takes little longer than one of a single token."""


@attrs.define
class Batch:
    """Entries of one decode, and whose they are."""

    entries: list[Entry] = attrs.field(factory=list)
    outputs: list[tuple[Generation, range]] = attrs.field(factory=list)
    """Requests whose next token this decode decides, with their rows: the first, then one for each guessed token."""
    running: list[Generation] = attrs.field(factory=list)
    """Requests that have entries."""

    def of(self, generation: Generation) -> list[int]:
        """Tokens of ``generation`` in this batch, in order."""
        slot = generation.slot
        return [entry.token for entry in self.entries if slot is not None and entry.sequence == slot.sequence]


def plan(active: Sequence[Generation], size: int, chunk: Callable[[Priority], int], costs: Costs) -> Batch:
    """At most ``size`` entries. ``chunk`` says how many tokens of a prompt of some priority one step may take,
    ``costs`` what the rows of answers cost.

    Answers go on in every step. Of the prompts only those do that are as urgent as the most urgent request: a step that
    evaluates much of a prompt makes all answers wait for it. One that was passed over often gets a small share.
    """
    batch = Batch()
    decoding = [each for each in active if each.stage is Stage.DECODE]
    spare = size - len(decoding)
    for generation in decoding:
        spare -= _add_answer(batch, generation, spare, len(decoding) - 1, costs)
    prefills = sorted((each for each in active if each.stage is Stage.PREFILL), key=lambda each: each.order)
    urgent = min((each.task.priority.rank for each in active), default=0)
    for generation in prefills:
        room = size - len(batch.entries)
        if generation.task.priority.rank == urgent:
            _add_prompt(batch, generation, min(room, chunk(generation.task.priority)))
        elif generation.passed_over >= PATIENCE[generation.task.priority]:
            _add_prompt(batch, generation, min(room, SMALL_SHARE))
        else:
            generation.passed_over += 1
    return batch


def _add_answer(batch: Batch, generation: Generation, spare: int, others: int, costs: Costs) -> int:
    """Add the last chosen token and a guess of at most ``spare`` more; returns the length of the guess."""
    slot = generation.slot
    if slot is None:
        return 0
    generation.draft = generation.guess(spare, others, costs)
    first = len(batch.entries)
    for index, token in enumerate((generation.next_token, *generation.draft)):
        batch.entries.append(Entry(token, len(slot.tokens) + index, slot.sequence, True))
    batch.outputs.append((generation, range(first, len(batch.entries))))
    batch.running.append(generation)
    return len(generation.draft)


def _add_prompt(batch: Batch, generation: Generation, room: int) -> None:
    slot = generation.slot
    if slot is None or room <= 0:
        return
    start = len(slot.tokens)
    for index, token in enumerate(generation.pending()[:room]):
        last = start + index + 1 == len(generation.task.prompt)
        if last:
            batch.outputs.append((generation, range(len(batch.entries), len(batch.entries) + 1)))
        batch.entries.append(Entry(token, start + index, slot.sequence, last))
    generation.passed_over = 0
    batch.running.append(generation)
