"""One completion under way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from hearth.core.aio import closing
from hearth.core.errors import HearthError
from hearth.features.completion.request import CompletionState
from hearth.features.completion.run import complete

from .convert import Cursor
from .models import Use

if TYPE_CHECKING:
    from .session import Session

log = logging.getLogger(__name__)


class Running:
    """A completion under way. Its states can be waited for, and what comes after the answer is pushed."""

    def __init__(self, version: int, cursor: Cursor) -> None:
        self._version = version
        self._cursor = cursor
        loop = asyncio.get_running_loop()
        self.latest: CompletionState | None = None
        self._usable: asyncio.Future[None] = loop.create_future()
        self._ended: asyncio.Future[None] = loop.create_future()
        self._answered = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def first(self) -> CompletionState | None:
        """The first state that is of use; None if there is none, or if the completion was stopped."""
        await asyncio.wait((self._usable, self._ended), return_when=asyncio.FIRST_COMPLETED)
        return self.latest

    async def last(self) -> CompletionState | None:
        """The final state; None if there is none, or if the completion was stopped."""
        await asyncio.wait((self._ended,))
        return self.latest

    def answered(self) -> None:
        """Call when the answer is about to be sent: what is pushed must come after it."""
        asyncio.get_running_loop().call_soon(self._answered.set)

    @property
    def is_answered(self) -> bool:
        """Whether the answer has been sent, so that only pushed states can still follow."""
        return self._answered.is_set()

    def stop(self) -> None:
        """Abort it; the model is freed at once."""
        self.latest = None
        if self._task is not None:
            self._task.cancel()

    def is_for(self, version: int, cursor: Cursor) -> bool:
        """Whether it is the completion of this place, and was not stopped."""
        stopped = self._task is not None and self._task.done() and self.latest is None
        return not stopped and self._version == version and self._cursor == cursor

    def start(self, session: Session, push: Callable[[CompletionState], None] | None) -> None:
        """Begin. With ``push``, states after the first one go there, once the first one is answered."""
        self._task = session.tasks.start(self._run(session, push), "completion")
        # Not in a `finally` of the task: one that is stopped before its first step has none.
        self._task.add_done_callback(lambda _: self._ended.set_result(None))

    async def _run(self, session: Session, push: Callable[[CompletionState], None] | None) -> None:
        try:
            async with session.models.use(Use.COMPLETION) as (model, provider):
                states = complete(self._cursor.request, provider, session.settings.completion, model.context)
                with session.status.busy():
                    async with closing(states) as stream:
                        async for state in stream:
                            first, self.latest = self.latest is None, state
                            if first:
                                self._usable.set_result(None)
                            elif push is not None:
                                await self._answered.wait()
                                push(state)
                    if self.latest is not None:
                        usage = self.latest.usage
                        session.status.answered(usage.tokens_per_second if usage else None)
                        with contextlib.suppress(HearthError):  # It has answered, so nothing is wrong.
                            await session.about(model, provider)
        except HearthError as error:
            self.latest = None
            session.failed(error)
