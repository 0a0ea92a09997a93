"""The first completion after a restart: with what the last engine saved, and with nothing."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path

import httpx2

from hearth.core.paths import Paths
from hearth.engine import launch
from hearth.engine.api import EngineAddress, EngineSpec

from . import shapes
from .result import Figure, Of, Result, at_most, percentile

NAME = "restart"
TITLE = "The first completion after a restart"
ROUNDS = 3
PROMPT = 2000
PATIENCE_S = 300.0
TOKENS = (1000, 6000)
"""The range of the prompt's random token ids."""


def run() -> Result:
    """Each prompt at an engine that knows nothing, then at the next one."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths = Paths(home / "run", home / "state", home / "config", home / "cache", home / "data")
        rounds = asyncio.run(_rounds(EngineSpec(shapes.model(), context=4096), paths))
    warm, cold = (percentile([each[at] for each in rounds], 50) for at in (0, 1))
    return Result(
        figures={
            "first token, warm": Figure(warm * 1000, "ms", cold * 1000, at_most(1 / 20, Of.RATIO)),
            "prompt tokens evaluated, warm": Figure(max(each[2] for each in rounds), "tokens", PROMPT),
        },
        note=(
            f"A prompt of {PROMPT} tokens and one token of answer, over HTTP, at an engine that says it is ready: "
            f"the peer is the same engine when it sees the prompt for the first time. Between both it was ended and "
            f"started anew. {ROUNDS} rounds with different prompts, medians; starting is in neither. The model is "
            "Qwen2.5-Coder-0.5B's shape, Q4_K_M, random weights."
        ),
        target="20 times as fast.",
    )


async def _rounds(spec: EngineSpec, paths: Paths) -> list[tuple[float, float, int]]:
    """(warm seconds, cold seconds, tokens that the warm engine evaluated) of each prompt."""
    draw = random.Random(2)  # noqa: S311
    found = []
    for _ in range(ROUNDS):
        prompt = [draw.randrange(*TOKENS) for _ in range(PROMPT)]
        cold, _evaluated = await _life(spec, paths, prompt)
        warm, evaluated = await _life(spec, paths, prompt)
        found.append((warm, cold, evaluated))
    return found


async def _life(spec: EngineSpec, paths: Paths, prompt: list[int]) -> tuple[float, int]:
    """Seconds of the first completion of a new engine, which then ends, and the prompt tokens it evaluated."""
    address = [step async for step in launch.ensure(spec, paths, timeout_s=PATIENCE_S)][-1]
    if not isinstance(address, EngineAddress):
        raise TypeError("the engine gave no address")
    try:
        headers = {"authorization": f"Bearer {address.token}"}
        async with httpx2.AsyncClient(
            base_url=address.url, headers=headers, timeout=PATIENCE_S, trust_env=False
        ) as client:
            begun = time.perf_counter()
            answer = await client.post("/v1/completions", json={"prompt": prompt, "max_tokens": 1, "temperature": 0})
            took = time.perf_counter() - begun
            answer.raise_for_status()
            return took, int(answer.json()["timings"]["prompt_n"])
    finally:
        await launch.stop(address)
