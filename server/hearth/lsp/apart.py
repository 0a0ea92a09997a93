"""Messages apart from answers, for clients that lose what they read together with the answer to a request."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

_GAP_S = 0.03
"""After an answer, as long as a client that is not busy takes to read it."""


class Apart:
    """Writes messages in their order. What comes after an answer waits for a moment.

    It makes the loss rare, not impossible: a busy client reads late, and then all at once.
    """

    def __init__(self, write: Callable[[bytes], None], gap_s: float = _GAP_S) -> None:
        self._write = write
        self._gap_s = gap_s
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def write(self, data: bytes, *, is_answer: bool) -> None:
        """Send ``data``, at once if no answer was sent just now. Call it in the event loop."""
        self._waiting.append((data, is_answer))
        if self._timer is None:
            self._go_on()

    def flush(self) -> None:
        """Send all that waits, at once: the client ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            self._write(self._waiting.popleft()[0])

    def _go_on(self) -> None:
        self._timer = None
        while self._waiting:
            data, is_answer = self._waiting.popleft()
            self._write(data)
            if is_answer:
                self._timer = asyncio.get_running_loop().call_later(self._gap_s, self._go_on)
                return
