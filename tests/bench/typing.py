"""What a keystroke costs: prompt tokens evaluated per typed character, and what moving cached text does."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import llama_cpp

from engine.running import Engine, Engines
from hearth.core.paths import Paths
from hearth.engine.native import LoadOptions, Model
from peers.llama_server import LlamaServer, Missing

from . import agreement, shapes
from .result import Figure, Of, Result, at_least, at_most, percentile
from .traces import LINES_AFTER, LINES_BEFORE, Key, keys, projects
from .traces import places as lines_of

NAME = "typing"
TITLE = "A typed character"
LINES_TYPED = 8
MOST_S = 60
"""Seconds for each of the four, a last answer not counted."""
ANSWER_S = 300.0
"""Longest wait for one answer of a peer."""
WINDOW = 2048


def run() -> Result:
    """Count at ours and the peer, then compare answers."""
    model = shapes.tokenizer_model()
    draw = random.Random(7)  # noqa: S311
    texts = projects()
    places = lines_of(draw, texts, LINES_TYPED)
    figures: dict[str, Figure] = {}
    shaped = shapes.model()
    trace = list(keys(places))
    ours = asyncio.run(_hearth(shaped, trace, exact=False))
    runs = {
        "ours, exact": asyncio.run(_hearth(shaped, trace, exact=True)),
        "llama_cpp.Llama": _llama_cpp(shaped, trace),
        "llama-server, llama.vim's requests": _llama_server(shaped, trace),
    }
    peer = [cost.tokens for cost in runs["llama-server, llama.vim's requests"]]
    own = [cost.tokens for cost in ours]
    beside = (percentile(peer, 50), percentile(peer, 95)) if peer else (None, None)
    figures["tokens evaluated per keystroke, median"] = Figure(percentile(own, 50), "tokens", beside[0], at_most(4))
    figures["tokens evaluated per keystroke, p95"] = Figure(percentile(own, 95), "tokens", beside[1], at_most(64))
    both = min(len(own), len(peer))
    if both:
        means = statistics.mean(own[:both]), statistics.mean(peer[:both])
        figures["tokens evaluated, mean of the keys that both replayed"] = Figure(
            means[0], "tokens", means[1], at_most(1 / 30, Of.RATIO)
        )
    reused = 100 * (1 - sum(own) / sum(cost.of for cost in ours))
    figures["prompt tokens reused"] = Figure(reused, "%", None, at_least(95))
    for name, costs in {"ours": ours, **runs}.items():
        if costs:
            if name != "ours":
                figures[f"tokens per keystroke, median: {name}"] = Figure(
                    percentile([cost.tokens for cost in costs], 50), "tokens", None
                )
            times = [cost.ms for cost in costs]
            figures[f"keystroke to first text, p50: {name}"] = Figure(percentile(times, 50), "ms", None)
            figures[f"keystroke to first text, p95: {name}"] = Figure(percentile(times, 95), "ms", None)
    replayed = ", ".join(f"{name} {len(costs)}" for name, costs in {"ours": ours, **runs}.items())
    figures |= agreement.figures(model, [text for each in texts.values() for text in each])
    return Result(
        figures=figures,
        note=(
            f"{LINES_TYPED} lines in files of {', '.join(texts)}, in turns, typed key by key "
            "with slips that are taken back, "
            "every third line half accepted, and the cursor elsewhere for the next; a completion asked after each key; "
            f"{LINES_BEFORE} lines before, {LINES_AFTER} after, with random weights of the shape of "
            "Qwen2.5-Coder-0.5B. The peer of the first two rows is `llama-server --cache-reuse 256` with llama.vim's "
            f"request (`/infill`). Everybody replays the same keys from the first, for at most {MOST_S} s each; "
            f"keys replayed: {replayed}. The first prompt, cold for all, is not counted; that after each jump is. "
            f"{agreement.NOTE}"
        ),
        target="At most 4 tokens per keystroke (median), 64 (p95), 30 times fewer than llama.vim's pattern; "
        "at least 95 % of the prompt reused; over moved text the same first token in 98 of 100 answers.",
    )


@attrs.frozen
class Cost:
    """What one keystroke cost."""

    tokens: float
    """Evaluated, of the prompt."""
    of: float
    """The prompt's."""
    ms: float
    """To the first token."""


async def _hearth(model: Path, trace: Sequence[Key], *, exact: bool) -> list[Cost]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        engines = Engines(Paths(home / "run", home / "state", home / "config", home / "cache", home / "data"))
        try:
            engine = await engines.start(model)
            return await _type(engine, trace, exact=exact)
        finally:
            await engines.close()


async def _type(engine: Engine, trace: Sequence[Key], *, exact: bool) -> list[Cost]:
    costs: list[Cost] = []
    end = float("inf")
    for key in trace:
        if time.monotonic() > end:
            break
        began = time.perf_counter()
        answer = await engine.complete(key.before, suffix=key.after, max_tokens=1, exact=exact)
        ms = (time.perf_counter() - began) * 1000
        costs.append(Cost(float(answer["timings"]["prompt_n"]), float(answer["usage"]["prompt_tokens"]), ms))
        end = min(end, time.monotonic() + MOST_S)
    return costs[1:]


def _llama_cpp(path: Path, trace: Sequence[Key]) -> list[Cost]:
    """The library's own class, which reuses the longest common prefix; with the same prompts as ours."""
    tokenizer = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
    assert tokenizer.fill is not None
    prompts = [tokenizer.fill.prompt(tokenizer.tokenize, key.before, key.after) for key in trace]
    tokenizer.close()
    llama = llama_cpp.Llama(str(path), n_ctx=WINDOW, n_batch=512, n_threads=2, n_threads_batch=2, verbose=False)
    costs: list[Cost] = []
    held: list[int] = []
    end = float("inf")
    try:
        for prompt in prompts:
            if time.monotonic() > end:
                break
            began = time.perf_counter()
            stream = llama.generate(prompt, temp=0.0)
            next(stream)
            stream.close()
            ms = (time.perf_counter() - began) * 1000
            shared = _shared(held, prompt)
            costs.append(Cost(max(1, len(prompt) - shared), len(prompt), ms))
            end = min(end, time.monotonic() + MOST_S)
            held = prompt
    finally:
        llama.close()
    return costs[1:]


def _shared(held: Sequence[int], prompt: Sequence[int]) -> int:
    """Tokens at the beginning that are the same."""
    pairs = enumerate(zip(held, prompt, strict=False))
    return next((n for n, (old, new) in pairs if old != new), min(len(held), len(prompt)))


def _llama_server(model: Path, trace: Sequence[Key]) -> list[Cost]:
    """Empty where no llama-server can be had."""
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            LlamaServer(
                model, Path(folder) / "llama.log", "-c", str(WINDOW), "-np", "1", "-t", "2", "--cache-reuse", "256"
            ) as server,
        ):
            return list(_ask(server.url, trace))[1:]
    except Missing:
        return []


def _ask(url: str, trace: Sequence[Key]) -> Iterator[Cost]:
    end = float("inf")
    for key in trace:
        if time.monotonic() > end:
            return
        head, newline, line = key.before.rpartition("\n")
        body = {
            "input_prefix": head + newline,
            "input_suffix": key.after,
            "prompt": line,
            "n_predict": 1,
            "cache_prompt": True,
            "n_cache_reuse": 256,
            "samplers": ["top_k", "infill"],
            "input_extra": [],
            "id_slot": 0,
        }
        request = urllib.request.Request(  # noqa: S310
            f"{url}/infill", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
            told = json.load(answer)
        ms = (time.perf_counter() - began) * 1000
        cost = float(told["timings"]["prompt_n"])
        yield Cost(cost, float(told.get("tokens_evaluated", cost)), ms)
        end = min(end, time.monotonic() + MOST_S)
