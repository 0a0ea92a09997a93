"""What a document's first completion needs and nobody has to wait for: done when it is opened."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import attrs

from hearth.features.completion.gate import refusal
from hearth.features.completion.prompt import Prompts

from . import convert

if TYPE_CHECKING:
    from .session import Session

_MOST = 6
"""Documents that wait for it. An editor that restores thirty tabs shows one of them."""


class Preparing:
    """One document after the other, the one opened last first."""

    def __init__(self, session: Session, prompts: Prompts) -> None:
        self._session = session
        self._prompts = prompts
        self._waiting: deque[str] = deque(maxlen=_MOST)
        self._work: asyncio.Task[None] | None = None

    def opened(self, uri: str) -> None:
        """A document was opened."""
        self._waiting.append(uri)
        if self._work is None or self._work.done():
            self._work = self._session.tasks.start(self._prepare(), "prepare completions")

    async def _prepare(self) -> None:
        session = self._session
        await session.ready()
        while self._waiting:
            snapshot = session.documents.snapshot(self._waiting.pop())
            if snapshot is None:
                continue
            request = convert.beginning(snapshot, session.roots)
            if refusal(request, session.settings.completion) is None:
                around = session.around.of(snapshot.uri)
                if session.settings.completion.context_tokens <= 0:
                    around = attrs.evolve(around, index=None)
                await self._prompts.prepare(snapshot.uri, request, around)
                if session.indexing.handle is not None:
                    await session.indexing.handle.warm()
