"""How long to wait for a quiet moment: long enough not to ask in the middle of a word, and no longer.

An answer is not worth asking for if the next key comes before it. Somebody who has paused for the better part of a
usual interval between two keys is likely to look up. A slow model gets a head start: what it needs for its first token
is waiting enough, so its time is taken off.
"""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable

_WINDOW = 20
"""Keys and answers that count: a few words, so that a change of pace is noticed within seconds."""
_LONGEST_S = 1.0
"""A longer interval is a pause to think, and says nothing about how fast somebody types."""
_SHARE = 0.6
"""Part of a usual interval that has to pass in silence. With less, most keys in the middle of a word come after it."""
_FEWEST = 3
"""Intervals to know a pace by. Until then the upper bound is waited for."""
_WRONG, _PAUSE_S = 2, 0.35
"""Keys of an average typist come 0.24 s apart (Dhakal et al., "Observations on Typing from 136 Million Keystrokes", CHI
2018). Inside a word few take so long, and who waits so long looks up."""


class Debounce:
    """Learns from the keys of a session and from the model's answers. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last: float | None = None
        self._interval: float | None = None
        self._intervals: deque[float] = deque(maxlen=_WINDOW)
        self._latencies: deque[float] = deque(maxlen=_WINDOW)

    def key(self) -> None:
        """A key was typed."""
        now = self._clock()
        self._interval = None if self._last is None else now - self._last
        if self._last is not None and 0 < now - self._last <= _LONGEST_S:
            self._intervals.append(now - self._last)
        self._last = now

    @property
    def last_interval_s(self) -> float | None:
        """Seconds between the last two keys, however long; None before the second."""
        return self._interval

    def answered(self, latency_s: float) -> None:
        """The model's first token took that long."""
        self._latencies.append(latency_s)

    def wait_s(self, most_s: float, wrong: int = 0) -> float:
        """How long to wait now, at most ``most_s``, unless ``wrong`` suggestions in this word have been typed over: the
        model does not know it, so it is asked when somebody stops."""
        if wrong >= _WRONG and most_s > 0:
            return max(most_s, _PAUSE_S)
        known = len(self._intervals) >= _FEWEST
        wanted = _SHARE * statistics.median(self._intervals) if known else most_s
        latency = statistics.median(self._latencies) if self._latencies else 0.0
        return max(0.0, min(most_s, wanted - latency))
