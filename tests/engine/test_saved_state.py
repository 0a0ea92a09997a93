"""What is warm, on disk: bounded, saved while nobody waits, and never believed."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from engine.by_hand import Loop, loop
from engine.running import EXACT, Engines
from hearth.engine import launch
from hearth.engine.state import MIN_TOKENS, Store
from hearth.engine.upkeep import _SAVE_AFTER_S
from models.tiny_gguf import TinyModel

PROMPTS = [letter * 200 for letter in "abc"]
PLENTY = 1_000_000_000


@pytest.fixture
def start(models: Callable[[TinyModel], Path], tmp_path: Path):
    """Start a loop over the files of the last one."""

    @contextmanager
    def started(max_bytes: int = PLENTY, identity: str = "ours") -> Iterator[Loop]:
        with loop(models(EXACT), store=Store(tmp_path / "prompts", identity, max_bytes)) as engine:
            engine.scheduler._upkeep.begin()
            yield engine

    return started


def files(folder: Path) -> list[Path]:
    return sorted((folder / "prompts").iterdir())


def read(engine: Loop, *prompts: str) -> None:
    for prompt in prompts:
        engine.until_over(engine.ask(prompt))


def save(engine: Loop) -> None:
    engine.scheduler._upkeep.save()


def known(engine: Loop, prompt: str) -> int:
    """Tokens of ``prompt`` that are not evaluated again."""
    return engine.until_over(engine.ask(prompt)).timings.cache_n


def test_the_latest_used_are_kept_as_far_as_there_is_room(start, tmp_path: Path) -> None:
    with start() as engine:
        read(engine, *PROMPTS)
        save(engine)
    sizes = [path.stat().st_size for path in files(tmp_path)]
    assert len(sizes) == 3
    bound = sum(sizes) * 5 // 6
    with start(bound) as engine:
        read(engine, PROMPTS[0])
        save(engine)
        assert len(files(tmp_path)) == 2
        assert sum(path.stat().st_size for path in files(tmp_path)) <= bound + 2 * 10_000, "headers are small"
    with start(bound) as engine:
        assert known(engine, PROMPTS[0]) == len(PROMPTS[0]) - 1
    with start(max_bytes=1000) as engine:
        save(engine)
        assert files(tmp_path) == []


def test_it_is_saved_in_a_pause_and_only_if_anything_is_new(start, tmp_path: Path) -> None:
    with start() as engine:
        upkeep = engine.scheduler._upkeep
        assert upkeep.patience_s is None
        read(engine, PROMPTS[0])
        for _ in range(5):
            if upkeep.patience_s is not None and upkeep.patience_s < _SAVE_AFTER_S:
                upkeep.work(32, lambda: False)
        assert upkeep.patience_s == _SAVE_AFTER_S
        upkeep.work(32, lambda: False)
        assert len(files(tmp_path)) == 1
        assert upkeep.patience_s is None


def test_short_prompts_are_not_worth_a_file(start, tmp_path: Path) -> None:
    with start() as engine:
        read(engine, "x" * (MIN_TOKENS - 10))
        save(engine)
        assert files(tmp_path) == []


def test_what_another_model_build_or_setting_made_is_removed(start, tmp_path: Path) -> None:
    with start() as engine:
        read(engine, PROMPTS[0])
        save(engine)
    with start(identity="theirs") as engine:
        assert files(tmp_path) == []
        assert known(engine, PROMPTS[0]) == 0


def sealed(header: bytes, data: bytes, length: int | None = None) -> bytes:
    """A file whose checksum is right."""
    body = struct.pack("<Q", len(header) if length is None else length) + header + data
    return b"HEARTHS1" + hashlib.blake2b(body, digest_size=32).digest() + body


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"identity": "ours"},
        {"identity": ["ours"], "tokens": [], "movable": 0},
        {"tokens": "abc"},
        {"tokens": ["a"] * 200},
        {"tokens": [-1] * 200},
        {"tokens": [1.5] * 200},
        {"tokens": {"1": 2}},
        {"tokens": [1] * 100_000},
        {"movable": "1"},
        {"movable": -1},
        {"movable": 10_000},
        {"movable": None},
    ],
)
def test_a_header_that_lies_is_not_believed(start, tmp_path: Path, header: object) -> None:
    with start() as engine:
        read(engine, PROMPTS[0])
        save(engine)
    (path,) = files(tmp_path)
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[40:48])
    right = json.loads(raw[48 : 48 + length])
    lying = json.dumps(right | header if isinstance(header, dict) and "identity" not in header else header).encode()
    path.write_bytes(sealed(lying, raw[48 + length :]))
    with start() as engine:
        assert known(engine, PROMPTS[0]) == 0
        assert path not in files(tmp_path) or len(json.loads(lying)["tokens"]) > engine.context.size


@pytest.mark.parametrize("content", [sealed(b"[" * 100_000, b""), sealed(b"{}", b"", length=2**63), sealed(b"", b"")])
def test_a_header_that_is_none(start, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "slot-0.state").write_bytes(content)
    with start():
        assert files(tmp_path) == []


def test_what_ended_an_engine_is_not_tried_again(start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start() as engine:
        read(engine, *PROMPTS[:2])
        save(engine)
    folder = tmp_path / "prompts"
    (folder / "half.part").write_bytes(b"a save that was killed")
    with monkeypatch.context() as patch:

        class Died(BaseException):
            """In place of the end of the process."""

        def die(*_args: object) -> bool:
            raise Died

        patch.setattr("hearth.engine.native.Context.restore_sequence", die)
        with pytest.raises(Died), start():
            pass
    assert len(files(tmp_path)) == 2
    with start() as engine:
        assert len(files(tmp_path)) == 1
        assert sorted(known(engine, prompt) for prompt in PROMPTS[:2]) == [0, len(PROMPTS[0]) - 1]


def test_a_file_larger_than_the_bound_is_not_even_read(start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start() as engine:
        read(engine, PROMPTS[0])
        save(engine)
    monkeypatch.setattr("hearth.engine.state._MAX_HEADER_BYTES", 1000)
    with start(max_bytes=1000) as engine:
        assert files(tmp_path) == []
        assert known(engine, PROMPTS[0]) == 0


@pytest.mark.parametrize("junk", [b"", b"\x00" * 5000, b"\xff" * 5000, bytes(range(256)) * 400])
async def test_an_engine_starts_in_spite_of_a_state_that_is_junk(
    engines: Engines, models: Callable[[TinyModel], Path], junk: bytes
) -> None:
    """With a header and a checksum that are right: only llama.cpp can tell."""
    model = models(attrs.evolve(EXACT, context=512))
    engine = await engines.start(model)
    whole = await engine.complete(PROMPTS[0], max_tokens=4)
    await launch.stop(engine.address)
    (path,) = engines.paths.cache.glob("prompts/*/*.state")
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[40:48])
    path.write_bytes(sealed(raw[48 : 48 + length], junk))
    engine = await engines.start(model)
    again = await engine.complete(PROMPTS[0], max_tokens=4)
    assert again["timings"]["cache_n"] == 0
    assert again["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"]
    assert not path.exists()
