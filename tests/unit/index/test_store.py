"""The table of chunks, its manifest, and opening both after anything happened to them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hearth.core.errors import IndexUnavailable
from hearth.index import opening, upkeep
from hearth.index.audit import audit
from hearth.index.lance import connect
from hearth.index.manifest import UNKNOWN, Manifest, State
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.records import Record
from hearth.index.right import take
from hearth.index.store import Store

NASTY = ["it's.py", 'quo"te.py', "new\nline.py", "a_b.py", "50%.py", "back\\slash.py", "'; DROP TABLE.py", "ünï.py"]


def records(path: str, *names: str) -> list[Record]:
    return [
        Record(
            path, "python", "function", name, f"def {name}()", 1, 2, f"def {name}(): pass", (name,), hash=f"{name}-h"
        )
        for name in names
    ]


async def put(opened: Opened, files: dict[str, list[str]], version: str = "1") -> None:
    given = {path: (f"{version}{path}", records(path, *names)) for path, names in files.items()}
    await opened.store.replace(given, set(files))
    opened.manifest.update({path: State(1, 1, hash_, len(rows)) for path, (hash_, rows) in given.items()})


async def reopen(opened: Opened) -> Opened:
    opened.close()
    lock = take(opened.place)
    assert lock is not None
    return await opening.open_writing(opened.place, lock)


async def test_a_file_is_replaced_whole(opened: Opened) -> None:
    await put(opened, {"a.py": ["one", "two"], "b.py": ["three"]})
    await put(opened, {"a.py": ["four"]}, "2")
    files = await opened.store.files()
    assert {path: (file.chunks, file.generations) for path, file in files.items()} == {"a.py": (1, 1), "b.py": (1, 1)}
    assert [row["symbol"] for row in await opened.store.of_file("a.py")] == ["four"]
    await opened.store.remove(["a.py"])
    assert set(await opened.store.files()) == {"b.py"}


async def test_names_are_only_ever_strings(opened: Opened) -> None:
    for path in NASTY:
        await put(opened, {path: ["f"]})
    await put(opened, {"axb.py": ["f"]})
    assert set(await opened.store.files()) == {*NASTY, "axb.py"}
    for path in NASTY:
        await opened.store.remove([path])
    assert set(await opened.store.files()) == {"axb.py"}


async def test_a_reader_sees_what_the_writer_writes(opened: Opened) -> None:
    reader = await Store.open(opened.place.uri)
    assert reader is not None
    await put(opened, {"a.py": ["one"]})
    assert await reader.count() == 1
    reader.close()


async def test_there_is_one_writer(opened: Opened) -> None:
    assert take(opened.place) is None


async def test_a_crash_between_add_and_delete_is_repaired(opened: Opened) -> None:
    await put(opened, {"a.py": ["one"], "b.py": ["two"]})
    # The new generation is there, the older is not deleted, and the manifest knows nothing of it.
    await opened.store.replace({"a.py": ("2a.py", records("a.py", "new", "newer"))}, set())
    opened = await reopen(opened)
    assert (opened.audit.doubled, opened.audit.lost, opened.audit.unknown) == (1, 0, 1)
    assert [row["symbol"] for row in await opened.store.of_file("a.py")] == ["new", "newer"]
    state = opened.manifest.get("a.py")
    assert state is not None
    assert (state.size, state.hash, state.chunks) == (UNKNOWN, "2a.py", 2)
    opened = await reopen(opened)
    assert opened.audit.clean
    opened.close()


async def test_lost_tables_and_lost_manifests_are_noticed(opened: Opened) -> None:
    await put(opened, {"a.py": ["one"]})
    place = opened.place
    opened.close()
    shutil.rmtree(place.uri)
    lock = take(place)
    assert lock is not None
    opened = await opening.open_writing(place, lock)
    assert (opened.audit.lost, opened.manifest.all()) == (1, {})
    await put(opened, {"a.py": ["one"]})
    opened.close()
    place.manifest.write_bytes(b"not a database")
    opened = await reopen_at(place)
    assert opened.audit.unknown == 1
    opened.close()


async def reopen_at(place: Place) -> Opened:
    lock = take(place)
    assert lock is not None
    return await opening.open_writing(place, lock)


def break_database(database: Path, damage: str) -> Callable[[], list[Path]]:
    """Damage it; returns what tells the databases that were moved aside."""
    if damage == "a file in its place":
        shutil.rmtree(database)
        database.write_text("?")
    else:
        for each in database.rglob("*.manifest"):
            each.write_bytes(b"" if damage == "truncated" else os.urandom(500))
    return lambda: list(database.parent.glob("*.broken-*"))


@pytest.mark.parametrize("damage", ["truncated", "garbage", "a file in its place"])
async def test_a_broken_database_is_moved_aside(opened: Opened, damage: str) -> None:
    await put(opened, {"a.py": ["one"]})
    place = opened.place
    opened.close()
    broken = break_database(Path(place.uri), damage)
    opened = await reopen_at(place)
    assert await opened.store.count() == 0
    assert "moved to" in opened.notes[0]
    assert len(broken()) == 1
    await put(opened, {"a.py": ["one"]})
    opened.close()


async def test_another_version_is_dropped(place: Place) -> None:
    connection = await connect(place.uri)
    await connection.create_table("chunks_v0", [{"x": 1}])
    await connection.create_table("somebody_elses", [{"x": 1}])
    opened = await reopen_at(place)
    assert set((await connection.list_tables()).tables) == {"chunks_v2", "somebody_elses"}
    opened.close()


async def test_a_relative_address_is_refused() -> None:
    with pytest.raises(ValueError, match="absolute"):
        await connect("db/x")


async def test_a_folder_that_cannot_be_used_is_told(place: Place) -> None:
    place.folder.parent.mkdir(parents=True)
    place.folder.write_text("a file in its place")
    with pytest.raises(IndexUnavailable, match="cannot be used"):
        take(place)


async def test_upkeep_compacts_and_drops_old_versions(opened: Opened) -> None:
    from datetime import timedelta

    for number in range(40):
        await put(opened, {f"{number % 4}.py": [f"f{number}"]})
    assert upkeep.due(opened.store, None, idle=True)
    await upkeep.tidy(opened.store, None, timedelta(milliseconds=1))
    assert not upkeep.due(opened.store, None, idle=True)
    assert await opened.store.count() == 4
    assert len(await opened.store.chunks.list_versions()) <= 3
    assert {index.columns[0] for index in await opened.store.chunks.list_indices()} == {
        "path",
        "hash",
        "language",
        "words",
        "names",
        "defines",
    }


async def test_audit_of_what_fits_changes_nothing(opened: Opened) -> None:
    await put(opened, {"a.py": ["one"]})
    before = opened.manifest.all()
    assert (await audit(opened.store, opened.manifest)).clean
    assert opened.manifest.all() == before


def test_the_manifest_counts_and_remembers(tmp_path: Path) -> None:
    file = tmp_path / "m.sqlite"
    manifest = Manifest.open(file)
    manifest.update({"a/x.py": State(1, 2, "h", 3), "a.py": State(1, 2, "h", 0, "is binary")})
    manifest.remember("embedder", "x 1")
    manifest.failed("a/x.py")
    manifest.failed("a/x.py")
    manifest.close()
    with Manifest.reading(file) as reader:
        assert reader is not None
        assert reader.counts() == (1, 3, 1)
        assert reader.below("a") == ["a/x.py"]
        assert reader.fact("embedder") == "x 1"
        assert reader.fact("other") == ""
        assert reader.failures() == {"a/x.py": 2}
    manifest = Manifest.open(file)
    manifest.update({"a/x.py": State(1, 2, "h", 3)}, gone=["a.py"])
    assert manifest.failures() == {}
    assert set(manifest.all()) == {"a/x.py"}
    manifest.close()
    with Manifest.reading(tmp_path / "none") as reader:
        assert reader is None
