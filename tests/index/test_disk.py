"""After many small updates the index is as small and as whole as one that was just built."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from hearth.core.paths import Paths
from hearth.index import opening, upkeep
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.records import Record
from hearth.index.right import take
from hearth.index.vectors import Vectors

_FILES, _CHUNKS, _UPDATES = 100, 8, 10_000
_SAVED = 20
"""Files that are saved together: 10,000 updates one by one take minutes, and leave the same behind."""
_AT_ONCE = timedelta(milliseconds=1)


def records(path: str, version: int) -> list[Record]:
    chunks = []
    for number in range(_CHUNKS):
        lines = "\n".join(f"    value_{line} = compute_{version}_{number}({line})" for line in range(20))
        name = f"function_{number}"
        text = f"def {name}():\n{lines}\n"
        chunks.append(
            Record(
                path,
                "python",
                "function",
                name,
                f"def {name}()",
                number * 22 + 1,
                number * 22 + 21,
                text,
                (name,),
                hash=f"{path}{version}{number}",
            )
        )
    return chunks


async def new_index(tmp_path: Path, name: str) -> tuple[Opened, Vectors]:
    (tmp_path / name).mkdir()
    place = Place.of([tmp_path / name], Paths.of_user())
    lock = take(place)
    assert lock is not None
    opened = await opening.open_writing(place, lock)
    opened.vectors = await Vectors.create(opened.store.connection, "test", 64)
    return opened, opened.vectors


async def put(opened: Opened, vectors: Vectors, versions: dict[str, int], older: set[str]) -> None:
    files = {path: (str(version), records(path, version)) for path, version in versions.items()}
    await opened.store.replace(files, older)
    hashes = [record.hash for _, chunks in files.values() for record in chunks]
    await vectors.add(hashes, np.random.default_rng(0).standard_normal((len(hashes), 64)).astype(np.float32))


def disk(opened: Opened) -> int:
    return sum(path.stat().st_size for path in Path(opened.place.uri).rglob("*") if path.is_file())


@pytest.mark.slow
async def test_disk_use_after_many_small_updates(tmp_path: Path) -> None:
    old, vectors = await new_index(tmp_path, "old")
    versions = {f"pkg/m{number}.py": 0 for number in range(_FILES)}
    await put(old, vectors, versions, set())
    compactions = 0
    for number in range(_UPDATES // _SAVED):
        paths = {f"pkg/m{(number * _SAVED + each) * 7 % _FILES}.py" for each in range(_SAVED)}
        changed = {path: versions[path] + 1 for path in paths}
        versions |= changed
        await put(old, vectors, changed, paths)
        if upkeep.due(old.store, vectors, idle=number % 10 == 9):
            await upkeep.tidy(old.store, vectors, _AT_ONCE)
            await upkeep.forget_dead(old.store, vectors)
            compactions += 1
    await upkeep.forget_dead(old.store, vectors)
    await upkeep.tidy(old.store, vectors, _AT_ONCE)
    assert compactions <= _UPDATES // _SAVED // (upkeep.COMMITS // 3) + 1

    fresh, fresh_vectors = await new_index(tmp_path, "fresh")
    await put(fresh, fresh_vectors, versions, set())
    await upkeep.tidy(fresh.store, fresh_vectors, _AT_ONCE)
    assert await old.store.count() == await fresh.store.count() == _FILES * _CHUNKS
    assert await vectors.known() >= await fresh_vectors.known()
    assert disk(old) <= 2 * disk(fresh)
    old.close()
    fresh.close()
