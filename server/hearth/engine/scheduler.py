"""The one loop that decodes. It batches all running requests: urgent prompts go first, answers go on beside them.

The loop owns the context and runs on its own thread. From other threads come only :meth:`Scheduler.submit`,
:meth:`Scheduler.cancel`, :meth:`Scheduler.call` and :meth:`Scheduler.close`.
"""

from __future__ import annotations

import collections
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import attrs

from hearth.core.errors import EngineBusy, EngineError

from . import editing
from .api import Priority, shutting_down
from .batch import Batch, plan
from .calls import Calls
from .costs import Costs
from .generation import Chosen, Failed, Finished, Generation, Likely, Sink, Stage, Task
from .likely import logprobs
from .metrics import Metrics
from .native import Context, Model
from .sampling import Sampler
from .slots import Slots
from .state import Store
from .upkeep import Upkeep

log = logging.getLogger(__name__)
T = TypeVar("T")

_QUEUE_LIMIT = 256
"""Requests that may wait; more means that a client runs wild."""

_STEP_SECONDS = 0.2
"""Longest step of a prompt that nobody waits for at a cursor: so long may a completion have to wait for it."""

_KEY_STEP_SECONDS = 1.0
"""The same at a cursor. The next key breaks a step off, which loses its tokens, and does so between two operations on
all of them: the fewer they are, the sooner. With 128 to 256 tokens at 180 a second, prompts are read as fast as with
512."""

_MINIMUM_KEY_CHUNK = 128

_MINIMUM_CHUNK = 32
"""Tokens of the smallest prompt step; below it the cost of a step outweighs its tokens."""

_MOST_PASSED = 16
"""Later requests that may go in before one that waits; then it is the next."""

_FOR_CURSORS = 8
"""One part in so many of the cache stays free of chats and background work, but for the first of them."""

SEQUENCES_PER_SLOT = 2

_DONE, _ABORTED = 0, 2


class Scheduler:
    """Runs requests over one context."""

    def __init__(
        self,
        model: Model,
        context: Context,
        *,
        slots: int,
        batch: int,
        window: int,
        metrics: Metrics,
        edits: bool = True,
        store: Store | None = None,
        speed: float = 0.0,
        costs: Costs | None = None,
    ) -> None:
        """``slots`` prompts, ``batch`` tokens a step, ``window`` tokens a request; ``edits`` of cached prompts or none.

        The context needs :data:`SEQUENCES_PER_SLOT` sequences a slot. ``store`` keeps what is warm over a restart.
        ``speed`` is a first measure of prompt tokens a second; 0 for none. ``costs`` are those of a step of answers.
        """
        self.window = window
        self._model, self._context, self._metrics = model, context, metrics
        self._slots = Slots(context, slots, metrics, editing_allowed=edits)
        self._upkeep = Upkeep(context, self._slots, store, metrics)
        self._batch = batch
        self._speed = speed
        self._costs = costs or Costs()
        self._slots_for_others = max(1, slots - 1)
        self._wake = threading.Condition()
        self._inbox: collections.deque[Generation] = collections.deque()
        self._calls = Calls()
        self._waiting: list[Generation] = []
        self._active: list[Generation] = []
        self._running: list[Generation] = []
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin to work, with what an earlier engine saved."""
        self._upkeep.begin()
        self._thread.start()

    def submit(self, task: Task, sink: Sink) -> Generation:
        """Queue ``task``; its events go to ``sink`` and end with one Finished or Failed. Raises EngineError."""
        if task.draft and not self._context.can_cut:
            task = attrs.evolve(task, draft=0)  # A wrong guess could not be taken back.
        generation = Generation(task, sink)
        with self._wake:
            if self._closed:
                raise shutting_down()
            if len(self._inbox) + len(self._waiting) >= _QUEUE_LIMIT:
                raise EngineBusy(f"{_QUEUE_LIMIT} requests wait already.", hint="Ask again in a moment.")
            self._inbox.append(generation)
            self._wake.notify()
        if self._upkeep.running:
            self._context.abort.set()
        return generation

    def cancel(self, generation: Generation) -> None:
        """Nobody wants the answer any more: its decode stops between two graph nodes. No event follows.

        Where a memory cannot be cut, a decode that others share runs to its end, or they would lose their answers.
        """
        generation.cancelled = True
        running = self._running
        if generation in running and (self._context.can_cut or all(each.cancelled for each in running)):
            self._context.abort.set()
        with self._wake:
            self._wake.notify()

    def call(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` on the scheduler's thread between two steps, as embeddings do.

        Raises EngineError once it is closed; work that waits then fails with the same.
        """
        with self._wake:
            if self._closed:
                raise shutting_down()
            future = self._calls.add(work)
            self._wake.notify()
        return future

    @property
    def busy(self) -> bool:
        """Whether any request is under way."""
        return bool(self._inbox or self._waiting or self._active or self._calls)

    @property
    def load(self) -> tuple[int, int]:
        """(requests that run, requests that wait)."""
        return len(self._active), len(self._waiting) + len(self._inbox)

    def close(self) -> None:
        """Stop at once; what runs fails."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._context.abort.set()
        if self._thread.ident is not None:
            self._thread.join()
        else:
            self._end_all()

    def _loop(self) -> None:
        while not self._closed:
            woken = True
            with self._wake:
                if not self._wanted():
                    woken = self._wake.wait(self._upkeep.patience_s)
            try:
                if self.busy:
                    self._turn()
                elif not woken:
                    self._upkeep.work(self._chunk(Priority.BACKGROUND), self._wanted)
            except Exception as error:
                log.exception("the scheduler failed")
                self._fail_all(EngineError(f"the engine failed: {error}.", hint="See the engine's log."))
        self._end_all()
        if self._upkeep.unsaved:
            self._upkeep.save()

    def _wanted(self) -> bool:
        return self.busy or self._closed

    def _turn(self) -> None:
        while self._calls and not self._closed:
            self._calls.run()
        self._context.abort.clear()
        if self._closed:  # The flag that was cleared may have been that of the end.
            return
        self._intake()
        batch = plan(self._active, self._batch, self._chunk, self._costs)
        self._running = batch.running
        if batch.entries:
            self._step(batch)
        elif self._waiting and not self._active:
            # Nothing runs and still nothing fits: only a request larger than the cache, which intake has refused.
            raise EngineError("a waiting request fits nowhere.")

    def _intake(self) -> None:
        """Take in what arrived, drop what was cancelled, give slots to the most urgent."""
        with self._wake:
            self._waiting.extend(self._inbox)
            self._inbox.clear()
        self._waiting = [each for each in self._waiting if not each.cancelled]
        for generation in [each for each in self._active if each.cancelled]:
            self._metrics.aborted.inc()
            self._end(generation)
        self._waiting.sort(key=lambda each: (each.passed_over < _MOST_PASSED, each.order))
        for generation in list(self._waiting):
            if self._leaves_room(generation):
                if not self._admit(generation):
                    break
                self._waiting.remove(generation)
                for each in self._waiting:
                    each.passed_over += each.arrival < generation.arrival

    def _leaves_room(self, generation: Generation) -> bool:
        """Whether a completion at a cursor could still go in beside ``generation``, which may be one itself."""
        others = [each for each in self._active if each.task.priority is not Priority.INTERACTIVE]
        if generation.task.priority is Priority.INTERACTIVE or not others:
            return True
        reserved = sum(each.reserve for each in others) + generation.reserve
        room = self._context.size - self._context.size // _FOR_CURSORS
        return len(others) < self._slots_for_others and reserved <= room

    def _admit(self, generation: Generation) -> bool:
        reserved = sum(each.reserve for each in self._active)
        if reserved + generation.reserve > self._context.size:
            return False
        task = generation.task
        taken = self._slots.take(task.prompt, task.priority, editable=task.editable, exact=task.exact)
        if taken is None:
            return False
        slot, cached = taken
        generation.begin(slot, cached, Sampler(task.sampling, self._model.vocabulary_size))
        self._slots.gap_closed(slot, task.prompt)
        self._metrics.cached_tokens.inc(cached)
        self._upkeep.unsaved = True
        self._active.append(generation)
        return True

    def _chunk(self, priority: Priority) -> int:
        """Tokens of a prompt in one step: what takes a short time, and a longer one for a person at the cursor."""
        if priority is Priority.INTERACTIVE:
            tokens = int(self._speed * _KEY_STEP_SECONDS)
            return min(self._batch, max(_MINIMUM_KEY_CHUNK, tokens)) if self._speed else self._batch
        return max(_MINIMUM_CHUNK, min(self._batch, int(self._speed * _STEP_SECONDS)))

    def _step(self, batch: Batch) -> None:
        chat = all(each.task.priority is Priority.CHAT for each in batch.running)
        if not self._slots.make_room(len(batch.entries), chat=chat):
            raise EngineError("the cache is full although requests reserve their room.")
        if any(each.cancelled for each in self._running):
            return
        began = time.perf_counter()
        result = self._context.decode(batch.entries)
        elapsed = time.perf_counter() - began
        if result == _ABORTED:
            self._roll_back(batch)
            return
        if result != _DONE:
            self._slots.forget()
            self._fail_all(EngineError(f"llama_decode failed with {result}.", hint="See the engine's log."))
            return
        self._record(batch, elapsed)
        writes_only = all(each.stage is Stage.DECODE for each in batch.running)
        for generation, rows in batch.outputs:
            self._advance(generation, rows)
        if writes_only:
            # With what this program itself does for a step, which for a small model is as much as the decode.
            self._costs.learn(len(batch.entries), time.perf_counter() - began)

    def _record(self, batch: Batch, elapsed: float) -> None:
        prompt_tokens = 0
        for generation in batch.running:
            tokens = batch.of(generation)
            if generation.slot is not None:
                generation.slot.tokens.extend(tokens)
            if generation.stage is Stage.PREFILL:
                generation.evaluated += len(tokens)
                prompt_tokens += len(tokens)
        self._metrics.prompt_tokens.inc(prompt_tokens)
        if prompt_tokens >= _MINIMUM_CHUNK:
            self._speed = prompt_tokens / elapsed
        for generation in batch.running:
            if generation.slot is not None:
                self._slots.gap_closed(generation.slot, generation.task.prompt)

    def _roll_back(self, batch: Batch) -> None:
        """After an abort the cache holds some of the batch, or none; keep what a prompt can use and drop the rest."""
        for generation in batch.running:
            slot = generation.slot
            if slot is None:
                continue
            planned = batch.of(generation)
            held = max(0, self._context.length(slot.sequence) - len(slot.tokens))
            kept = planned[:held] if generation.stage is Stage.PREFILL and held < len(planned) else []
            slot.tokens.extend(kept)
            generation.evaluated += len(kept)
            self._metrics.prompt_tokens.inc(len(kept))
            if self._context.keep(slot.sequence, len(slot.tokens)):
                self._slots.gap_closed(slot, generation.task.prompt)
                continue
            # A recurrent memory cannot forget its last tokens only: a prompt starts anew, an answer is lost.
            editing.drop(self._context, slot)
            if generation.stage is Stage.DECODE and not generation.cancelled:
                self._end(generation)
                generation.sink(Failed(EngineError("the answer was interrupted.", hint="Ask again.")))

    def _advance(self, generation: Generation, rows: range) -> None:
        """Choose the next tokens of ``generation``: one for its first row, one more for each guess that was right."""
        if generation.stage is Stage.PREFILL:
            generation.first_token()
        draft, generation.draft = generation.draft, ()
        self._choose(generation, rows, draft)

    def _choose(self, generation: Generation, rows: range, draft: tuple[int, ...]) -> None:
        for index, row in enumerate(rows):
            if generation.sampler is None or generation.slot is None:
                return
            token = generation.sampler.sample(self._context, row)
            guessed = len(draft) - index
            right = bool(guessed) and token == draft[index]
            if generation.drafter is not None and guessed:
                generation.drafter.checked(index, right=right)
            if guessed and not right:
                editing.cut(self._context, generation.slot, len(generation.slot.tokens) - guessed)
            self._accept(generation, token, row)
            if not right:
                return

    def _accept(self, generation: Generation, token: int, row: int) -> None:
        """``token`` comes next, chosen behind ``row``: send its text, and see whether it was the last."""
        if self._model.is_end(token):
            self._finish(generation, "stop")
            return
        generation.chose(token)
        generation.generated += 1
        generation.next_token = token
        self._metrics.generated_tokens.inc()
        piece = self._model.piece(token)
        text = generation.output.push(piece)
        if (most := generation.task.logprobs) is not None:
            logprob, likely = logprobs(self._context.logits(row), token, most)
            others = tuple(Likely(self._model.piece(each, special=True), value) for each, value in likely)
            generation.untold.append(Chosen(piece, logprob, others, generation.output.start(piece)))
        if text:
            generation.tell(text)
        if generation.output.stopped:
            self._finish(generation, "stop")
        elif generation.generated >= generation.task.max_tokens:
            self._finish(generation, "length")

    def _finish(self, generation: Generation, reason: str) -> None:
        if rest := generation.output.finish():
            generation.tell(rest)
        timings = generation.timings()
        self._end(generation)
        generation.sink(Finished("stop" if generation.output.stopped else reason, timings))

    def _end(self, generation: Generation) -> None:
        generation.stage = Stage.OVER
        if generation in self._active:
            self._active.remove(generation)
        if generation.sampler is not None:
            generation.sampler.close()
            generation.sampler = None
        if generation.slot is not None:
            self._slots.release(generation.slot, movable=generation.movable)
            generation.slot = None

    def _fail_all(self, error: EngineError) -> None:
        with self._wake:
            self._waiting.extend(self._inbox)
            self._inbox.clear()
        for generation in [*self._active, *self._waiting]:
            self._end(generation)
            generation.sink(Failed(error))
        self._waiting.clear()

    def _end_all(self) -> None:
        """Tell all who wait. It is closed, so that nobody comes after this."""
        self._fail_all(shutting_down())
        self._calls.fail(shutting_down())
