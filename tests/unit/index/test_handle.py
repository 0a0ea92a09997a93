"""The index as a server holds it: opened when it is asked, new when the writer wrote, closed once."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from hearth.core.errors import ModelNotFound
from hearth.index import opening, upkeep
from hearth.index.handle import Filter, Handle, Wanted, Why
from hearth.index.manifest import State
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.records import Record
from hearth.index.right import take
from hearth.index.vectors import Vectors
from hearth.syntax.imports import Import

DIMENSIONS = 4


class Embedder:
    """Every question means the first axis."""

    key, dimensions = "test", DIMENSIONS

    def __init__(self) -> None:
        self.asked = 0
        self.closed = 0

    async def embed_question(self, text: str) -> np.ndarray:  # type: ignore[type-arg]
        self.asked += 1
        return np.eye(DIMENSIONS, dtype=np.float32)[:1]

    async def aclose(self) -> None:
        self.closed += 1


def record(
    path: str, symbol: str, *names: str, start: int = 1, kind: str = "function", language: str = "python"
) -> Record:
    text = f"def {symbol}(): return {' '.join(names)}"
    return Record(
        path, language, kind, symbol, f"def {symbol}()", start, start + 1, text, names, hash=f"{path}{symbol}"
    )


async def put(opened: Opened, *records: Record) -> None:
    files: dict[str, tuple[str, list[Record]]] = {}
    for each in records:
        files.setdefault(each.path, ("h", []))[1].append(each)
    await opened.store.replace(files, set(files))
    await upkeep.index(opened.store)
    opened.manifest.update({path: State(1, 1, "h", len(chunks)) for path, (_, chunks) in files.items()})


@pytest.fixture
async def handle(place: Place) -> AsyncIterator[Handle]:
    made = Handle(place)
    yield made
    await made.aclose()


async def write(place: Place) -> Opened:
    lock = take(place)
    assert lock is not None
    return await opening.open_writing(place, lock)


async def found(handle: Handle, *names: str, **more: object) -> dict[str, list[str]]:
    answer = await handle.definitions(Wanted(names, **more))  # type: ignore[arg-type]
    return {name: [f"{each.path}:{each.symbol}" for each in every] for name, every in answer.items()}


async def test_before_there_is_an_index_it_answers_nothing_and_makes_nothing(handle: Handle, place: Place) -> None:
    assert await handle.search("anything") == []
    assert await handle.definitions(Wanted(["x"])) == {}
    assert await handle.chunks("a.py") == []
    assert await handle.count() is None
    assert await handle.files_of([Import("a", None, None, 0, "a", 0, 1)], "b.py", "python") == [[]]
    assert not Path(place.uri).exists()  # noqa: ASYNC240


async def test_it_sees_an_index_that_comes_and_what_is_written_to_it(handle: Handle, place: Place) -> None:
    assert await handle.search("apple") == []
    opened = await write(place)
    await put(opened, record("a.py", "apple", "apple"))
    assert [hit.path for hit in await handle.search("apple")] == ["a.py"]
    await put(opened, record("b.py", "banana", "banana"))
    assert [hit.path for hit in await handle.search("banana")] == ["b.py"]
    assert [hit.symbol for hit in await handle.chunks("a.py")] == ["apple"]
    assert await handle.count() == (2, 0)
    opened.close()


async def test_an_index_that_is_built_again_is_opened_again(handle: Handle, place: Place) -> None:
    opened = await write(place)
    await put(opened, record("a.py", "apple", "apple"))
    assert await handle.search("apple") != []
    await opened.store.connection.drop_table("chunks_v2")
    assert await handle.search("apple") == []
    opened.close()
    shutil.rmtree(place.uri)
    place.manifest.unlink()
    assert await handle.search("apple") == []
    opened = await write(place)
    await put(opened, record("b.py", "apple", "apple"))
    assert [hit.path for hit in await handle.search("apple")] == ["b.py"]
    opened.close()


async def test_vectors_join_when_there_are_any(place: Place, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.index.handle._AGAIN_S", 0.0)
    monkeypatch.setattr("hearth.index.model._AGAIN_S", 0.0)
    embedder, loaded = Embedder(), 0

    async def load() -> Embedder:
        nonlocal loaded
        loaded += 1
        if loaded == 1:
            raise ModelNotFound("No model.", hint="Install it.")
        return embedder

    handle = Handle(place, load)
    await put(opened, record("a.py", "apple", "apple"))
    assert [hit.path for hit in await handle.search("apple")] == ["a.py"]
    assert "No model" in handle.note
    assert await handle.search("zzz") == []
    assert "no vectors yet" in handle.note
    vectors = await Vectors.create(opened.store.connection, "test", DIMENSIONS)
    await vectors.add(["a.pyapple"], np.eye(DIMENSIONS, dtype=np.float32)[:1])
    assert [hit.path for hit in await handle.search("zzz")] == ["a.py"]
    assert handle.note == ""
    assert await handle.search("zzz", legs=[Why.WORDS]) == []
    assert (loaded, embedder.asked) == (2, 2), "a search that wants no meaning makes no vector"
    await handle.aclose()
    assert embedder.closed == 1
    vectors.close()


async def test_nothing_heavy_is_imported_before_the_first_question() -> None:
    code = (
        "import sys, hearth.index.handle, hearth.features.indexing.answer\n"
        "print('lancedb' in sys.modules, 'tree_sitter' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert (await process.communicate())[0] == b"False False\n"


async def test_after_it_is_closed_it_answers_nothing(place: Place, opened: Opened) -> None:
    await put(opened, record("a.py", "apple", "apple"))
    handle = Handle(place)
    await handle.warm()
    await handle.aclose()
    await handle.aclose()
    assert await handle.search("apple") == []


async def test_definitions_are_found_by_their_exact_names(handle: Handle, opened: Opened) -> None:
    long = "test_" + "a_name_that_says_all_" * 5
    await put(
        opened,
        record("a.py", "Session", "Session", "timeout", kind="class"),
        record("a.py", "Session.send", "send", start=5, kind="method"),
        record("a.py", "", "LIMIT", "RETRIES", start=9, kind="module"),
        record("b.py", "session", "session"),
        record("b.py", long, long, start=5),
        record("README.md", "How to send", "How to send", kind="section"),
    )
    assert await found(handle, "Session", "session") == {"Session": ["a.py:Session"], "session": ["b.py:session"]}
    assert await found(handle, "RETRIES", "send", "nobody", "", "two words", "'", '"') == {
        "RETRIES": ["a.py:"],
        "send": ["a.py:Session.send"],
    }
    assert await found(handle, "Session.send", long) == {"Session.send": ["a.py:Session.send"], long: [f"b.py:{long}"]}
    (definition,) = (await handle.definitions(Wanted(["timeout"])))["timeout"]
    assert (definition.signature, definition.kind, definition.preferred) == ("def Session()", "class", False)


async def test_which_definition_comes_first(handle: Handle, opened: Opened) -> None:
    await put(
        opened,
        record("far/away/x.py", "", "run", kind="module"),
        record("far/away/y.py", "run", "run"),
        record("app/core/z.py", "run", "run"),
        record("app/ui/main.ts", "run", "run", language="typescript"),
        record("lib/r.py", "Task.run", "run", kind="method"),
    )
    assert (await found(handle, "run", near="app/core/main.py", each=2))["run"] == [
        "app/core/z.py:run",
        "app/ui/main.ts:run",
    ]
    preferred = (await found(handle, "run", prefer=["lib/r.py", "far/away/x.py"]))["run"]
    assert preferred == ["lib/r.py:Task.run", "far/away/x.py:", "app/core/z.py:run"]
    only = Filter(languages=("typescript",), not_paths=("x",))
    assert await found(handle, "run", only=only, prefer=["lib/r.py"]) == {"run": ["app/ui/main.ts:run"]}


async def test_a_common_name_hides_no_other(handle: Handle, opened: Opened) -> None:
    common = [record(f"m{number}.py", name, name) for number in range(250) for name in ("get", "put")]
    await put(opened, *common, record("rare.py", "rare", "rare"))
    answer = await found(handle, "get", "put", "rare", "none", prefer=["m240.py"], each=2)
    assert {name: len(every) for name, every in answer.items()} == {"get": 2, "put": 2, "rare": 1}
    assert answer["get"][0] == "m240.py:get"


async def test_of_a_file_that_is_being_replaced_the_newest_counts(handle: Handle, opened: Opened) -> None:
    await put(opened, record("a.py", "apple", "apple"))
    await opened.store.replace({"a.py": ("h2", [record("a.py", "apple", "apple", start=7)])}, set())
    (definition,) = (await handle.definitions(Wanted(["apple"])))["apple"]
    assert definition.start == 7


async def test_imports_follow_the_files_that_come_and_go(
    handle: Handle, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.index.tree._FRESH_S", 0.0)
    read = [Import("pkg.net", "http", None, 0, "http", 0, 1), Import("os", None, None, 0, "os", 2, 3)]
    assert await handle.files_of(read, "app.py", "python") == [[], []]
    await put(opened, record("pkg/net/http.py", "get", "get"))
    assert await handle.files_of(read, "app.py", "python") == [["pkg/net/http.py"], []]
    opened.manifest.update({}, ["pkg/net/http.py"])
    assert await handle.files_of(read, "app.py", "python") == [[], []]
