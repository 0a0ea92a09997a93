"""Files and folders that nobody should have made: each costs itself, and everything else is found."""

from __future__ import annotations

import asyncio
import itertools
import os
from pathlib import Path

import pytest

from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.features.indexing import summary
from hearth.features.indexing.once import bring_up_to_date
from hearth.features.indexing.progress import IndexProgress, Phase
from hearth.index.handle import Filter, Handle
from hearth.index.place import Place

SETTINGS = Settings(index=IndexSettings(embedder="none"))
MANY = int(os.environ.get("HEARTH_TEST_FILES", "100000"))


@pytest.fixture
def place(root: Path) -> Place:
    return Place.of([root], Paths.of_user())


async def index(place: Place) -> list[IndexProgress]:
    steps = [step async for step in bring_up_to_date(place, SETTINGS, Paths.of_user())]
    assert steps[-1].phase is Phase.IDLE
    return steps


async def paths(place: Place, question: str, **only: object) -> list[str]:
    handle = Handle(place)
    try:
        return [hit.path for hit in await handle.search(question, only=Filter(**only))]  # type: ignore[arg-type]
    finally:
        await handle.aclose()


def why(place: Place, name: str) -> str:
    return summary.why(place, place.roots[0] / name, SETTINGS.index).sentence


async def test_everything_at_once(root: Path, place: Place) -> None:
    with (root / "huge.py").open("wb") as file:
        file.write(b"def huge(): pass\n" * 100)
        file.truncate(200_000_000)
    (root / "line.py").write_text("x = [" + "1, " * 330_000 + "]\n")
    (root / "prose.txt").write_text("a word and another word. " * 39_000)
    (root / "latin.py").write_bytes("def straße(): pass  # größe\n".encode("latin-1"))
    (root / "wide.py").write_text("def wide(): pass\n", encoding="utf-16")
    (root / "blob.py").write_bytes(b"def blob(): pass\n\0\1\2")
    (root / "empty.py").write_text("")
    (root / "deep").mkdir()
    (root / "deep" / "nested.py").write_text("(" * 20_000 + ")" * 20_000 + "\n")
    os.mkfifo(root / "pipe.py")
    (root / "loop").symlink_to(root)
    (root / "gone.py").symlink_to(root / "nowhere")
    (root / ("n" * 250 + ".py")).write_text("def long_name(): pass\n")
    steps = await index(place)
    assert [step.message for step in steps if step.message] == []
    assert await paths(place, "damson") == ["m3.py"]
    assert "wide.py" in await paths(place, "wide")
    assert "latin.py" in await paths(place, "latin")
    assert await paths(place, "long_name") == ["n" * 250 + ".py"]
    for name, reason in {
        "huge.py": "larger than 1000 kB",
        "line.py": "minified",
        "blob.py": "binary",
        "pipe.py": "not a regular file",
        "gone.py": "symbolic link",
    }.items():
        assert reason in why(place, name), name
    assert max(step.files_total for step in await index(place)) == 0, "what is left out is not read again"


async def test_a_file_that_is_written_all_the_time_is_whole_in_the_end(root: Path, place: Place) -> None:
    """Each version has one word only: a chunk with two would be torn."""
    file, going = root / "busy.py", True

    def write() -> int:
        number = 0
        for number in itertools.count():
            if not going:
                break
            file.write_text(f"word_{number}()\n" * (500 + number % 700))
        return number

    writing = asyncio.create_task(asyncio.to_thread(write))
    try:
        for _ in range(4):
            await index(place)
            assert await paths(place, "damson") == ["m3.py"]
    finally:
        going = False
        last = await writing - 1
    await index(place)
    handle = Handle(place)
    chunks = await handle.chunks("busy.py")
    await handle.aclose()
    assert {line for chunk in chunks for line in chunk.text.split()} == {f"word_{last}()"}


async def test_files_that_vanish_while_they_are_indexed(root: Path, place: Place) -> None:
    for number in range(200):
        (root / f"v{number}.py").write_text(f"def vanishing_{number}(): pass\n")
    async for step in bring_up_to_date(place, SETTINGS, Paths.of_user()):
        if step.phase is Phase.READING and step.files_done == 16:
            for number in range(0, 200, 2):
                (root / f"v{number}.py").unlink()
    await index(place)
    assert "v7.py" in await paths(place, "vanishing_7")
    assert summary.of(place).files == 105


@pytest.mark.slow
async def test_a_folder_of_very_many_files(root: Path, place: Place) -> None:
    folder = root / "many"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"f{number}.txt").write_text(f"note {number}\n")
    steps = await index(place)
    assert max(step.files_total for step in steps) == MANY + 5
    assert summary.of(place).files == MANY + 5
    assert await paths(place, "damson") == ["m3.py"]
    assert (await paths(place, f"note {MANY // 2}"))[0] == f"many/f{MANY // 2}.txt"
    assert max(step.files_total for step in await index(place)) == 0
    (folder / "f7.txt").write_text("note changed\n")
    assert max(step.files_total for step in await index(place)) == 1
    assert "many/f7.txt" in await paths(place, "changed")
