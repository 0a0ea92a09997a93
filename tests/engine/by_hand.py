"""The engine's loop turned by hand: what each step decodes is seen, and no clock decides anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hearth.engine.api import Priority
from hearth.engine.generation import Event, Failed, Finished, Generation, Stage, Task, Text, Timings
from hearth.engine.metrics import Metrics
from hearth.engine.native import Context, Model
from hearth.engine.options import ContextOptions, Entry, LoadOptions
from hearth.engine.scheduler import SEQUENCES_PER_SLOT, Scheduler
from hearth.engine.slots import Slot
from hearth.engine.state import Store

SIZE = 4096
MOST_TURNS = 5_000
"""Far above what anything here takes; it only turns a hang into a failure."""


class Asked:
    """A request and what has come of it."""

    def __init__(self, loop: Loop, task: Task) -> None:
        self.events: list[Event] = []
        self.generation: Generation = loop.scheduler.submit(task, self.events.append)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Text))

    @property
    def over(self) -> bool:
        return bool(self.events) and not isinstance(self.events[-1], Text)

    @property
    def timings(self) -> Timings:
        last = self.events[-1]
        if isinstance(last, Failed):
            raise last.error
        assert isinstance(last, Finished)
        return last.timings

    @property
    def answers(self) -> bool:
        """Its prompt is evaluated, and the first token chosen."""
        return self.generation.generated > 0


class Loop:
    """One scheduler over one context, on this thread. Each :meth:`turn` is one step."""

    def __init__(self, model: Model, context: Context, *, slots: int, batch: int, store: Store | None) -> None:
        self.model, self.context = model, context
        self.metrics = Metrics()
        self.scheduler = Scheduler(
            model, context, slots=slots, batch=batch, window=SIZE, metrics=self.metrics, store=store
        )
        self.steps: list[list[Entry]] = []
        """What was decoded, step by step."""
        decode = context.decode

        def seen(entries: Sequence[Entry]) -> int:
            self.steps.append(list(entries))
            return decode(entries)

        context.decode = seen  # type: ignore[method-assign]

    def ask(self, prompt: str | Sequence[int], max_tokens: int = 1, **options: object) -> Asked:
        """Queue a request for ``prompt``."""
        tokens = self.model.tokenize(prompt) if isinstance(prompt, str) else prompt
        return Asked(self, Task(tuple(tokens), max_tokens, **options))  # type: ignore[arg-type]

    def fill(self, before: str, after: str, max_tokens: int = 1, *, exact: bool = False) -> Asked:
        """A completion between two texts, to its end."""
        assert self.model.fill is not None
        prompt = self.model.fill.prompt(self.model.tokenize, before, after)
        return self.until_over(self.ask(prompt, max_tokens, editable=True, exact=exact))

    def turn(self) -> list[Entry]:
        """One step of the loop; what it decoded."""
        before = len(self.steps)
        self.scheduler._turn()
        return [entry for step in self.steps[before:] for entry in step]

    def turn_and_cancel(self, asked: Asked) -> int:
        """One step, and ``asked`` is cancelled while it is decoded; how that decode ended."""
        decode, results = self.context.decode, []

        def cancelling(entries: Sequence[Entry]) -> int:
            self.scheduler.cancel(asked.generation)
            results.append(decode(entries))
            return results[-1]

        self.context.decode = cancelling  # type: ignore[method-assign]
        try:
            self.turn()
        finally:
            self.context.decode = decode  # type: ignore[method-assign]
        (result,) = results
        return result

    def until_over(self, asked: Asked) -> Asked:
        for _ in range(MOST_TURNS):
            if asked.over:
                return asked
            self.turn()
        raise AssertionError("it does not end")

    def prompt_tokens(self, asked: Asked, entries: Sequence[Entry]) -> int:
        """How many of ``entries`` are of the prompt of ``asked``, which has a slot."""
        slot, stage = asked.generation.slot, asked.generation.stage
        return sum(entry.sequence == slot.sequence for entry in entries) if slot and stage is Stage.PREFILL else 0

    @property
    def slot(self) -> Slot:
        """The one that was used last."""
        return max(self.scheduler._slots, key=lambda slot: slot.used)

    @property
    def refreshed(self) -> int:
        """Tokens that were evaluated again while idle."""
        return int(self.metrics.refreshed_tokens._value.get())


@contextmanager
def loop(path: Path, *, slots: int = 3, batch: int = 256, store: Store | None = None) -> Iterator[Loop]:
    """A loop over the model at ``path``, in the mode in which batches of any size give the same answers."""
    model = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
    options = ContextOptions(size=SIZE, batch=batch, sequences=slots * SEQUENCES_PER_SLOT, threads=1, plain=True)
    context = Context(model, options)
    try:
        yield Loop(model, context, slots=slots, batch=batch, store=store)
    finally:
        context.close()
        model.close()


__all__ = ["Asked", "Loop", "Priority", "loop"]
