"""The suggestions of a session: what is known is offered at once, what is under way goes on, the rest is asked for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import attrs

from hearth.context.frame import Surroundings
from hearth.context.trees import Trees
from hearth.core.aio import Tasks, closing
from hearth.core.errors import HearthError
from hearth.core.settings import CompletionSettings
from hearth.providers.base import Completer, Done, Reason

from .cache import Cache, Place
from .debounce import Debounce
from .gate import refusal
from .generation import Generation
from .misses import Misses
from .prompt import Model, Prompts, rendered
from .quiet.learner import Learner
from .quiet.signs import Signs, signs
from .request import CompletionState, Request
from .run import Desk, generate

log = logging.getLogger(__name__)

_VARIATIONS_S = 4.0
"""Longest wait for more than one completion."""
_LOOK_S = 0.05
"""A suggestion is on the screen this long before what would follow it is found out: who types on has the next key down
by then, and the machine is free for it; nobody has read the suggestion yet."""
_READ_S = 120.0
"""Longest time for one prompt. The slowest machine reads a thousand tokens in it."""


@attrs.frozen
class Lent:
    """A model for a while."""

    completer: Completer
    model: Model = attrs.field(factory=Model)


class Lender(Protocol):
    """Who has the model."""

    def lend(self) -> AbstractAsyncContextManager[Lent]:
        """The model, open inside the block. Raises the errors of providers."""
        ...

    def is_idle(self) -> bool:
        """Whether the model has nothing else to do."""
        ...

    def around(self, uri: str) -> Surroundings:
        """What there is beside a document."""
        ...


class Suggestions:
    """What is known and what is under way."""

    def __init__(
        self,
        tasks: Tasks,
        lender: Lender,
        clock: Callable[[], float] = time.monotonic,
        trees: Trees | None = None,
        learner: Learner | None = None,
    ) -> None:
        self._tasks = tasks
        self._lender = lender
        self._clock = clock
        self.debounce = Debounce(clock)
        self._misses = Misses()
        self.prompts = Prompts(trees)
        self._learner = learner
        self._cache = Cache()
        self._generations: list[Generation] = []
        self._reading: asyncio.Task[None] | None = None

    async def complete(
        self, uri: str, request: Request, settings: CompletionSettings
    ) -> AsyncIterator[CompletionState]:
        """Stream the states of a completion, as :func:`hearth.features.completion.run.complete` does.

        The model is asked only if nothing that is known or under way fits. ``uri`` tells documents apart.
        """
        if refusal(request, settings) is not None:
            return
        wrong = 0
        if request.automatic:
            self.debounce.key()
            wrong = self._misses.key(uri, request)
        known = self._cache.find(uri, request)
        states = (
            self._asked(uri, request, settings, wrong) if known is None else self._known(uri, request, known, settings)
        )
        learner = None if settings.silence == 0 or request.imagined else self._learner
        began, offered = self._clock(), True
        async with closing(states) as stream:
            async for state in stream:
                if learner is not None and offered and state.text:
                    # Each state: the learner knows which are the same suggestion, and follows its growth.
                    seen = self._signs(uri, request, state, known=known is not None)
                    place, latency_s = Place.of(uri, request), self._clock() - began
                    offered = learner.offer(place, request, state.text, seen, latency_s, settings.silence)
                if offered:
                    self._misses.shown(uri, request, state.text)
                    yield state

    async def _known(
        self, uri: str, request: Request, known: CompletionState, settings: CompletionSettings
    ) -> AsyncIterator[CompletionState]:
        if known.text:
            yield known
            self._look_ahead(uri, request, known, settings)

    async def _asked(
        self, uri: str, request: Request, settings: CompletionSettings, wrong: int
    ) -> AsyncIterator[CompletionState]:
        joined = self._under_way(uri, request)
        if joined is not None:
            answered = False
            async with closing(joined.follow(request)) as states:
                async for state in states:
                    answered = state.final
                    yield state
            if answered or joined.stopped or joined.place == Place.of(uri, request):
                return
        self._make_room(uri)
        if request.automatic and joined is None:
            await asyncio.sleep(self.debounce.wait_s(settings.debounce_ms / 1000, wrong))
        generation = self._begin(Generation(Place.of(uri, request), request), settings)
        async with closing(generation.follow(request)) as states:
            async for state in states:
                yield state

    async def others(self, uri: str, request: Request, settings: CompletionSettings) -> list[str]:
        """Texts of other completions than the likeliest, for somebody who asked by hand; each once.

        They are written side by side. What is not there in time is left out, and so is what fails.
        """
        names = range(1, settings.candidates)
        runs = [self._tasks.start(self._variation(uri, request, settings, n), "vary a completion") for n in names]
        try:
            if runs:
                await asyncio.wait(runs, timeout=_VARIATIONS_S)
        finally:
            for run in runs:
                run.cancel()
        ended = [run.result() for run in runs if run.done() and not run.cancelled() and run.exception() is None]
        return list(dict.fromkeys(state.text for state in ended if state is not None and state.text.strip()))

    async def _variation(
        self, uri: str, request: Request, settings: CompletionSettings, seed: int
    ) -> CompletionState | None:
        last = None
        try:
            async with self._lender.lend() as lent:
                desk = Desk(lent.completer, lent.model, self.prompts, self._lender.around(uri), uri, seed=seed)
                async with closing(generate(request, desk, settings)) as steps:
                    async for step in steps:
                        last = step.state or last
        except HearthError as error:
            log.debug("no variation of a completion: %s", error)
            return None
        return last

    def is_under_way(self, uri: str) -> bool:
        """Whether something is written for a document or shown in it, so that ``changed`` should hear of it."""
        is_watched = self._learner is not None and self._learner.watch.is_watching(uri)
        return is_watched or any(generation.place.uri == uri for generation in self._generations)

    def changed(self, uri: str, text: str) -> None:
        """A document has a new text: what does not fit it is ended."""
        if self._learner is not None:
            self._learner.changed(uri, text)
        for generation in self._generations:
            if generation.place.uri == uri:
                generation.changed(text)

    def forget(self, uri: str) -> None:
        """A document is closed."""
        for generation in self._generations:
            if generation.place.uri == uri:
                generation.stop()
        self._cache.forget(uri)
        self.prompts.forget(uri)
        if self._learner is not None:
            self._learner.forget(uri)

    def clear(self) -> None:
        """Another model or other settings: nothing that is known counts."""
        for generation in self._generations:
            generation.stop()
        self._cache.clear()
        self.prompts.clear()

    async def close(self) -> None:
        """Keep what was learned last."""
        if self._learner is not None:
            await self._learner.close()

    def _signs(self, uri: str, request: Request, state: CompletionState, *, known: bool) -> Signs:
        trees, before = self.prompts.trees, request.text[: request.offset]
        accepted = f"{before}{state.text}{request.text[request.offset :]}"
        tree = trees.held(uri, request.text) or trees.held(f"{uri}+", accepted)
        inside = None
        if tree is not None:
            from hearth.syntax.tokens import kind_at  # noqa: PLC0415 (needed by a completion, not by the start)

            inside = kind_at(tree, request.offset)
        return signs(
            request,
            state.text,
            known=known,
            since_key_s=self.debounce.last_interval_s,
            inside=inside,
            logprobs=[token.logprob for token in state.tokens],
        )

    def _under_way(self, uri: str, request: Request) -> Generation | None:
        here = (each for each in self._generations if each.place.uri == uri and not each.ended)
        return next((each for each in here if each.serves(request)), None)

    def _make_room(self, uri: str) -> None:
        """Free the model from what nobody waits for, and from the older completion of this document."""
        for generation in self._generations:
            if generation.place.uri == uri or not generation.is_followed:
                generation.stop()

    def _look_ahead(self, uri: str, request: Request, shown: CompletionState, settings: CompletionSettings) -> None:
        """While a suggestion is shown, find out what would follow its acceptance.

        Only behind one that came to its end by itself: what was cut off shows its own length, not what is wanted next.
        """
        is_working = any(not generation.ended for generation in self._generations)
        if not settings.prefetch or not shown.text or shown.reason is Reason.LENGTH or is_working:
            return
        accepted = attrs.evolve(
            request,
            text=request.text[: request.offset] + shown.text + request.text[request.offset :],
            offset=request.offset + len(shown.text),
            automatic=True,
        )
        if refusal(accepted, settings) is None and self._cache.find(uri, accepted) is None and self._lender.is_idle():
            self._begin(Generation(Place.of(uri, accepted), accepted, ahead=True), settings)

    def _begin(self, generation: Generation, settings: CompletionSettings) -> Generation:
        if self._reading is not None:
            self._reading.cancel()
        self._generations.append(generation)
        task = self._tasks.start(self._write(generation, settings), "write a completion")
        generation.started(task)
        task.add_done_callback(lambda _: self._generations.remove(generation))
        return generation

    async def _write(self, generation: Generation, settings: CompletionSettings) -> None:
        if generation.ahead:
            await asyncio.sleep(_LOOK_S)
        log.debug("%s is asked of the model", "what would follow" if generation.ahead else "a completion")
        final = CompletionState("", final=True)
        began: float | None = self._clock()
        try:
            async with self._lender.lend() as lent:
                uri = generation.place.uri
                around = Surroundings() if generation.ahead else self._lender.around(uri)
                learns = self._learner is not None and settings.silence > 0
                desk = Desk(
                    lent.completer, lent.model, self.prompts, around, uri, ahead=generation.ahead, logprobs=learns
                )
                steps = generate(generation.request, desk, settings)
                async with closing(steps) as stream:
                    async for step in stream:
                        if began is not None:
                            self.debounce.answered(self._clock() - began)
                            began = None
                        generation.advance(step.text, step.state)
                        if step.state is not None and step.state.final:
                            final = step.state
                self._cache.store(generation.place, final)
                generation.end()
        except HearthError as error:
            if not generation.is_followed:
                log.debug("a completion that nobody waited for: %s", error)
            generation.end(error)
        if self.prompts.cold(generation.place.uri) is not None:
            self._read_ahead(generation.place.uri, generation.request, settings)
        elif generation.was_shown:
            self._look_ahead(generation.place.uri, generation.request, final, settings)

    def _read_ahead(self, uri: str, request: Request, settings: CompletionSettings) -> None:
        """Let the model read what it had no time for, until somebody needs it; what it has read then stays read."""
        is_reading = self._reading is not None and not self._reading.done()
        if not is_reading and all(generation.ended for generation in self._generations):
            self._reading = self._tasks.start(self._read(uri, request, settings), "read a prompt ahead")

    async def _read(self, uri: str, request: Request, settings: CompletionSettings) -> None:
        made = self.prompts.cold(uri)
        if made is None:
            return
        try:
            async with self._lender.lend() as lent, asyncio.timeout(_READ_S):
                asked = rendered(request, made, settings, 1, background=True)
                async with closing(lent.completer.complete(asked)) as stream:
                    async for chunk in stream:
                        if isinstance(chunk, Done):
                            self.prompts.pace.learn(chunk.usage)
                self.prompts.answered(uri, made)
        except (HearthError, TimeoutError) as error:
            log.debug("a prompt was not read ahead: %s", error)
