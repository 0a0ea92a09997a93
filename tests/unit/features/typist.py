"""Somebody who types, and models that write when they are told to."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs

from hearth.context.frame import Surroundings
from hearth.core.aio import Tasks
from hearth.core.settings import CompletionSettings
from hearth.features.completion.prompt import Model
from hearth.features.completion.request import CompletionState, Request
from hearth.features.completion.suggestions import Lent, Suggestions
from hearth.providers.base import Chunk, Completer, CompletionRequest, Delta, Done, Reason, Speed
from hearth.providers.scripted import Answer, Script, Scripted

URI = "file:///w/a.py"
SETTINGS = CompletionSettings(debounce_ms=0, prefetch=False, check_syntax=False)


@attrs.define
class Editor:
    """A document and a cursor."""

    before: str
    after: str = ""
    language: str = "python"

    def type(self, text: str, closers: str = "") -> Request:
        """Type ``text``; the editor itself puts ``closers`` behind the cursor."""
        self.before, self.after = self.before + text, closers + self.after
        return self.request()

    def delete(self, chars: int) -> Request:
        self.before = self.before[: len(self.before) - chars]
        return self.request()

    def request(self, **changes: Any) -> Request:
        return Request(self.text, len(self.before), "a.py", self.language, **changes)

    @property
    def text(self) -> str:
        return self.before + self.after


class Pen:
    """A model that writes what ``write`` is given, until ``finish``. ``asked`` counts, ``open`` tells what runs."""

    def __init__(self) -> None:
        self.asked: list[CompletionRequest] = []
        self.open = 0
        self._ink: asyncio.Queue[Chunk] = asyncio.Queue()

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        self._ink = asyncio.Queue()
        self.open += 1
        try:
            while True:
                chunk = await self._ink.get()
                yield chunk
                if isinstance(chunk, Done):
                    return
        finally:
            self.open -= 1

    async def write(self, text: str, *logprobs: float) -> None:
        self._ink.put_nowait(Delta(text, logprobs))
        await settle()

    async def finish(self, reason: Reason = Reason.STOP) -> None:
        self._ink.put_nowait(Done(reason))
        await settle()


class Desk:
    """Suggestions with a model."""

    def __init__(
        self, model: Completer, clock: Callable[[], float] = time.monotonic, speed: Speed | None = None
    ) -> None:
        self.tasks = Tasks()
        self.model = model
        self.speed = speed
        self.idle = True
        self.suggestions = Suggestions(self.tasks, self, clock)

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Lent]:
        yield Lent(self.model, Model(speed=self.speed))

    def is_idle(self) -> bool:
        return self.idle

    def around(self, uri: str) -> Surroundings:
        return Surroundings()

    def ask(self, request: Request, uri: str = URI, **changes: Any) -> asyncio.Task[list[CompletionState]]:
        """Ask for a completion in the background."""
        settings = attrs.evolve(SETTINGS, **changes)

        async def states() -> list[CompletionState]:
            return [state async for state in self.suggestions.complete(uri, request, settings)]

        return asyncio.create_task(states())

    async def answer(self, request: Request, uri: str = URI, **changes: Any) -> str:
        """The final text; empty if there is none."""
        found = await self.ask(request, uri, **changes)
        assert [state.final for state in found] == [False] * (len(found) - 1) + [True] * bool(found)
        return found[-1].text if found else ""


def scripted(text: str, **changes: Any) -> Scripted:
    """A provider that counts its calls."""
    return Scripted(Script(completion=Answer(text, **changes)))


async def settle() -> None:
    """Let everything that can go on do so."""
    for _ in range(30):
        await asyncio.sleep(0)


async def stopped(task: asyncio.Task[Any]) -> None:
    """Cancel a request as an editor does."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
