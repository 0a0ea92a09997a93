"""How many threads decode: as many as have a processor to themselves.

The threads of a decode wait for one another between any two operations, hundreds of times a token. One that has to
share its processor is late by a turn of whoever it shares with, and all others with it. Measured with a model of 0.5B
parameters on two processors: 45 tokens a second on two threads and 29 on one when nothing else ran, 2 to 3 and 20 to 30
beside one busy program, 0.5 to 3 and 12 to 21 beside two.
"""

from __future__ import annotations

import time
from typing import Protocol

import psutil

_PAUSE_S = 0.05
"""Between decodes; after a longer one others may run than before it."""

_LONG_S = 0.2
"""A stretch of time that tells how many processors others leave."""

_WINDOW_S = 0.05
"""Time of decodes after which it is judged how they went."""

_LONG_ENOUGH_S = 0.15
"""Time of decodes that were disturbed, in a row, after which a thread goes: now and then a system puts two threads on
one processor for some milliseconds, with another beside it idle."""

_LOST = 0.6
"""One of n threads less costs an n-th of the speed. So one goes if this part of an n-th of the time, summed over all
threads, was lost: a thread that was late holds up the others for longer than it was away."""

_SPARE = 0.7
"""Of a processor, which suffices for one more thread: what others took of it may have been short and just then."""

_PATIENCE_S, _LONGEST_S = 0.25, 4.0
"""Time after a thread went until one may come, and its longest: it doubles when a thread goes soon after one came."""

_SOON_S = 4.0


class Clocks(Protocol):
    """Seconds; only differences mean anything."""

    def now(self) -> float:
        """Of the wall."""
        ...

    def own(self) -> float:
        """Of all processors, for this process."""
        ...

    def idle(self) -> float:
        """Of all processors, for nobody."""
        ...


class SystemClocks:
    """Those of this machine."""

    def now(self) -> float:
        """Of the wall."""
        return time.perf_counter()

    def own(self) -> float:
        """Of all processors, for this process."""
        return time.process_time()

    def idle(self) -> float:
        """Of all processors, for nobody."""
        times = psutil.cpu_times()
        return float(times.idle) + float(getattr(times, "iowait", 0.0))


class Crew:
    """Counts the threads for each decode. For all contexts of a process together, on the thread that decodes."""

    def __init__(self, most: int, clocks: Clocks | None = None) -> None:
        self.count = self.most = most
        """Threads of the next decode, from 1 to ``most``."""
        self._clocks = clocks or SystemClocks()
        self._seen = self._reading()
        self._ended = self._seen[0]
        self._began = self._began_own = 0.0
        self._wall = self._own = self._disturbed = 0.0
        self._patience = _PATIENCE_S
        self._closed_until = self._came = float("-inf")

    def begin(self) -> int:
        """A decode begins. The number of its threads."""
        now = self._clocks.now()
        if self.most > 1 and now - self._ended > _PAUSE_S:
            self._wall = self._own = self._disturbed = 0.0
            free = self._free()
            if free is not None:
                self.count = self._fitting(free)
        self._began, self._began_own = now, self._clocks.own()
        return self.count

    def end(self) -> None:
        """It has ended."""
        self._ended = self._clocks.now()
        self._wall += self._ended - self._began
        self._own += self._clocks.own() - self._began_own
        if self.most == 1 or self._wall < _WINDOW_S:
            return
        lost = self.count - self._own / self._wall
        if self.count > 1 and lost > _LOST / self.count:
            self._disturbed += self._wall
            if self._disturbed >= _LONG_ENOUGH_S:
                self._fewer(lost)
            self._wall = self._own = 0.0
            return
        self._disturbed = 0.0
        if self.count == self.most:
            self._seen = self._reading()
        elif self._ended >= self._closed_until:
            free = self._free()
            if free is not None and self._fitting(free) > self.count:
                self.count = self._fitting(free)
                self._came = self._ended
        self._wall = self._own = 0.0

    def _fewer(self, lost: float) -> None:
        soon = self._ended - self._came < _SOON_S
        self._patience = min(_LONGEST_S, self._patience * 2) if soon else _PATIENCE_S
        self._closed_until = self._ended + self._patience
        self._disturbed = 0.0
        self.count = max(1, self.count - max(1, round(lost)))
        self._seen = self._reading()

    def _free(self) -> float | None:
        """Processors that nobody else used since it was last asked; None if that was just now."""
        then, (now, free) = self._seen, self._reading()
        if now - then[0] < _LONG_S:
            return None
        self._seen = now, free
        return (free - then[1]) / (now - then[0])

    def _reading(self) -> tuple[float, float]:
        return self._clocks.now(), self._clocks.idle() + self._clocks.own()

    def _fitting(self, free: float) -> int:
        return max(1, min(self.most, int(free + 1 - _SPARE)))
