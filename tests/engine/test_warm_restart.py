"""A new engine starts with the prompts of the last one, or, where they do not fit, as if there had been none."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from engine.running import EXACT, PATIENCE_S, Engine, Engines
from hearth.engine import launch
from hearth.engine.ladder import Rung

PROMPT = "def remembered(prompt):\n    return prompt\n" * 9
SUFFIX = "\n\n\nprint(remembered('yes'))\n" * 3


@pytest.fixture
def model(models) -> Path:
    return models(EXACT)


def states(engines: Engines) -> list[Path]:
    return sorted(engines.paths.cache.glob("prompts/*/*.state"))


async def once_used(engines: Engines, model: Path, **options: object) -> dict:
    """The answer of an engine that then ends."""
    engine = await engines.start(model, rung=Rung.BARE, **options)
    answer = await engine.complete(PROMPT, suffix=SUFFIX)
    await launch.stop(engine.address)
    return answer


async def again(engines: Engines, model: Path, **options: object) -> tuple[Engine, dict]:
    engine = await engines.start(model, rung=Rung.BARE, **options)
    return engine, await engine.complete(PROMPT, suffix=SUFFIX)


async def test_a_restart_evaluates_nothing_twice(engines: Engines, model: Path) -> None:
    first = await once_used(engines, model)
    (path,) = states(engines)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    engine, second = await again(engines, model)
    assert second["choices"] == first["choices"]
    assert second["timings"]["prompt_n"] == 1
    assert await engine.counter("hearth_prompt_tokens_restored") > len(PROMPT)
    typed = await engine.complete(PROMPT + "x", suffix=SUFFIX)
    assert typed["timings"]["prompt_n"] == 2


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "noise", "magic"])
async def test_damaged_files_are_ignored(engines: Engines, model: Path, damage: str) -> None:
    first = await once_used(engines, model)
    (path,) = states(engines)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    spoilt = {"cut": content[:-100], "empty": b"", "noise": b"\x7f" * 5000, "magic": b"X" + content[1:]}
    path.write_bytes(spoilt.get(damage, content))
    _engine, second = await again(engines, model)
    assert second["choices"] == first["choices"]
    assert second["timings"]["cache_n"] == 0
    assert not states(engines)


async def test_another_context_starts_cold(engines: Engines, model: Path) -> None:
    await once_used(engines, model)
    _engine, second = await again(engines, model, context=900)
    assert second["timings"]["cache_n"] == 0


async def test_a_changed_model_file_starts_cold(engines: Engines, model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(model.read_bytes())  # noqa: ASYNC240
    await once_used(engines, own)
    own.write_bytes(model.read_bytes())  # noqa: ASYNC240
    _engine, second = await again(engines, own)
    assert second["timings"]["cache_n"] == 0


async def test_nothing_is_saved_if_so_set(engines: Engines, model: Path) -> None:
    await once_used(engines, model, saved_mb=0)
    assert not states(engines)


async def test_stale_text_is_not_saved(engines: Engines, model: Path) -> None:
    engine = await engines.start(model, rung=Rung.BARE)
    await engine.complete(PROMPT, suffix=SUFFIX)
    await engine.complete(PROMPT + "xy", suffix=SUFFIX)
    await launch.stop(engine.address)
    engine = await engines.start(model, rung=Rung.BARE)
    answer = await engine.complete(PROMPT + "xy", suffix=SUFFIX)
    assert 1 < answer["timings"]["prompt_n"] <= len("xy") + 2 + len(SUFFIX)


async def test_a_killed_engine_loses_only_what_is_new(engines: Engines, model: Path) -> None:
    await once_used(engines, model)
    engine, _ = await again(engines, model)
    engine.worker.kill()
    async with asyncio.timeout(PATIENCE_S):
        answer = await engine.complete(PROMPT, suffix=SUFFIX)
    assert answer["timings"]["prompt_n"] == 1
