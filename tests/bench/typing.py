"""What a keystroke costs: prompt tokens evaluated per typed character, and what moving cached text does."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
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
OURS, PEER = "ours", "llama-server, llama.vim's requests"
SHAPES = {"qwen2.5-coder-0.5b": "0.5B", "qwen2.5-coder-1.5b": "1.5B"}
"""What they are called here."""
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
    trace = list(keys(lines_of(draw, texts, LINES_TYPED)))
    figures: dict[str, Figure] = {}
    replayed: list[str] = []
    for shape, name in SHAPES.items():
        runs = _runs(shapes.model(shape), trace)
        figures |= _figures(runs, name)
        replayed.append(f"{name}: " + ", ".join(f"{who} {len(costs)}" for who, costs in runs.items()))
    figures |= agreement.figures(model, [text for each in texts.values() for text in each])
    return Result(
        figures=figures,
        note=(
            f"{LINES_TYPED} lines in files of {', '.join(texts)}, in turns, typed key by key "
            "with slips that are taken back, "
            "every third line half accepted, and the cursor elsewhere for the next; a completion asked after each key; "
            f"{LINES_BEFORE} lines before, {LINES_AFTER} after, with random weights of the shapes of "
            "Qwen2.5-Coder-0.5B and 1.5B, Q4_K_M. The peer is `llama-server --cache-reuse 256` with llama.vim's "
            f"request (`/infill`). Everybody replays the same keys from the first, for at most {MOST_S} s each; "
            f"keys replayed: {'; '.join(replayed)}. The first prompt, cold for all, is not counted; that after each "
            f"jump is. {agreement.NOTE}"
        ),
        target="At most 4 tokens per keystroke (median), 64 (p95), 30 times fewer than llama.vim's pattern; "
        "at least 95 % of the prompt reused; over moved text the same first token in 98 of 100 answers.",
    )


def _runs(model: Path, trace: Sequence[Key]) -> dict[str, list[Cost]]:
    return {
        OURS: asyncio.run(_hearth(model, trace, exact=False)),
        "ours, exact": asyncio.run(_hearth(model, trace, exact=True)),
        "llama_cpp.Llama": _llama_cpp(model, trace),
        PEER: _llama_server(model, trace),
    }


def _figures(runs: Mapping[str, Sequence[Cost]], shape: str) -> dict[str, Figure]:
    """Of one model. Without a llama-server nothing stands beside ours."""
    figures: dict[str, Figure] = {}
    ours, peer = ([cost.tokens for cost in runs[who]] for who in (OURS, PEER))
    beside = (percentile(peer, 50), percentile(peer, 95)) if peer else (None, None)
    title = f"tokens evaluated per keystroke, {shape}"
    figures[f"{title}, median"] = Figure(percentile(ours, 50), "tokens", beside[0], at_most(4))
    figures[f"{title}, p95"] = Figure(percentile(ours, 95), "tokens", beside[1], at_most(64))
    both = min(len(ours), len(peer))
    if both:
        means = statistics.mean(ours[:both]), statistics.mean(peer[:both])
        target = at_most(1 / 30, Of.RATIO)
        figures[f"{title}, mean of the keys that both replayed"] = Figure(means[0], "tokens", means[1], target)
    reused = 100 * (1 - sum(ours) / sum(cost.of for cost in runs[OURS]))
    figures[f"prompt tokens reused, {shape}"] = Figure(reused, "%", None, at_least(95))
    for who, costs in runs.items():
        if costs and who != OURS:
            median = percentile([cost.tokens for cost in costs], 50)
            figures[f"tokens per keystroke, {shape}, median: {who}"] = Figure(median, "tokens", None)
    for share in (50, 95):
        times = {who: percentile([cost.ms for cost in costs], share) for who, costs in runs.items() if costs}
        for who, ms in times.items():
            figures[f"keystroke to first text, {shape}, p{share}: {who}"] = Figure(
                ms, "ms", times.get(PEER) if who != PEER else None
            )
    return figures


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
