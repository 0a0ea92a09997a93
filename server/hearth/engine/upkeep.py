"""What the engine does when nobody wants anything: evaluate stale text again, tidy the cache, save what is warm.

Somebody who types without a pause leaves gaps of a tenth of a second. They are used once text is very stale, a part in
each; whoever asks something ends it within a graph node, so no key waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from .editing import SOON_STALE, Part, Refresh
from .metrics import Metrics
from .native import Context
from .options import Entry
from .slots import Slot, Slots
from .state import Store

log = logging.getLogger(__name__)

REFRESH_AFTER_S = 0.8
"""Quiet time before stale text is evaluated again: longer than the pause between two keystrokes of a burst."""

_SOON_S = 0.05
"""The same where it is very stale: shorter than that pause."""

_SOON_CHUNK = 32
"""Tokens of a step then: what an interruption loses."""

_SAVE_AFTER_S = 20.0
"""Idle time after which what is warm is written to disk, so that a crash or a power cut costs little."""

_DONE = 0


class Upkeep:
    """Idle work over the slots of one context. All on the scheduler's thread, but for :attr:`running`."""

    def __init__(self, context: Context, slots: Slots, store: Store | None, metrics: Metrics) -> None:
        self.running = False
        """A stale tail is being evaluated; setting the context's abort flag ends that."""
        self.unsaved = False
        """Something was evaluated since the last save."""
        self._context, self._slots, self._store, self._metrics = context, slots, store, metrics

    def begin(self) -> None:
        """Restore what an earlier engine saved."""
        if self._store is not None and (tokens := self._slots.refill(self._store)):
            self._metrics.restored_tokens.inc(tokens)

    @property
    def patience_s(self) -> float | None:
        """Quiet seconds after which :meth:`work` has something to do; None for never."""
        if (slot := self._slots.stale()) is not None:
            return REFRESH_AFTER_S if self._very_stale(slot) is None else _SOON_S
        if self._slots.untidy:
            return REFRESH_AFTER_S
        return _SAVE_AFTER_S if self.unsaved else None

    def work(self, chunk: int, wanted: Callable[[], bool]) -> None:
        """Do the next piece of it, in steps of ``chunk`` tokens, until somebody is ``wanted`` elsewhere."""
        if (slot := self._slots.stale()) is not None:
            self._freshen(slot, chunk, wanted)
        elif self._slots.untidy:
            self._slots.tidy()
        elif self.unsaved:
            self.save()

    def save(self) -> None:
        """Keep what is warm for the next start. Trouble with the disk is no trouble for anybody who waits."""
        self.unsaved = False
        if self._store is None:
            return
        try:
            self._store.save(self._slots.warm())
        except OSError as error:
            log.warning("the warm prompts could not be saved: %s", error)

    def _freshen(self, slot: Slot, chunk: int, wanted: Callable[[], bool]) -> None:
        """In a short pause only what is very stale, else all of it from the front, which makes it exact."""
        if self._very_stale(slot) is None:
            while slot.parts and self._refresh(slot, slot.parts[0], chunk, wanted):
                pass
        else:
            while (part := self._very_stale(slot)) and self._refresh(slot, part, min(chunk, _SOON_CHUNK), wanted):
                pass

    def _very_stale(self, slot: Slot) -> Part | None:
        """The part that cannot wait for a real pause."""
        changed, part = slot.stalest() or (0, None)
        return part if changed > SOON_STALE else None

    def _refresh(self, slot: Slot, part: Part, chunk: int, wanted: Callable[[], bool]) -> bool:
        """Evaluate ``part`` again; False if that came to no end."""
        slot.busy = True
        try:
            if not self._slots.make_room(slot.tail_end, chat=False):
                slot.tail_end = 0
                return False
            self.running = True
            self._context.abort.clear()
            refresh = Refresh(self._context, slot, part)
            try:
                while not wanted() and self._step(refresh, slot, chunk):
                    pass
                return refresh.complete
            finally:
                refresh.close()
        finally:
            self.running = False
            slot.busy = False

    def _step(self, refresh: Refresh, slot: Slot, chunk: int) -> bool:
        position, tokens = refresh.step(chunk)
        entries = [Entry(token, position + index, slot.sequence, False) for index, token in enumerate(tokens)]
        if not entries:
            return False
        result = self._context.decode(entries)
        count = len(entries) if result == _DONE else max(0, self._context.length(slot.sequence) - position)
        self._context.keep(slot.sequence, position + count)
        refresh.done(count)
        self._metrics.refreshed_tokens.inc(count)
        return result == _DONE
