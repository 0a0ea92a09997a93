"""What is open and not saved is searched in place of its file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from hearth.index import chunking, upkeep
from hearth.index.buffers import Buffers
from hearth.index.conditions import condition, passes
from hearth.index.handle import Filter, Handle, Wanted, Why
from hearth.index.manifest import State
from hearth.index.merging import merged, stems
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.shadows import row_of
from hearth.index.vectors import Vectors
from hearth.workspace.content import digest
from unit.index.test_handle import DIMENSIONS, Embedder

FILES = {
    "net/http.py": "def parse_header(line):\n    return line.split(':')\n\n\ndef send(data):\n    return data\n",
    "net/retry.py": "def backoff(attempt):\n    return 2 ** attempt\n",
    "ui/window.py": "def show(title):\n    return title\n",
}
EDITED = (
    "def parse_header(line):\n    return line.split(':')\n\n\ndef transmit(data, header):\n    return header + data\n"
)


@pytest.fixture
async def handle(place: Place, opened: Opened) -> AsyncIterator[Handle]:
    """The index of :data:`FILES`; ``net/http.py`` is to be open with :data:`EDITED`."""
    (root,) = place.roots
    states, chunks = {}, {}
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
        chunks[path] = (digest(text.encode()), chunking.records(path, text))
        states[path] = State(len(text), 1, digest(text.encode()), len(chunks[path][1]))
    await opened.store.replace(chunks, set())
    await upkeep.index(opened.store)
    opened.manifest.update(states)
    vectors = await Vectors.create(opened.store.connection, "test", DIMENSIONS)
    hashes = [record.hash for _, records in chunks.values() for record in records]
    await vectors.add(
        hashes, np.stack([np.eye(DIMENSIONS, dtype=np.float32)[number % 2] for number in range(len(hashes))])
    )

    async def load() -> Embedder:
        return Embedder()

    made = Handle(place, load)
    yield made
    await made.aclose()
    vectors.close()


@pytest.fixture
def texts(place: Place) -> dict[Path, str]:
    return {place.roots[0] / "net/http.py": EDITED}


async def symbols(handle: Handle, question: str, texts: dict[Path, str], *legs: Why, **only: object) -> list[str]:
    hits = await handle.search(question, open_texts=texts, legs=legs or tuple(Why), only=Filter(**only))  # type: ignore[arg-type]
    return [hit.symbol for hit in hits]


async def test_the_buffer_answers_for_its_file(handle: Handle, texts: dict[Path, str]) -> None:
    assert "send" in await symbols(handle, "send data", {})
    assert "send" not in await symbols(handle, "send data", texts)
    assert (await symbols(handle, "transmit", texts))[0] == "transmit"
    assert (await symbols(handle, "return the data", texts, Why.WORDS))[0] == "transmit"
    hit = (await handle.search("transmit", open_texts=texts))[0]
    assert (hit.path, hit.start, hit.end, hit.language) == ("net/http.py", 5, 6, "python")
    assert {reason.why for reason in hit.reasons} == {Why.WORDS, Why.SYMBOL}


async def test_what_did_not_change_in_it_has_its_vector(handle: Handle, texts: dict[Path, str]) -> None:
    found = await symbols(handle, "zzz", texts, Why.MEANING)
    assert found[0] == "parse_header"
    assert "transmit" not in found
    assert "send" not in found


async def test_definitions_come_from_the_buffer(handle: Handle, texts: dict[Path, str]) -> None:
    found = await handle.definitions(Wanted(["transmit", "send", "parse_header", "backoff"]), open_texts=texts)
    places = {name: [(each.path, each.start) for each in every] for name, every in found.items()}
    assert places == {
        "transmit": [("net/http.py", 5)],
        "parse_header": [("net/http.py", 1)],
        "backoff": [("net/retry.py", 1)],
    }


async def test_filters_hold_for_buffers(handle: Handle, texts: dict[Path, str]) -> None:
    for only in (
        {"under": ("ui",)},
        {"languages": ("go",)},
        {"not_paths": ("net/http.py",)},
        {"files": ("ui/window.py",)},
    ):
        assert "transmit" not in await symbols(handle, "transmit", texts, **only)
    assert "transmit" in await symbols(handle, "transmit", texts, under=("net/",))


async def test_an_empty_buffer_hides_its_file(handle: Handle, place: Place) -> None:
    assert "send" not in await symbols(handle, "send", {place.roots[0] / "net/http.py": ""})


async def test_what_is_saved_unknown_secret_or_outside_has_no_shadow(
    handle: Handle, place: Place, opened: Opened
) -> None:
    (root,) = place.roots
    opened.manifest.update({"big.py": State(1, 1, "h", 0, "is larger than 1 kB"), ".env": State(1, 1, "h", 1)})
    for file, text in {
        root / "net/http.py": FILES["net/http.py"],
        root / "ignored.py": "def transmit(): pass",
        root / "big.py": "def transmit(): pass",
        root / ".env": "transmit=1",
        root.parent / "outside.py": "def transmit(): pass",
        Path("relative.py"): "def transmit(): pass",
    }.items():
        assert (await Buffers(place).shadows({file: text})).files == {}, file


async def test_a_text_is_cut_once(
    place: Place, handle: Handle, texts: dict[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []
    real = chunking.records
    monkeypatch.setattr(chunking, "records", lambda path, text: cut.append(path) or real(path, text))
    other = place.roots[0] / "ui/window.py"
    for number in range(5):
        await handle.search("header", open_texts={**texts, other: f"def show{number}(): pass"})
    assert cut.count("net/http.py") == 1
    assert cut.count("ui/window.py") == 5


async def test_secrets_of_a_buffer_are_not_found(handle: Handle, texts: dict[Path, str]) -> None:
    key = "AK" + "IA" + "Q7RT2MXW9PLK4JHD"
    texts = {file: f'{text}\n\nKEY = "{key}"\n' for file, text in texts.items()}
    hits = await handle.search("KEY", open_texts=texts)
    assert hits
    assert all(key not in hit.text for hit in hits)


@pytest.mark.parametrize(
    "only",
    [
        Filter(),
        Filter(under=("net",)),
        Filter(under=("net/", "ui")),
        Filter(under=(".",)),
        Filter(under=("net/retry.py",)),
        Filter(under=("ne",)),
        Filter(languages=("python",)),
        Filter(languages=("go",)),
        Filter(symbol="parse_header"),
        Filter(symbol="parse"),
        Filter(files=("net/http.py", "x")),
        Filter(under=("net",), not_paths=("net/http.py",)),
    ],
)
async def test_a_filter_means_the_same_for_tables_and_buffers(handle: Handle, opened: Opened, only: Filter) -> None:
    rows = (await opened.store.chunks.query().to_arrow()).to_pylist()
    where = condition(only)
    passed = (await opened.store.chunks.query().where(where).to_arrow()).to_pylist() if where else rows
    assert {row["hash"] for row in passed} == {row["hash"] for row in rows if passes(only, row)}


def test_where_a_chunk_is_put_among_others() -> None:
    found = [{"words": "parse header line"}, {"words": "header of a long list of many other words"}, {"words": "line"}]
    others = [row_of(chunking.records("x.py", text)[0]) for text in ("header.parsing(header)", "nothing")]
    result = merged(found, others, ["parse", "header"])
    assert [row.get("path") for row in result] == [None, "x.py", None, None]
    assert [row for row in result if "path" not in row] == found
    assert merged(found, [], ["header"]) == found
    assert merged([], others, ["headers"]) == [others[0]]
    assert stems("parsing parsed parses parse").total() == stems("parsing parsed parses parse")["pars"]
