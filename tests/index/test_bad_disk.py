"""Disks that are full or may not be written: a clear message, nothing lost, and the work goes on when there is room."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hearth.core.paths import Paths
from hearth.index.place import Place

_SCRIPT = Path(__file__).with_name("under_limits.py")
_LIMIT_S = 120.0
_DROP_FROM_BOUNDS, _OVERRIDES = 24, (1, 2)
"""Of Linux: the call of prctl, and the two capabilities by which root ignores the rights of files."""


def _as_anybody() -> None:
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in _OVERRIDES:
            libc.prctl(_DROP_FROM_BOUNDS, capability, 0, 0, 0)


async def index(root: Path, question: str, most: int | None = None) -> dict[str, Any]:
    """In a process of its own, which respects the rights of files even if we are root."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, _SCRIPT, root, question, *([] if most is None else [str(most)]),
        stdout=asyncio.subprocess.PIPE, preexec_fn=_as_anybody,
    )  # fmt: skip
    async with asyncio.timeout(_LIMIT_S):
        out, _ = await process.communicate()
    told: dict[str, Any] = json.loads(out)
    return told


@pytest.fixture
def place(root: Path) -> Place:
    (root / "large.py").write_text("".join(f"def large_{n}():\n    return '{n * 7919:040}'\n\n\n" for n in range(3000)))
    return Place.of([root], Paths.of_user())


@pytest.fixture
def locked() -> Iterator[list[Path]]:
    """Folders and files whose rights are given back at the end."""
    every: list[Path] = []
    yield every
    for each in every:
        each.chmod(0o700)


def moved_aside(place: Place) -> list[Path]:
    return list(place.folder.glob("*.broken-*"))


async def test_a_disk_that_fills_while_the_index_is_built(root: Path, place: Place) -> None:
    told = await index(root, "damson", 100_000)
    assert "the disk is full" in told["error"]
    assert "Free some space" in told["hint"]
    assert moved_aside(place) == []
    told = await index(root, "damson")
    assert (told["error"], told["notes"]) == ("", [])
    assert "m3.py" in told["found"]
    assert "large.py" in (await index(root, "large_77"))["found"]


async def test_a_disk_that_is_full_to_begin_with(root: Path, place: Place) -> None:
    told = await index(root, "damson", 0)
    assert "cannot be used" in told["error"]
    assert (await index(root, "damson"))["found"] == ["m3.py"]
    (root / "m3.py").write_text("def fig(): pass\n")
    told = await index(root, "damson", 0)
    assert "the disk is full" in told["error"]
    assert told["found"] == ["m3.py"], "search goes on with what is in the index"
    assert moved_aside(place) == []
    told = await index(root, "fig")
    assert (told["error"], told["read"], told["found"]) == ("", 1, ["m3.py"])


async def test_a_cache_that_may_not_be_written(root: Path, place: Place, locked: list[Path]) -> None:
    cache = Paths.of_user().cache
    await asyncio.to_thread(cache.mkdir, parents=True)
    locked.append(cache)
    cache.chmod(0o500)
    told = await index(root, "damson")
    assert "this user may not write it" in told["error"]
    assert told["found"] == []
    cache.chmod(0o700)
    assert (await index(root, "damson"))["found"] == ["m3.py"]


async def test_an_index_that_may_only_be_read_is_searched(root: Path, place: Place, locked: list[Path]) -> None:
    assert (await index(root, "damson"))["error"] == ""
    every = [place.folder, *(each for each in place.folder.rglob("*"))]
    locked += every
    for each in every:
        each.chmod(0o500 if each.is_dir() else 0o400)
    told = await index(root, "damson")
    assert "this user may not write it" in told["error"]
    assert told["found"] == ["m3.py"]


async def test_a_workspace_that_may_only_be_read_is_indexed(root: Path, place: Place, locked: list[Path]) -> None:
    (root / "private").mkdir()
    (root / "private" / "x.py").write_text("def hidden(): pass\n")
    (root / "unreadable.py").write_text("def unreadable(): pass\n")
    locked += [root / "private", root / "unreadable.py", root]
    for each, rights in ((root / "private", 0), (root / "unreadable.py", 0), (root, 0o500)):
        each.chmod(rights)
    before = sorted(os.listdir(root))  # noqa: PTH208
    told = await index(root, "damson")
    assert (told["error"], told["found"]) == ("", ["m3.py"])
    assert (await index(root, "unreadable"))["found"] == []
    assert sorted(os.listdir(root)) == before  # noqa: PTH208
