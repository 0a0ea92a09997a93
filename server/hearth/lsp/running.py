"""One completion under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from hearth.core.aio import closing
from hearth.core.errors import HearthError
from hearth.features.completion.request import CompletionState
from hearth.features.completion.suggestions import Suggestions

from .convert import Cursor
from .models import Use

if TYPE_CHECKING:
    from .session import Session

log = logging.getLogger(__name__)

_TELLING = 16
"""Written tokens from which an answer says how fast the model is."""


class Running:
    """A completion under way. Its states can be waited for, and what comes after the answer is pushed."""

    def __init__(self, suggestions: Suggestions, uri: str, version: int, cursor: Cursor) -> None:
        self._suggestions = suggestions
        self._uri = uri
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
    def is_under_way(self) -> bool:
        """Whether it goes on."""
        return not self._ended.done()

    @property
    def is_answered(self) -> bool:
        """Whether the answer has been sent, so that only pushed states can still follow."""
        return self._answered.is_set()

    def stop(self) -> None:
        """Nobody waits for it any more. What the model writes is ended, unless the next request may go on with it."""
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
        states = self._suggestions.complete(self._uri, self._cursor.request, session.settings.completion)
        try:
            async with closing(states) as stream:
                async for state in stream:
                    first, self.latest = self.latest is None, state
                    if state.usage is not None:
                        session.status.answered(state.usage.tokens_per_second)
                        if (state.usage.completion_tokens or 0) >= _TELLING:
                            session.models.model(Use.COMPLETION).spoke(state.usage.tokens_per_second)
                    if first:
                        self._usable.set_result(None)
                    elif push is not None:
                        await self._answered.wait()
                        push(state)
        except HearthError as error:
            self.latest = None
            session.failed(error)
