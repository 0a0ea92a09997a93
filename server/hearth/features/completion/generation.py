"""One run of the model, which requests come to and leave while somebody types on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hearth.core.errors import HearthError

from .cache import Place, Typed, rest
from .request import CompletionState, Request

_LINGER_S = 0.5
"""How long the model writes on when nobody waits. The editor cancels a request before it sends the next one, and the
next one may go on with this text. Whatever needs the model, and each edit that does not fit, ends this wait at once."""


class Generation:
    """What the model writes at one place. Its task tells it how that goes; requests follow it."""

    def __init__(self, place: Place, request: Request, *, ahead: bool = False) -> None:
        self.place = place
        self.request = request
        self.ahead = ahead
        """Begun before anybody asked."""
        self.text = ""
        """All there is so far, the unfinished line too."""
        self.ended = False
        self.stopped = False
        self.was_shown = False
        """Somebody was there when it came to its end."""
        self._latest: CompletionState | None = None
        self._error: HearthError | None = None
        self._followers = 0
        self._unfit = False
        self._tick: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_followed(self) -> bool:
        """Whether anybody waits for it."""
        return self._followers > 0

    def started(self, task: asyncio.Task[None]) -> None:
        """``task`` writes it."""
        self._task = task
        # Not in a `finally` of the task: one that is stopped before its first step has none.
        task.add_done_callback(lambda _: self.end())

    def advance(self, text: str, state: CompletionState | None) -> None:
        """The model wrote more; ``state`` if that is worth showing."""
        self.text = text
        if state is not None:
            self._latest = state
            self.was_shown = state.final and self.is_followed
        self._announce()

    def end(self, error: HearthError | None = None) -> None:
        """Nothing more comes."""
        if not self.ended:
            self.ended, self._error = True, error
            self._announce()

    def stop(self) -> None:
        """Abort it; the model is freed at once."""
        self.stopped = True
        if self._task is not None:
            self._task.cancel()

    def changed(self, text: str) -> None:
        """Its document has a new text. If that does not fit, it ends as soon as nobody waits for it any more."""
        fits = any(self._fits(typed) for typed in self.place.readings(text))
        self._unfit = not fits and not (self.ahead and self.place.is_ahead_of(text))
        if self._unfit and not self.is_followed:
            self.stop()

    def serves(self, request: Request) -> bool:
        """Whether what is written so far fits what was typed up to the cursor of ``request``.

        Before the model has written anything there is nothing to go by: then only the very place fits.
        """
        typed = self.place.typed(request)
        return not self.stopped and typed is not None and self._fits(typed)

    async def follow(self, request: Request) -> AsyncIterator[CompletionState]:
        """The states as they are at the cursor of ``request``, as long as they fit. Raises what the model raised."""
        typed = self.place.typed(request)
        self._followers += 1
        seen: CompletionState | None = None
        try:
            while typed is not None and self._fits(typed):
                tick, state, ended = self._tick, self._latest, self.ended
                if state is not None and state is not seen:
                    seen = state
                    left = rest(state.text, typed)
                    if left is not None and (left.strip() or (state.final and not typed.text)):
                        yield state.behind(len(typed.text), left)
                        continue
                if ended:
                    break
                await asyncio.wait((tick,))
        finally:
            self._followers -= 1
            if not self._followers and not self.ended:
                self._leave()
        if self._error is not None:
            raise self._error

    def _fits(self, typed: Typed) -> bool:
        if typed == Typed(""):
            return True
        if self.ended:
            return rest(self.text, typed) is not None
        if typed.closers:  # They have to be the end of it, and only the end of one line is soon known.
            return not self.request.many_lines and self.text.startswith(typed.text) and self.text != ""
        return self.text != "" and (self.text.startswith(typed.text) or typed.text.startswith(self.text))

    def _leave(self) -> None:
        if self._unfit or not self.text:
            self.stop()
            return
        asyncio.get_running_loop().call_later(_LINGER_S, self._stop_unless_followed)

    def _stop_unless_followed(self) -> None:
        if not self._followers and not self.ended:
            self.stop()

    def _announce(self) -> None:
        tick, self._tick = self._tick, asyncio.get_running_loop().create_future()
        tick.set_result(None)
