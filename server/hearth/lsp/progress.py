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


class Work:
    """One piece of work whose progress is shown."""

    def __init__(self, board: ProgressBoard, token: str) -> None:
        self._board = board
        self._token = token
        self._percentage: int | None = None

    def report(self, message: str, fraction: float | None = None) -> None:
        """Show ``message``, and how much is done (0..1) if that is known. A bar never goes back, as LSP wants it."""
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

    async def _create(self, token: str) -> bool:
        try:
            params = lt.WorkDoneProgressCreateParams(token=token)
            await self._protocol.ask(lt.WINDOW_WORK_DONE_PROGRESS_CREATE, params, _CREATE_S)
        except (TimeoutError, WireError):
            log.debug("the client shows no progress")
            return False
        return True
