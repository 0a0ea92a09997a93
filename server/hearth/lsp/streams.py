"""Token notifications, joined: an editor needs the first one at once and the others no faster than it can draw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_FLUSH_S = 0.015
"""A frame at 60 Hz is 16.7 ms; drawing more often than that shows nothing new."""
_FLUSH_CHARS = 2000
"""With this much waiting a message is worth its cost at any time."""


class TextStream:
    """Sends pieces of text in order: the first at once, later ones together, at most every 15 ms."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._pieces: list[str] = []
        self._chars = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, text: str) -> None:
        """Send ``text`` now or soon."""
        self._pieces.append(text)
        self._chars += len(text)
        if self._timer is None:
            self._flush()
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_S, self._expire)
        elif self._chars >= _FLUSH_CHARS:
            self._flush()

    def close(self) -> None:
        """Send what waits."""
        if self._timer is not None:
            self._timer.cancel()
        self._flush()

    def _expire(self) -> None:
        self._timer = None
        if self._pieces:
            self._flush()
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_S, self._expire)

    def _flush(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._chars = 0
        if text:
            self._send(text)
