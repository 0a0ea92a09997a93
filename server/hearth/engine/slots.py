"""Slots: sequences of the cache that keep prompts warm, and the choice between them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence

import attrs

from . import aside, editing
from .api import Priority
from .editing import Held, Plan
from .metrics import Metrics
from .native import Context
from .state import MIN_TOKENS, Saved, Store

_MINIMUM_SHARE = 16
"""Reused tokens below which a slot is worth more for what else it holds."""

_WORTH_MOVING = 256
"""Tokens to evaluate from which on idle prompts are moved out of the way before: it takes a hundredth of the time."""


@attrs.define(eq=False)
class Slot(Held):
    """One warm prompt and who uses it."""

    busy: bool = False
    kind: Priority | None = None
    """Who used it last: completion and chat give up their own kind first."""
    used: int = 0
    """Order of last use; larger is later."""


class Slots:
    """All slots of one context. Each has two sequences of the cache: its own, and one to park a tail on."""

    def __init__(self, context: Context, count: int, metrics: Metrics, *, editing_allowed: bool) -> None:
        self._context, self._metrics = context, metrics
        self._slots = [Slot(sequence, count + sequence) for sequence in range(count)]
        self._clock = itertools.count(1)
        self._now = 0
        self._edits = editing_allowed and context.can_shift and context.can_cut and not context.sliding

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def take(self, prompt: Sequence[int], kind: Priority, *, editable: bool, exact: bool) -> tuple[Slot, int] | None:
        """The best free slot for ``prompt`` and how many of its tokens need not be evaluated; None if all are busy."""
        free = [slot for slot in self._slots if not slot.busy]
        if not free:
            return None
        editable = editable and self._edits
        plans = {slot.sequence: editing.plan(slot, prompt, editable=editable, exact=exact) for slot in free}
        best = max(free, key=lambda slot: (plans[slot.sequence].reused, slot.used))
        if plans[best.sequence].reused < min(_MINIMUM_SHARE, len(prompt)):
            best = min(free, key=lambda slot: (bool(slot.tokens), slot.kind is not kind, slot.used))
        chosen = self._clear_for(best, plans[best.sequence], len(prompt))
        reused = chosen.reused if editing.apply(self._context, best, chosen) else 0
        best.busy, best.kind, best.used = True, kind, self._tick()
        return best, reused

    def _clear_for(self, best: Slot, chosen: Plan, count: int) -> Plan:
        """Bring ``best`` into the cache, alone among idle slots if there is much to evaluate of ``count`` tokens."""
        if best.aside is not None or count - chosen.reused >= _WORTH_MOVING:
            for slot in self._slots:
                if slot is not best:
                    self._take_out(slot)
        return chosen if self._put_back(best) else Plan(0)

    def _take_out(self, slot: Slot) -> bool:
        if slot.busy or not slot.tokens or slot.aside is not None or slot.parts:
            return False
        slot.aside = aside.take_out(self._context, slot.sequence, len(slot.tokens))
        self._metrics.moved.inc(slot.aside is not None)
        return slot.aside is not None

    def _put_back(self, slot: Slot) -> bool:
        waiting, slot.aside = slot.aside, None
        if waiting is None or aside.put_back(self._context, slot.sequence, waiting):
            return True
        editing.drop(self._context, slot)
        return False

    @property
    def untidy(self) -> bool:
        """Prompts lie in the cache that are not the one used last."""
        return any(self._movable(slot) for slot in self._slots if slot is not self._latest)

    def tidy(self) -> None:
        """Take the next of them out; after the last, the prompt used last moves to the front."""
        latest = self._latest
        slot = next((slot for slot in self._slots if slot is not latest and self._movable(slot)), None)
        if slot is not None and not self._take_out(slot):
            editing.drop(self._context, slot)
        if not self.untidy and latest is not None and self._take_out(latest):
            self._put_back(latest)

    def _movable(self, slot: Slot) -> bool:
        return self._context.can_shift and bool(slot.tokens) and slot.aside is None and not slot.parts

    @property
    def _latest(self) -> Slot | None:
        return max((slot for slot in self._slots if slot.tokens), key=lambda slot: slot.used, default=None)

    def gap_closed(self, slot: Slot, prompt: Sequence[int]) -> None:
        """Move a parked tail to its place once all before it is evaluated."""
        if slot.parked is not None and len(slot.tokens) == len(prompt) - 1 - len(slot.parked.tokens):
            editing.unpark(self._context, slot)

    def release(self, slot: Slot, *, movable: int) -> None:
        """The request is over; what the slot holds stays warm. Its first ``movable`` tokens may be edited later."""
        if slot.parked is not None:
            editing.unpark(self._context, slot)
        else:
            slot.tail_end = min(movable, len(slot.tokens))
        slot.busy = False
        slot.used = self._tick()

    def make_room(self, tokens: int, *, chat: bool) -> bool:
        """Forget idle slots until ``tokens`` more cells are free; False if they are not.

        Conversations (``chat``) give up conversations first, completions completions: only what could not run at all
        otherwise takes from the others. Of a kind the least valuable goes first: tokens by the uses since its own.
        """

        def order(slot: Slot) -> tuple[bool, float]:
            return (slot.kind is Priority.CHAT) is not chat, slot.held / (1 + self._now - slot.used)

        for slot in sorted((slot for slot in self._slots if not slot.busy and slot.tokens), key=order):
            if self.held + tokens <= self._context.size:
                break
            editing.drop(self._context, slot)
        return self.held + tokens <= self._context.size

    def _tick(self) -> int:
        self._now = next(self._clock)
        return self._now

    def stale(self) -> Slot | None:
        """The idle slot with a stale tail that was used last."""
        stale = [slot for slot in self._slots if slot.parts and slot.tail_end and not slot.busy]
        return max(stale, key=lambda slot: slot.used, default=None)

    def warm(self) -> list[tuple[Saved, Callable[[], bytes]]]:
        """What is worth saving, most recently used first; where a tail is stale only what is exact."""
        ordered = sorted((slot for slot in self._slots if not slot.busy), key=lambda slot: -slot.used)
        chosen: list[tuple[Saved, Callable[[], bytes]]] = []
        for slot in ordered:
            if slot.parts:
                editing.cut(self._context, slot, slot.exact)
                slot.tail_end = 0
            if len(slot.tokens) >= MIN_TOKENS:
                chosen.append((Saved(tuple(slot.tokens), slot.tail_end), functools.partial(self._state, slot)))
        return chosen

    def _state(self, slot: Slot) -> bytes:
        return self._context.sequence_state(slot.sequence) if slot.aside is None else slot.aside.data

    def refill(self, store: Store) -> int:
        """Restore what was saved; returns tokens."""
        found = store.restore(self._context, [slot.sequence for slot in self._slots])
        for slot in self._slots:
            if saved := found.get(slot.sequence):
                slot.tokens, slot.tail_end, slot.used = list(saved.tokens), saved.movable, self._tick()
        return sum(len(saved.tokens) for saved in found.values())

    def forget(self) -> None:
        """Empty all slots, after the cache was lost."""
        self._context.clear()
        for slot in self._slots:
            editing.drop(self._context, slot)

    @property
    def held(self) -> int:
        """Cells in use."""
        return sum(slot.held for slot in self._slots)
