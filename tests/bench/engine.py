"""The engine's loop beside ``llama_cpp.Llama``, which most Python programs use: the same file, threads and mode."""

from __future__ import annotations

import asyncio
import json
import queue
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from hearth.core.paths import Paths
from hearth.engine import launch
from hearth.engine.api import EngineAddress, EngineSpec
from hearth.engine.crew import Crew
from hearth.engine.generation import Event, Failed, Finished, Task, Timings
from hearth.engine.ladder import Rung
from hearth.engine.metrics import Metrics
from hearth.engine.native import Context, ContextOptions, Entry, LoadOptions, Model, lib
from hearth.engine.scheduler import Scheduler
from hearth.engine.service import speed_of
from peers import llama_server

from . import shapes
from .result import Figure, Of, Result, at_least, percentile

NAME = "engine"
TITLE = "The engine's loop"
ROUNDS = 7
PROMPT = 512
ANSWER = 64
WINDOW = 2048
THREADS = 2
START_S = 300.0
BARE_ROUNDS, BARE_STEPS = 3, 8
"""Of bare decodes: runs of equal steps, as answers make them."""
SHORT = 32
"""Tokens of the prompts that are answered at the same time."""
Pair = tuple[float, float]
T = TypeVar("T")
BUNDLED = "bundled model"
SHAPED = "0.5B shape"
LARGER = "1.5B shape"
FEW_ROUNDS = 3
"""Of the largest model."""
_TOOL_S = 600.0


def run() -> Result:
    """Prefill and decode in turns at ours and the peer."""
    figures: dict[str, Figure] = {}
    models = {
        BUNDLED: shapes.tokenizer_model(),
        SHAPED: shapes.model(),
        LARGER: shapes.model("qwen2.5-coder-1.5b"),
    }
    for label, path in models.items():
        extra = mode(path) is Rung.FAST
        tool = llama_bench(path)
        prefill, decode, together = _measure(path, extra, FEW_ROUNDS if label == LARGER else ROUNDS)
        tool += llama_bench(path)
        for what, rounds, least in (("prefill", prefill, 1.0), ("decode", decode, 0.97)):
            ours, peer = (percentile(list(column), 50) for column in zip(*rounds, strict=True))
            figures[f"{what}, {label}"] = Figure(ours, "tokens/s", peer, at_least(least, Of.RATIO))
        ours = percentile([each for each, _ in decode], 50)
        beside = Figure(ours, "tokens/s", percentile(tool, 50), at_least(0.97, Of.RATIO))
        figures[f"decode beside llama-bench, {label}"] = beside
        two, one = (percentile(list(column), 50) for column in zip(*together, strict=True))
        figures[f"decode, two requests beside one, {label}"] = Figure(two, "tokens/s", one, at_least(1.3, Of.RATIO))
        if label == SHAPED:
            with _busy_program():
                _, beside_busy, _ = _measure(path, extra, FEW_ROUNDS)
            ours, peer = (percentile(list(column), 50) for column in zip(*beside_busy, strict=True))
            what = f"decode beside a busy program, {label}"
            figures[what] = Figure(ours, "tokens/s", peer, at_least(1.0, Of.RATIO))
        steps = bare(path, extra, (1, 2, 4), sequences=True)
        for count in (2, 4):
            times = count * steps[1] / steps[count]
            figures[f"llama_decode alone, {count} sequences beside one, {label}"] = Figure(times, "x")
    return Result(
        figures=figures,
        note=(
            f"Prompts of {PROMPT} new tokens and {ANSWER} greedy tokens after each, {ROUNDS} rounds in turns, medians. "
            f"Both with {THREADS} threads, steps of {PROMPT} tokens and the mode that the engine found safe on this "
            "machine. The peer is `llama_cpp.Llama` (`eval`, then `generate`); `llama-bench`, of Debian's build, "
            f"decodes {ANSWER} tokens behind {PROMPT}, before and after the rounds. Ours and the peer decode on "
            "threads that end with their turn: the helpers that OpenMP keeps for a second thread slow both down, to "
            "0.8 at the 0.5B shape and to a quarter with the bundled model. The engine decodes on one thread for good. "
            "It takes fewer threads while other programs use the processors, which the peer does not: *beside a busy "
            f"program* is {FEW_ROUNDS} rounds of each while another process computes without end. "
            "With the bundled model a token takes half a millisecond, of which this loop's own Python is a fifth. The "
            "shapes are Qwen2.5-Coder's, Q4_K_M, with random weights, which take the same time as real ones; the "
            "larger has "
            f"{FEW_ROUNDS} rounds. Two requests are both "
            "ours, sent at once, with the sum of their tokens; their peer is one request. Each of their steps is one "
            "`llama_decode` of two tokens, and nothing can be faster than that call: on a processor the rows of a step "
            "share the reading of the weights and no arithmetic. Alone, in processor time of one thread, it was at "
            "0.82 of one sequence for two at the 0.5B shape and at 1.2 for four. Attention takes the cells up "
            "to the last one in use, and shares them evenly between the threads, so idle prompts are moved out of the "
            "cache before a long one is read; with four of them left in it, decoding was at 0.92 and 0.84. Tried and "
            "not taken, on one thread with 2,048 cells in use: no flash attention (0.90 of the speed in decoding and "
            "0.73 in prefill at the 0.5B shape), values of 32 bits (0.93 in decoding there), a cache of 8 bits (0.82 "
            "with the bundled model). A stream of the cache for each prompt is no way: llama.cpp copies between "
            "streams whole prompts only, and edits move parts."
        ),
        target=(
            "Not slower than `llama_cpp.Llama` (0.97 in decoding, there and beside `llama-bench`); two requests at 1.3 "
            "times the speed of one."
        ),
    )


def mode(path: Path) -> Rung:
    """What the real engine settles on, so that no first decode crashes this process."""

    async def start() -> Rung:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            paths = Paths(home / "run", home / "state", home / "config", home / "cache", home / "data")
            found = [step async for step in launch.ensure(EngineSpec(path), paths, timeout_s=START_S)][-1]
            assert isinstance(found, EngineAddress)
            try:
                return Rung((await launch.status(found))["mode"])
            finally:
                await launch.stop(found)

    return asyncio.run(start())


def llama_bench(path: Path) -> list[float]:
    """Tokens/s of several runs of llama.cpp's own tool, decoding as far behind a prompt as ours does."""
    asked = {"-m": path, "-p": 0, "-n": ANSWER, "-d": PROMPT, "-t": THREADS, "-r": FEW_ROUNDS, "-o": "json"}
    command = [str(llama_server.binary("llama-bench")), *(str(part) for pair in asked.items() for part in pair)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_TOOL_S)
    (row,) = json.loads(done.stdout)
    return [float(each) for each in row["samples_ts"]]


def _measure(path: Path, extra: bool, rounds: int) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Tokens/s of each round: prefills and decodes (ours, peer), decodes of (two requests, one)."""
    prefill, decode, together = [], [], []
    draw = random.Random(1)  # noqa: S311
    with _loaded(path, extra) as (model, context), _peer(path, extra) as llama:
        for number in range(rounds + 1):
            prompt = tuple(draw.randrange(300, model.vocabulary_size - 300) for _ in range(PROMPT))
            with _running(model, context) as scheduler:
                ours = _ours(scheduler, prompt)
                if number:
                    together.append((_at_once(scheduler, prompt, 2), _at_once(scheduler, prompt, 1)))
            theirs = _apart(lambda prompt=prompt: _theirs(llama, prompt))
            if number:  # The first round warms both up.
                prefill.append((PROMPT / ours.prompt_ms * 1000, theirs[0]))
                decode.append(((ours.predicted_n - 1) / ours.predicted_ms * 1000, theirs[1]))
    return prefill, decode, together


@contextmanager
def _busy_program() -> Iterator[None]:
    busy = subprocess.Popen([sys.executable, "-c", "while True: sum(range(99999))"])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def _apart(work: Callable[[], T]) -> T:
    """``work`` on a thread that ends with it, and with the thread OpenMP's helpers.

    Two sets of them disturb each other. Those of a scheduler's thread end with :func:`_running`.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def bare(path: Path, extra: bool, rows: Sequence[int], *, sequences: bool) -> dict[int, float]:
    """Seconds that ``llama_decode`` alone takes for so many rows, at best: of that many sequences, or of one."""
    return _apart(lambda: _bare(path, extra, rows, sequences))


def _bare(path: Path, extra: bool, rows: Sequence[int], sequences: bool) -> dict[int, float]:
    model = Model(path, LoadOptions(extra, 0), lambda _fraction: True)
    context = Context(model, ContextOptions(size=WINDOW, batch=PROMPT, sequences=8, threads=THREADS))
    try:
        for number in range(max(rows) if sequences else 1):
            context.decode([Entry(300 + at, at, number, False) for at in range(SHORT)])
        times = dict.fromkeys(rows, float("inf"))
        for count in [count for _ in range(BARE_ROUNDS) for count in rows]:
            entries = [
                Entry(300 + at, SHORT, at, True) if sequences else Entry(300 + at, SHORT + at, 0, True)
                for at in range(count)
            ]
            for _ in range(BARE_STEPS):
                began = time.perf_counter()
                context.decode(entries)
                times[count] = min(times[count], time.perf_counter() - began)
                for number in range(count if sequences else 1):
                    context.keep(number, SHORT)
        return times
    finally:
        context.close()
        model.close()


@contextmanager
def engine(path: Path, extra: bool) -> Iterator[tuple[Scheduler, Model]]:
    """The engine's loop over ``path``, which never ends an answer by itself."""
    with _loaded(path, extra) as (model, context), _running(model, context) as scheduler:
        yield scheduler, model


@contextmanager
def _loaded(path: Path, extra: bool) -> Iterator[tuple[Model, Context]]:
    model = Model(path, LoadOptions(extra, 0), lambda _fraction: True)
    options = ContextOptions(size=WINDOW, batch=PROMPT, sequences=8, threads=THREADS)
    context = Context(model, options, Crew(THREADS))
    model.is_end = lambda _token: False  # type: ignore[method-assign]  # Random weights may stop at once.
    try:
        yield model, context
    finally:
        context.close()
        model.close()


@contextmanager
def _running(model: Model, context: Context) -> Iterator[Scheduler]:
    """An engine's loop with an empty cache."""
    context.abort.clear()
    context.clear()
    costs = _apart(lambda: speed_of(model, context)).costs
    scheduler = Scheduler(model, context, slots=4, batch=PROMPT, window=WINDOW, metrics=Metrics(), costs=costs)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.close()


@contextmanager
def _peer(path: Path, extra: bool) -> Iterator[Any]:
    """``Llama`` has no option for extra buffer types, so its defaults are changed while it loads."""
    import llama_cpp

    original = lib.llama_model_default_params

    def defaults() -> Any:
        params = original()
        params.use_extra_bufts = extra
        return params

    llama_cpp.llama_cpp.llama_model_default_params = defaults
    try:
        llama = llama_cpp.Llama(
            str(path), n_ctx=WINDOW, n_batch=PROMPT, n_threads=THREADS, n_threads_batch=THREADS, verbose=False
        )
    finally:
        llama_cpp.llama_cpp.llama_model_default_params = original
    try:
        yield llama
    finally:
        llama.close()


def _ours(scheduler: Scheduler, prompt: tuple[int, ...]) -> Timings:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    scheduler.submit(Task(prompt, ANSWER), events.put)
    return end_of(events)


def _at_once(scheduler: Scheduler, prompt: tuple[int, ...], count: int) -> float:
    """Tokens/s of ``count`` requests together, each of which goes on where another part of ``prompt`` ends."""
    queues: list[queue.SimpleQueue[Event]] = [queue.SimpleQueue() for _ in range(count)]
    begun = time.perf_counter()
    for number, events in enumerate(queues):
        scheduler.submit(Task(prompt[number * SHORT :][:SHORT], ANSWER), events.put)
    written = sum(end_of(events).predicted_n for events in queues)
    return written / (time.perf_counter() - begun)


def end_of(events: queue.SimpleQueue[Event]) -> Timings:
    """Wait for the end of an answer."""
    while True:
        event = events.get()
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Finished):
            return event.timings


def _theirs(llama: Any, prompt: tuple[int, ...]) -> tuple[float, float]:
    llama.reset()
    begun = time.perf_counter()
    tokens = llama.generate(list(prompt), temp=0.0, reset=True)
    next(tokens)
    first = time.perf_counter()
    for _ in range(ANSWER - 1):
        next(tokens)
    end = time.perf_counter()
    return PROMPT / (first - begun), (ANSWER - 1) / (end - first)
