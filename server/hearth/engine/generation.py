"""One request on its way through the scheduler."""

from __future__ import annotations

import enum
import itertools
import time
from collections.abc import Callable, Sequence

import attrs

from hearth.core.errors import HearthError

from .api import Priority
from .costs import Costs
from .drafts import Drafter
from .output import TextOutput
from .sampling import Sampler, Sampling
from .slots import Slot

_arrivals = itertools.count()


@attrs.frozen
class Task:
    """What a request asks of the scheduler: tokens in, at most ``max_tokens`` out."""

    prompt: tuple[int, ...]
    max_tokens: int
    sampling: Sampling = attrs.field(factory=Sampling)
    stops: tuple[str, ...] = ()
    priority: Priority = Priority.INTERACTIVE
    editable: bool = False
    """The last token is a marker behind text that may be moved in the cache: see :mod:`hearth.engine.editing`."""
    exact: bool = False
    """Reuse nothing that was moved."""
    logprobs: int | None = None
    """How many likely tokens are told beside each that was chosen, with their probabilities; None to tell nothing."""
    draft: int = 0
    """Most tokens to guess ahead from what stands before; only greedy answers are guessed."""


@attrs.frozen
class Likely:
    """A token as bytes, and the natural logarithm of its probability."""

    piece: bytes
    logprob: float


@attrs.frozen
class Chosen(Likely):
    """A token of an answer, and the likeliest that could have stood there."""

    others: tuple[Likely, ...] = ()
    start: int = 0
    """Characters of the answer before it; a token within a character counts from the beginning of that."""


@attrs.frozen
class Text:
    """New text; never empty."""

    text: str
    tokens: tuple[Chosen, ...] = ()
    """Those that begin in it, if the task asks for them. One that was begun before goes on without being told again."""


@attrs.frozen
class Timings:
    """Work done for a request, in tokens and milliseconds: ``prompt_n`` were evaluated, ``cache_n`` reused."""

    prompt_n: int
    cache_n: int
    prompt_ms: float
    predicted_n: int
    predicted_ms: float
    draft_n: int = 0
    """Tokens that were guessed, and below those that were right."""
    draft_n_accepted: int = 0


@attrs.frozen
class Finished:
    """The last event of a request that was answered. ``reason`` is ``stop`` or ``length``."""

    reason: str
    timings: Timings


@attrs.frozen
class Failed:
    """The last event of a request that was not."""

    error: HearthError


Event = Text | Finished | Failed
Sink = Callable[[Event], None]
"""Takes events; called on the scheduler's thread, must not block."""


class Stage(enum.Enum):
    """Where a request stands."""

    WAITING = enum.auto()
    PREFILL = enum.auto()
    DECODE = enum.auto()
    OVER = enum.auto()


class Generation:
    """A task, its slot, and what has become of it. Only the scheduler's thread changes it, but for ``cancelled``."""

    def __init__(self, task: Task, sink: Sink) -> None:
        self.task = task
        self.sink = sink
        self.arrival = next(_arrivals)
        self.stage = Stage.WAITING
        self.cancelled = False
        self.slot: Slot | None = None
        self.sampler: Sampler | None = None
        self.output = TextOutput(task.stops)
        self.next_token = -1
        self.draft: tuple[int, ...] = ()
        self.untold: list[Chosen] = []
        """Tokens that begin behind the text that was sent."""
        self.drafter = Drafter(task.prompt, task.draft) if task.draft and task.sampling.greedy else None
        self.cached = self.evaluated = self.generated = 0
        self.passed_over = 0
        """While it waits, later requests that went in before it; with a slot, steps without any of its prompt."""
        self._began = self._first = time.perf_counter()

    @property
    def order(self) -> tuple[int, int]:
        """Urgent first, then first come first served."""
        return self.task.priority.rank, self.arrival

    @property
    def reserve(self) -> int:
        """Cells it may need."""
        return len(self.task.prompt) + self.task.max_tokens

    def begin(self, slot: Slot, cached: int, sampler: Sampler) -> None:
        """It has a slot that already holds ``cached`` tokens of its prompt."""
        self.slot, self.cached, self.sampler = slot, cached, sampler
        self.stage = Stage.PREFILL
        self.passed_over = 0
        self._began = time.perf_counter()

    def pending(self) -> Sequence[int]:
        """Prompt tokens to evaluate next: up to a parked tail, or to the end."""
        if self.slot is None:
            return self.task.prompt
        end = len(self.task.prompt)
        if self.slot.parked is not None:
            end -= 1 + len(self.slot.parked.tokens)
        return self.task.prompt[len(self.slot.tokens) : end]

    @property
    def movable(self) -> int:
        """Tokens of the prompt that later requests may move."""
        return len(self.task.prompt) - 1 if self.task.editable else 0

    def guess(self, spare: int, others: int, costs: Costs) -> tuple[int, ...]:
        """Tokens that may follow the one that was chosen last; at most ``spare``, beside the rows of ``others``."""
        if self.drafter is None:
            return ()
        # The last token of an answer is never evaluated, so a guess may not reach it.
        left = self.task.max_tokens - self.generated - 1
        return self.drafter.guess(min(spare, left), others, costs)

    def chose(self, token: int) -> None:
        """The model's choice of the next token."""
        if self.drafter is not None:
            self.drafter.chose(token)

    def tell(self, text: str) -> None:
        """Send ``text``, which the output gave out, and what was chosen for it."""
        begun = tuple(token for token in self.untold if token.start < self.output.given)
        del self.untold[: len(begun)]
        self.sink(Text(text, begun))

    def first_token(self) -> None:
        """The prompt is evaluated."""
        self.stage = Stage.DECODE
        self._first = time.perf_counter()

    def timings(self) -> Timings:
        """Work done so far."""
        end = time.perf_counter()
        first = self._first if self.stage is Stage.DECODE or self.generated else end
        return Timings(
            prompt_n=self.evaluated,
            cache_n=self.cached,
            prompt_ms=(first - self._began) * 1000,
            predicted_n=self.generated,
            predicted_ms=(end - first) * 1000,
            draft_n=self.drafter.drafted if self.drafter else 0,
            draft_n_accepted=self.drafter.right if self.drafter else 0,
        )
