"""Work-done progress, for clients that show it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator

from lsprotocol import types as lt

from .errors import WireError
from .rpc import Protocol

log = logging.getLogger(__name__)

_CREATE_S = 3.0
"""A client that has not agreed to a progress by then will not show it in time either."""
_SETTLE_S = 2.0
_LATE_S = 600.0
"""Longest answer of a model that is waited for."""


class Work:
    """One piece of work whose progress is shown."""

    def __init__(self, board: ProgressBoard, token: str) -> None:
        self._board = board
        self._token = token
        self._percentage: int | None = None

    def report(self, message: str, fraction: float | None = None) -> None:
        """Show ``message``, and how much is done (0..1) if that is known. A bar never goes back, as LSP wants it.

        What is reported before the client has agreed to the progress is dropped.
        """
        if fraction is not None:
            self._percentage = max(self._percentage or 0, round(100 * min(1.0, max(0.0, fraction))))
        report = lt.WorkDoneProgressReport(message=message, percentage=self._percentage, cancellable=True)
        self._board.send(self._token, report)


class ProgressBoard:
    """All work whose progress the client shows."""

    def __init__(self, protocol: Protocol, *, announced: bool) -> None:
        self._protocol = protocol
        self._announced = announced
        self._numbers = itertools.count(1)
        self._running: dict[str, asyncio.Task[object]] = {}
        self._showing: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def answering(self, title: str) -> AsyncIterator[Work]:
        """Like :meth:`work`, for the time of a request of the client, which may agree to it only when it is answered.

        A client may stand still until it has the edit of a code action. What it agrees to then is ended at once, or it
        would show it for ever.
        """
        token = f"hearth/progress/{next(self._numbers)}"
        task = asyncio.current_task()
        done = asyncio.Event()

        async def show() -> None:
            if task is None or not await self._create(token, _LATE_S):
                return
            self._running[token] = task
            self.send(token, lt.WorkDoneProgressBegin(title=title, cancellable=True))
            await done.wait()
            del self._running[token]
            self._notify(token, lt.WorkDoneProgressEnd())

        if self._announced:
            showing = asyncio.create_task(show())
            self._showing.add(showing)
            showing.add_done_callback(self._showing.discard)
        try:
            yield Work(self, token)
        finally:
            done.set()

    async def settled(self) -> None:
        """Wait a moment for progress that the client agrees to late to end: Helix clears its message line with it."""
        if self._showing:
            await asyncio.wait(self._showing, timeout=_SETTLE_S)

    @contextlib.asynccontextmanager
    async def work(self, title: str) -> AsyncIterator[Work]:
        """Show ``title`` while the block runs. When the user stops it, the calling task is cancelled."""
        token = f"hearth/progress/{next(self._numbers)}"
        task = asyncio.current_task()
        shown = self._announced and await self._create(token)
        if shown and task is not None:
            self._running[token] = task
            self.send(token, lt.WorkDoneProgressBegin(title=title, cancellable=True, percentage=0))
        try:
            yield Work(self, token)
        finally:
            if self._running.pop(token, None) is not None:
                self._notify(token, lt.WorkDoneProgressEnd())

    def cancel(self, token: int | str) -> bool:
        """The user stops work; returns whether it was running."""
        task = self._running.get(str(token))
        return task is not None and task.cancel()

    def send(
        self, token: str, value: lt.WorkDoneProgressBegin | lt.WorkDoneProgressReport | lt.WorkDoneProgressEnd
    ) -> None:
        """Tell the client about a token that it agreed to and that has not ended; drop anything else."""
        if token in self._running:
            self._notify(token, value)

    def _notify(self, token: str, value: object) -> None:
        self._protocol.notify(lt.PROGRESS, lt.ProgressParams(token=token, value=value))

    async def _create(self, token: str, limit_s: float | None = None) -> bool:
        try:
            params = lt.WorkDoneProgressCreateParams(token=token)
            await self._protocol.ask(lt.WINDOW_WORK_DONE_PROGRESS_CREATE, params, limit_s or _CREATE_S, repeatable=True)
        except (TimeoutError, WireError):
            log.debug("the client shows no progress")
            return False
        return True
