"""Slots: sequences of the cache that keep prompts warm, and the choice between them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from .api import Priority
from .native import Context

_MINIMUM_SHARE = 16
"""Tokens of common prefix below which reusing a slot is worth less than keeping what else it holds."""


class Slot:
    """One sequence of the cache and the tokens evaluated in it."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        self.tokens: list[int] = []
        self.busy = False
        self.kind: Priority | None = None
        """Who used it last: completion and chat give up their own kind first."""
        self.used = 0
        """Order of last use; larger is later."""


def common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """Number of equal tokens at the front."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


class Slots:
    """All slots of one context."""

    def __init__(self, context: Context, count: int) -> None:
        self._context = context
        self._slots = [Slot(sequence) for sequence in range(count)]
        self._clock = itertools.count(1)

    def __iter__(self) -> itertools.chain[Slot]:
        return itertools.chain(self._slots)

    def take(self, prompt: Sequence[int], kind: Priority) -> tuple[Slot, int] | None:
        """The best free slot for ``prompt`` and how many of the prompt's tokens it already holds; None if all are busy.

        The slot is cut to what it shares with the prompt. At least the last token of the prompt is left to evaluate,
        because its logits choose the first new token.
        """
        free = [slot for slot in self._slots if not slot.busy]
        if not free:
            return None
        shares = {slot.sequence: common_prefix(slot.tokens, prompt) for slot in free}
        best = max(free, key=lambda slot: (shares[slot.sequence], slot.used))
        if shares[best.sequence] < min(_MINIMUM_SHARE, len(prompt)):
            best = min(free, key=lambda slot: (bool(slot.tokens), slot.kind is not kind, slot.used))
        keep = min(shares[best.sequence], len(prompt) - 1)
        self.cut(best, keep)
        best.busy, best.kind, best.used = True, kind, next(self._clock)
        return best, len(best.tokens)

    def cut(self, slot: Slot, length: int) -> None:
        """Keep the first ``length`` tokens of ``slot``; nothing, where the memory cannot be cut (recurrent models)."""
        if length < len(slot.tokens) and not self._context.keep(slot.sequence, length):
            self._context.keep(slot.sequence, 0)
            length = 0
        del slot.tokens[length:]

    def release(self, slot: Slot) -> None:
        """The request is over; what the slot holds stays warm."""
        slot.busy = False
        slot.used = next(self._clock)

    def make_room(self, tokens: int) -> bool:
        """Forget idle slots, oldest use first, until ``tokens`` more cells are free; False if they are not."""
        idle = sorted((slot for slot in self._slots if not slot.busy and slot.tokens), key=lambda slot: slot.used)
        for slot in idle:
            if self.held + tokens <= self._context.size:
                break
            self.cut(slot, 0)
        return self.held + tokens <= self._context.size

    def forget(self) -> None:
        """Empty all slots, after the cache was lost."""
        self._context.clear()
        for slot in self._slots:
            slot.tokens.clear()

    @property
    def held(self) -> int:
        """Cells in use."""
        return sum(len(slot.tokens) for slot in self._slots)
