"""Files that end the process which cuts them: they cost themselves their syntax, and nobody else anything."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hearth.core.errors import IndexUnavailable
from hearth.core.paths import Paths
from hearth.features.indexing import cutter as cutting
from hearth.features.indexing.build import Indexer
from hearth.features.indexing.cutter import Cutter, Lost, Task
from hearth.features.indexing.pace import Pace
from hearth.index import opening
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.right import take
from hearth.workspace.walk import Limits
from unit.syntax import hostile

_DEADLY = """
import json, os, sys
print("ready", flush=True)
for line in sys.stdin:
    if "deadly" in json.loads(line)["path"]:
        os._exit(1)
    text = json.dumps({"cut": None, "faults": [], "fat": False})
    print(len(text), text, sep="\\n", end="", flush=True)
"""


def task(file: Path) -> Task:
    return Task(file.name, file, 1_000_000, None, 0)


@pytest.fixture
async def opened(root: Path) -> AsyncIterator[Opened]:
    place = Place.of([root], Paths.of_user())
    lock = take(place)
    assert lock is not None
    index = await opening.open_writing(place, lock)
    yield index
    index.close()


@pytest.fixture
async def cutter() -> AsyncIterator[Cutter]:
    made = Cutter(512)
    yield made
    await made.aclose()


async def refresh(opened: Opened) -> None:
    indexer = Indexer(opened, Limits(), Pace())
    async for _ in indexer.refresh():
        pass
    assert indexer.complete
    await indexer.aclose()


@pytest.mark.slow
async def test_a_hostile_file_is_cut_by_lines_and_the_others_as_ever(opened: Opened, root: Path) -> None:
    (root / "bad.java").write_text(hostile.text(hostile.PIECES["java, on lines"][1], 300_000))
    await refresh(opened)
    kinds = {path: {row["kind"] for row in await opened.store.of_file(path)} for path in await opened.store.files()}
    assert kinds.pop("bad.java") == {"lines"}
    assert set(kinds) == {f"m{number}.py" for number in range(5)}
    assert all("lines" not in found for found in kinds.values())
    assert opened.manifest.failures() == {}


async def test_a_file_that_ends_the_process_again_and_again_is_left_out(
    opened: Opened, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "deadly.py"
    script.write_text(_DEADLY)
    monkeypatch.setattr(cutting, "_COMMAND", (sys.executable, str(script)))
    (root / "deadly.py").write_text("x = 1\n")
    await refresh(opened)
    assert opened.manifest.all().keys() == {"deadly.py"}
    state = opened.manifest.get("deadly.py")
    assert state is not None
    assert state.reason == "ended the process that read it 3 times"


async def test_a_child_that_cannot_be_started_is_told(
    cutter: Cutter, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (("/nowhere/python",), (sys.executable, "-c", "pass")):
        monkeypatch.setattr(cutting, "_COMMAND", command)
        with pytest.raises(IndexUnavailable, match="cannot be started"):
            await cutter.cut(task(root / "m0.py"))


async def test_answers_belong_to_their_questions_after_one_was_given_up(cutter: Cutter, root: Path) -> None:
    first = asyncio.create_task(cutter.cut(task(root / "m0.py")))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    made = await cutter.cut(task(root / "m1.py"))
    assert made is not None
    assert [record.symbol for record in made.records] == ["banana"]
    assert await cutter.cut(task(root / "nobody.py")) is None


async def test_a_child_that_was_killed_is_replaced(cutter: Cutter, root: Path) -> None:
    assert await cutter.cut(task(root / "m0.py")) is not None
    assert cutter._child is not None
    cutter._child.kill()
    await cutter._child.wait()
    assert await cutter.cut(task(root / "m0.py")) is not None


async def test_what_is_no_answer_is_the_fault_of_the_file(
    cutter: Cutter, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in ("x", "5\\n{}", "2\\n{}", "999999\\n", "4\\nnull"):
        code = f"print('ready', flush=True); input(); print('{answer}', end='', flush=True)"
        monkeypatch.setattr(cutting, "_COMMAND", (sys.executable, "-c", code))
        with pytest.raises(Lost):
            await cutter.cut(task(root / "m0.py"))


async def test_names_that_are_no_utf8_and_what_is_known_travel(cutter: Cutter, root: Path) -> None:
    file = root / "bad\udcff.py"
    file.write_text("x = 1\n")
    made = await cutter.cut(task(file))
    assert made is not None
    assert made.path == file.name
    again = await cutter.cut(Task(file.name, file, 1_000_000, made.state, 0))
    assert again is not None
    assert again.unchanged
