"""Making the prompt of a completion: the document around the cursor, cut by syntax, and snippets of other files.

One :class:`Assembler` lives as long as an editor's session. It remembers what it has chosen for each document, because
a prompt that begins like the last one costs the model next to nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

import attrs

from hearth.core.errors import HearthError
from hearth.syntax.parse import Tree

from . import names, truncate
from .counting import Tokens
from .frame import Assembled, Fate, Omission, Place, Ranked, Room, Surroundings
from .names import Known, Name
from .pinned import Pinned, are_near, pin
from .rank import rank
from .shorten import Cut, cut
from .snippet import Snippet
from .sources.similar import Similar
from .sourcing import Remembered, started

log = logging.getLogger(__name__)

_SOURCES_S = 0.06
"""How long a completion waits for the sources. What comes later is there for the next one."""
_PATIENT_S = 3.0
"""The same for somebody who asked and waits: the index may have to be opened."""
_CUT_CHARS = 250_000
"""Larger texts are cut by lines: to cut them by syntax takes too long."""
_USED = 0.9
"""Weight of an imported name from which on its import stays in a document that is cut."""
_KEPT = 50
"""Documents whose choices are remembered."""


@attrs.define
class _Memory:
    """What was chosen for one document."""

    index: Remembered
    pinned: Pinned | None = None
    asked_at: int | None = None
    """The line for which all sources were asked."""
    cut: Cut | None = None
    known: Known = attrs.field(factory=Known)
    late: list[asyncio.Task[list[Snippet]]] = attrs.field(factory=list)
    found: list[Snippet] = attrs.field(factory=list)
    """By sources that were late."""


class Assembler:
    """Makes prompts, each as like the last one of its document as can be."""

    def __init__(self) -> None:
        self._memory: dict[str, _Memory] = {}
        self.similar = Similar()

    async def assemble(
        self, place: Place, tree: Tree | None, room: Room, around: Surroundings, tokens: Tokens
    ) -> Assembled:
        """What to show for ``place``. Sources that fail or are late cost nothing but what they would have found."""
        clock = _Clock()
        memory = self._remember(place.key)
        await tokens.sample(place.language, place.text)
        clock.stage("count")
        ranked: list[Ranked] = []
        late: list[str] = []
        wanted: tuple[Name, ...] = ()
        if tree is not None and (room.others_tokens > 0 or place.offset > room.prefix_chars):
            wanted = await asyncio.to_thread(names.wanted, tree, place.offset, memory.known)
            clock.stage("names")
        cutting = asyncio.create_task(_prefix(place, tree, room.prefix_chars, wanted, memory, tokens))
        try:
            if room.others_tokens > 0:
                # The index answers in threads of its own, so the text is cut meanwhile.
                found, late = await self._sources(place, tree, wanted, around, memory, room)
                clock.stage("sources")
                await tokens.learn([text for each in found for text in (each.text, each.brief)])
                ranked = rank(found, around.name or place.path, room.others_tokens, tokens)
                clock.stage("rank")
            prefix, omitted = await cutting
        finally:
            cutting.cancel()
        clock.stage("cut")
        others = self._pinned(memory, ranked, place, room, tokens)
        suffix = truncate.window(place.text, place.offset, 0, room.suffix_chars).suffix
        return Assembled(prefix, suffix, others, tuple(ranked), omitted, tuple(late), clock.milliseconds)

    async def prepare(self, key: str, tree: Tree, around: Surroundings) -> None:
        """A document was opened: find what its first prompt needs and does not depend on the cursor. ``around`` without
        an index if no other files are to be shown."""
        memory = self._remember(key)
        brought = await asyncio.to_thread(_brought, tree, memory.known)
        await memory.index.ask_ahead(tree, brought, around)

    def forget(self, key: str) -> None:
        """A document is closed."""
        memory = self._memory.pop(key, None)
        if memory is not None:
            memory.index.forget()
            for task in memory.late:
                task.cancel()

    def clear(self) -> None:
        """Another model: what is cheap to keep is nothing."""
        for key in list(self._memory):
            self.forget(key)

    def _remember(self, key: str) -> _Memory:
        memory = self._memory.pop(key, None) or _Memory(Remembered(self.similar))
        self._memory[key] = memory
        if len(self._memory) > _KEPT:
            self.forget(next(iter(self._memory)))
        return memory

    async def _sources(
        self,
        place: Place,
        tree: Tree | None,
        wanted: tuple[Name, ...],
        around: Surroundings,
        memory: _Memory,
        room: Room,
    ) -> tuple[list[Snippet], list[str]]:
        """What the sources find in time, and the names of those that are late."""
        is_new = room.patient or memory.asked_at is None or not are_near(memory.asked_at, place.line)
        if is_new and tree is not None:
            memory.asked_at = place.line
        tasks = {
            name: asyncio.create_task(work)
            for name, work in started(place, tree, wanted, around, memory.index, room, is_new=is_new).items()
        }
        found = list(memory.found)
        memory.found.clear()
        if not tasks:
            return found, []
        try:
            done, pending = await asyncio.wait(tasks.values(), timeout=_PATIENT_S if room.patient else _SOURCES_S)
        except asyncio.CancelledError:
            for task in tasks.values():
                task.cancel()
            raise
        for task in done:
            found += _result(task)
        for task in memory.late:
            task.cancel()
        memory.late = list(pending)
        for task in pending:
            task.add_done_callback(lambda ended: _came_late(memory, ended))
        return found, [name for name, task in tasks.items() if task in pending]

    @staticmethod
    def _pinned(
        memory: _Memory, ranked: Sequence[Ranked], place: Place, room: Room, tokens: Tokens
    ) -> tuple[Snippet, ...]:
        chosen = [each.snippet for each in ranked if each.fate is Fate.SHOWN]
        held = memory.pinned
        if room.others_tokens <= 0:
            return ()
        if held is None or room.patient or not held.is_near(place.line):
            memory.pinned = pin(chosen, place.line) if chosen else None
        elif held.misses(chosen):
            spent = sum(each.tokens for each in ranked if each.fate is Fate.SHOWN)
            sizes = [tokens.of(each.text) for each in held.snippets] or [1]
            fits = max(0, room.others_tokens - spent) // max(1, sum(sizes) // len(sizes))
            memory.pinned = held.with_added(chosen, place.line, fits)
        return memory.pinned.snippets if memory.pinned is not None else ()


class _Clock:
    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.milliseconds: dict[str, float] = {}

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self.milliseconds[name] = round(1000 * (now - self._last), 3)
        self._last = now


def _result(task: asyncio.Task[list[Snippet]]) -> list[Snippet]:
    if task.cancelled():
        return []  # The document was closed, or another model chosen.
    error = task.exception()
    if error is None:
        return task.result()
    # What a source cannot find must cost no completion, whatever went wrong in it.
    log.log(logging.DEBUG if isinstance(error, HearthError) else logging.WARNING, "a source failed: %r", error)
    return []


def _brought(tree: Tree, known: Known) -> tuple[Name, ...]:
    """What a document imports, wherever somebody will type in it."""
    known.learn(tree)
    return tuple(each for each in names.wanted(tree, 0, known) if each.source is not None)


def _came_late(memory: _Memory, task: asyncio.Task[list[Snippet]]) -> None:
    memory.found += _result(task)


async def _prefix(
    place: Place, tree: Tree | None, chars: int, wanted: tuple[Name, ...], memory: _Memory, tokens: Tokens
) -> tuple[str, tuple[Omission, ...]]:
    if place.offset > chars and place.offset <= _CUT_CHARS:
        budget = tokens.of_chars(chars, place.language)

        def cost(text: str) -> int:
            return tokens.of(text, place.language)

        held = memory.cut
        if tree is not None:
            used = frozenset(each.source.binds for each in wanted if each.source is not None and each.weight >= _USED)
            held = await asyncio.to_thread(cut, tree, place.offset, budget, cost, used=used, before=held)
            memory.cut = held
        elif held is not None and not held.fits(place.text, place.offset, budget, cost):
            # The syntax of a key may be late; what was shown for the key before is right until its text changes.
            held = None
        if held is not None:
            return held.text(place.text, place.offset), held.omitted
    return truncate.window(place.text, place.offset, chars, 0).prefix, ()
