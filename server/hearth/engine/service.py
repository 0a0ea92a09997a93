"""What the engine serves: a model on its way to ready, and the work that it can do then."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Self

import attrs
import psutil

from hearth.core import cores, limits
from hearth.core.errors import ContextTooLong, EngineError, EngineMemory, HearthError, ModelLacks
from hearth.core.gguf_header import find

from . import memory, state
from .api import EngineSpec, Phase, shutting_down
from .costs import MEASURED, Costs
from .crew import Crew
from .embedding import EmbeddingContext
from .fill import OtherFile
from .generation import Event, Failed, Finished, Task, Text
from .ladder import Rung
from .metrics import Metrics
from .native import Context, Model, system_info, takes_gpu, version
from .options import ContextOptions, Entry, LoadOptions
from .scheduler import SEQUENCES_PER_SLOT, Scheduler
from .state import Store
from .template import ChatTemplate
from .tokenizing import Tokenizing, extent

log = logging.getLogger(__name__)

_DEFAULT_WINDOW = 8192
"""Most tokens of one request where the settings name none: more costs memory that a laptop needs elsewhere."""

_FULL_REQUESTS = 2
"""Requests of full length that fit side by side, a completion and a chat; idle slots share what they leave."""

_TRIES, _TRIES_S = 4, 0.5
"""Times that the model's speed is measured at most, and seconds after which it is not measured again."""

_CHECK_TOKENS = 40
"""Tokens of the first decode: more than 32, from where on matrix products take the paths that can fault."""


@attrs.frozen
class Speed:
    """Tokens a second, measured at the start: more than a first impression, less than a benchmark."""

    prefill: float = 0.0
    """Of a small batch; a large one is read faster. 0 if nothing was measured."""
    decode: float = 0.0
    costs: Costs = attrs.field(factory=Costs)
    """Of steps that write, in seconds."""


@attrs.frozen
class Ready:
    """A loaded model and all that runs on it."""

    model: Model
    context: Context
    scheduler: Scheduler
    template: ChatTemplate
    embedding: EmbeddingContext
    window: int
    """Tokens of one request, prompt and answer together."""
    speed: Speed
    note: str = ""
    """Why the window is smaller than what was wanted."""


class Answer:
    """The events of one request, as they come; the last is Finished. Closing it before that aborts the work."""

    def __init__(self, scheduler: Scheduler, task: Task, on_end: Callable[[], None]) -> None:
        self._scheduler = scheduler
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._over = False
        self._generation = scheduler.submit(task, self._receive)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Text | Finished:
        if self._over:
            raise StopAsyncIteration
        event = await self._events.get()
        if isinstance(event, Failed):
            self._end()
            raise event.error
        if isinstance(event, Finished):
            self._end()
        return event

    async def aclose(self) -> None:
        """Abort, unless it is over."""
        if not self._over:
            self._end()
            self._scheduler.cancel(self._generation)

    def _end(self) -> None:
        self._over = True
        self._on_end()

    def _receive(self, event: Event) -> None:
        with contextlib.suppress(RuntimeError):  # The loop is closed: nobody listens any more.
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)


class Service:
    """One model. Loading runs in a thread; requests wait until it is done."""

    def __init__(
        self, spec: EngineSpec, rung: Rung, metrics: Metrics, cache: Path, on_check: Callable[[], None]
    ) -> None:
        """``on_check`` is called, on the loading thread, just before the first decode, which may crash the process."""
        self._on_check = on_check
        self._cache = cache
        self.spec, self.rung, self.metrics = spec, rung, metrics
        self.phase = Phase.LOADING
        self.progress = 0.0
        self.error: HearthError | None = None
        self.tokenizing = Tokenizing()
        self.started = self.used = time.monotonic()
        self._ready: Ready | None = None
        self._settled = asyncio.Event()
        self._stopping = False

    async def load(self) -> None:
        """Load and check the model; afterwards the phase is READY or FAILED.

        The thread ends with it. OpenMP keeps helpers for each thread that has decoded as long as that thread lives, and
        lets all of them sleep between two nodes of a graph once there are more than processors: with those of a second
        thread waiting, a decode takes 1.3 times as long at 0.5B parameters and 4 times at 5M.
        """
        loader = ThreadPoolExecutor(1, "load")
        try:
            self._ready = await asyncio.get_running_loop().run_in_executor(loader, self._load)
            self.phase = Phase.READY
        except HearthError as error:
            self._failed(error)
        except MemoryError:
            self._failed(EngineMemory("There is not enough memory for the model.", hint=memory.SMALLER))
        except Exception as error:
            log.exception("the model cannot be loaded")
            message = f"The model cannot be loaded ({type(error).__name__})."
            self._failed(EngineError(message, hint="The engine's log has the details."))
        finally:
            loader.shutdown(wait=False)
            self.used = time.monotonic()
            self._settled.set()

    def _failed(self, error: HearthError) -> None:
        self.error, self.phase = error, Phase.FAILED
        log.error("the model cannot be used: %s", error)

    async def ready(self, timeout_s: float) -> Ready:
        """The loaded model. Raises its error, or EngineError if it takes longer than ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()
        except TimeoutError as error:
            raise EngineError("the model is still loading.", hint="Ask again in a moment.") from error
        if self.error is not None:
            raise self.error
        if self._ready is None:
            raise shutting_down()
        return self._ready

    def generate(self, ready: Ready, task: Task) -> Answer:
        """Queue ``task``. Raises ContextTooLong, ModelLacks or EngineBusy at once."""
        return Answer(ready.scheduler, self._fitted(ready, task), self._touch)

    async def embed(self, ready: Ready, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """(vectors, tokens read)."""
        tokens = await self.tokenizing.run(
            extent(texts), lambda: [[*ready.model.bos, *ready.model.tokenize(text)] for text in texts]
        )
        vectors: list[list[float]] = []
        for each in tokens:
            # One text a call, so that completions get their turn in between and a closed connection ends the rest.
            vectors.append(await asyncio.wrap_future(ready.scheduler.call(partial(ready.embedding.embed, each))))
            self._touch()
        return vectors, sum(map(len, tokens))

    def fim_prompt(
        self, ready: Ready, prefix: str, suffix: str, filename: str, others: Sequence[OtherFile]
    ) -> list[int]:
        """Fill in the middle, from the vocabulary's own tokens. Raises ModelLacks."""
        fill = ready.model.fill
        if fill is None:
            raise ModelLacks(
                f"{ready.model.name} cannot fill in the middle: its vocabulary has no tokens for it.",
                hint="Leave the suffix out, or choose a code model such as Qwen2.5-Coder.",
            )
        return [*ready.model.bos, *fill.prompt(ready.model.tokenize, prefix, suffix, filename, others)]

    def health(self) -> Mapping[str, Any]:
        """What ``/health`` tells."""
        status: dict[str, Any] = {
            "status": self.phase.value,
            "progress": round(self.progress, 3),
            "model": self.spec.model.stem,
            "mode": self.rung.value,
            "pid": os.getpid(),
            "uptime_s": round(time.monotonic() - self.started, 1),
            "idle_s": round(time.monotonic() - self.used, 1),
        }
        if self.error is not None:
            status["error"] = {"code": self.error.code, "message": self.error.message, "hint": self.error.hint}
        if (ready := self._ready) is not None:
            running, waiting = ready.scheduler.load
            status |= {
                "model": ready.model.name,
                "context": ready.window,
                "note": ready.note,
                "prefill_tokens_per_second": round(ready.speed.prefill, 1),
                "decode_tokens_per_second": round(ready.speed.decode, 1),
                "fim": ready.model.fill is not None,
                "files": ready.model.fill is not None and ready.model.fill.takes_files,
                "chat": ready.template.exists,
                "parameters": ready.model.parameters,
                "memory_bytes": psutil.Process().memory_info().rss,
                "running": running,
                "waiting": waiting,
                "threads": ready.context.threads,
                "native": system_info(),
            }
        return status

    @property
    def idle_s(self) -> float:
        """Seconds since the last request ended; 0 while one runs or the model loads."""
        working = self._ready is not None and (self._ready.scheduler.busy or self.tokenizing.busy)
        return 0.0 if working or not self._settled.is_set() else time.monotonic() - self.used

    def _touch(self) -> None:
        self.used = time.monotonic()

    async def close(self) -> None:
        """Stop all work and free the model."""
        self._stopping = True
        self.tokenizing.refuse()
        await self._settled.wait()
        await asyncio.to_thread(self.tokenizing.close)
        if (ready := self._ready) is not None:
            self._ready = None
            await asyncio.to_thread(_free, ready)

    def _load(self) -> Ready:
        spec = self.spec
        gpu = 0 if self.rung is Rung.BARE else spec.gpu_layers
        # The file may have gone since an earlier worker read it.
        size = find(spec.model).st_size
        # What a GPU takes is only read through this memory, and how much that is depends on the layers that fit there.
        if not (gpu and takes_gpu()):
            memory.check(spec.model, size, limits.memory().total, psutil.virtual_memory().total)
        model = Model(spec.model, LoadOptions(self.rung.extra_buffers, gpu), self._on_progress)
        threads = spec.threads or cores.physical()
        requests = min(spec.slots, _FULL_REQUESTS)
        wanted = _window(spec, model)
        # Pages of a mapped file count as free until they are read.
        fits = memory.fitting(wanted, requests, model.cost, limits.memory().available - model.bytes)
        if fits.note:
            log.warning("%s", fits.note)
        window = min(wanted, fits.tokens)
        options = ContextOptions(
            size=window * requests,
            batch=min(spec.batch, window),
            sequences=spec.slots * SEQUENCES_PER_SLOT,
            threads=threads,
            plain=self.rung is Rung.BARE,
        )
        # With layers on a GPU, threads wait for it, which looks like waiting for others.
        crew = None if spec.threads or (gpu and takes_gpu()) else Crew(threads)
        context = Context(model, options, crew)
        self.phase = Phase.CHECKING
        self._on_check()
        speed = speed_of(model, context)
        scheduler = Scheduler(
            model,
            context,
            slots=spec.slots,
            batch=options.batch,
            window=window,
            metrics=self.metrics,
            edits=spec.edit_cache,
            store=self._store(options),
            speed=speed.prefill,
            costs=speed.costs,
        )
        scheduler.start()
        template = ChatTemplate(model)
        embedding = EmbeddingContext(model, threads, crew)
        return Ready(model, context, scheduler, template, embedding, window, speed, fits.note)

    def _store(self, options: ContextOptions) -> Store | None:
        """Where warm prompts are kept; a state fits only a context that is made in the same way."""
        spec = self.spec
        if not spec.saved_mb:
            return None
        name = state.identity(spec.model, build=version(), mode=self.rung.value, options=attrs.asdict(options))
        return Store(self._cache / "prompts" / spec.key, name, spec.saved_mb * 1_000_000)

    def _on_progress(self, fraction: float) -> bool:
        self.progress = fraction
        return not self._stopping

    def _fitted(self, ready: Ready, task: Task) -> Task:
        """``task`` with an answer that still fits. Raises ContextTooLong, ModelLacks."""
        if not ready.model.generates:
            raise ModelLacks(f"{ready.model.name} only makes embeddings.", hint="Choose a language model for this.")
        room = ready.window - len(task.prompt)
        if room < 1:
            raise ContextTooLong(
                f"the prompt has {len(task.prompt)} tokens; this model's window is {ready.window}.",
                hint="Send less text, or raise engine.context if the model allows it.",
            )
        if not task.prompt:
            raise ContextTooLong("the prompt is empty.", hint="Send at least one token.")
        return attrs.evolve(task, max_tokens=min(task.max_tokens, room))


def _window(spec: EngineSpec, model: Model) -> int:
    if spec.context > model.trained_context > 0:
        raise ContextTooLong(
            f"engine.context is {spec.context}, but {model.name} was trained on {model.trained_context} tokens.",
            hint=f"Set engine.context to at most {model.trained_context}, or to 0.",
        )
    return spec.context or min(model.trained_context or _DEFAULT_WINDOW, _DEFAULT_WINDOW)


def speed_of(model: Model, context: Context) -> Speed:
    """The first decodes: a batch and a single token. If native code crashes on this machine, it does it here.

    The same once more, with everything in memory, tells how fast the model is.
    """
    count = model.vocabulary_size
    tokens = [(index * 7919) % count for index in range(_CHECK_TOKENS)]
    if not model.generates:
        return Speed()
    entries = [Entry(token, at, 0, at + 1 == len(tokens)) for at, token in enumerate(tokens)]
    single = Entry(tokens[0], len(tokens), 0, True)
    if context.decode(entries) or context.decode([single]):
        raise EngineError("the model's first decode failed.", hint="See the engine's log.")
    more = enumerate(tokens[:MEASURED], len(tokens) + 1)
    steps = entries, [single], [Entry(token, at, 0, True) for at, token in more]
    times = [_round(context, steps)]
    # The machine may be busy for a moment; a fast model has time for another try.
    while len(times) < _TRIES and sum(map(sum, times)) < _TRIES_S:
        times.append(_round(context, steps))
    context.clear()
    read, written, many = map(min, zip(*times, strict=True))
    return Speed(len(entries) / read, 1 / written, Costs(written, many))


def _round(context: Context, steps: Sequence[Sequence[Entry]]) -> list[float]:
    context.clear()
    return [_seconds(context, entries) for entries in steps]


def _seconds(context: Context, entries: Sequence[Entry]) -> float:
    began = time.perf_counter()
    context.decode(entries)
    return max(1e-6, time.perf_counter() - began)


def _free(ready: Ready) -> None:
    ready.scheduler.close()
    with contextlib.suppress(Exception):
        ready.embedding.close()
    ready.context.close()
    ready.model.close()
