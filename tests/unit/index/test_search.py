"""Questions to a small index: by words, names and vectors, with filters."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest

from hearth.core.errors import IndexUnavailable
from hearth.index import upkeep
from hearth.index.fusion import fuse
from hearth.index.opening import Opened
from hearth.index.records import Filter, Record, Why
from hearth.index.search import Searcher
from hearth.index.tokens import is_name
from hearth.index.vectors import Vectors, drop_others

DIMENSIONS = 8
CODE = {
    "net/http.py": [
        ("parse_header", "def parse_header(line):\n    '''Split a header line at the colon.'''"),
        ("Session.send", "def send(self, request):\n    return self.socket.write(request)"),
    ],
    "net/retry.py": [("backoff", "def backoff(attempt):\n    '''How long to wait before trying again.'''")],
    "ui/window.ts": [("openWindow", "function openWindow(title: string) { show(title) }")],
    "it's here/a_b.py": [("odd", "def odd(): return 'quoted'")],
}


def axis(number: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.eye(DIMENSIONS, dtype=np.float32)[number]


def record(path: str, language: str, symbol: str, text: str) -> Record:
    return Record(path, language, "function", symbol, "", 1, 2, text, (symbol,), hash=symbol)


@pytest.fixture
async def searcher(opened: Opened) -> AsyncIterator[Searcher]:
    files = {}
    for path, chunks in CODE.items():
        language = "typescript" if path.endswith(".ts") else "python"
        files[path] = ("h", [record(path, language, *chunk) for chunk in chunks])
    await opened.store.replace(files, set())
    await upkeep.index(opened.store)
    vectors = await Vectors.create(opened.store.connection, "test", DIMENSIONS)
    symbols = [symbol for chunks in CODE.values() for symbol, _ in chunks]
    await vectors.add(symbols, np.stack([axis(number) for number in range(len(symbols))]))
    made = await Searcher.open(opened.place, "test", DIMENSIONS)
    assert made is not None
    yield made
    made.close()
    vectors.close()


async def symbols(searcher: Searcher, question: str, **more: object) -> list[str]:
    return [hit.symbol for hit in await searcher.search(question, **more)]  # type: ignore[arg-type]


async def test_words_are_found_in_text_path_and_symbol(searcher: Searcher) -> None:
    assert (await symbols(searcher, "colon"))[0] == "parse_header"
    assert (await symbols(searcher, "retry"))[0] == "backoff"
    assert (await symbols(searcher, "window title"))[0] == "openWindow"


@pytest.mark.parametrize("question", ["parse_header", "parseHeader", "parse header", "where is parse_header defined?"])
async def test_a_symbol_is_found_by_its_name_however_it_is_written(searcher: Searcher, question: str) -> None:
    hit = (await searcher.search(question))[0]
    assert hit.symbol == "parse_header"
    by = {reason.why: reason for reason in hit.reasons}
    assert by[Why.SYMBOL].detail == "parseheader"
    assert "header" in by[Why.WORDS].detail


async def test_a_method_is_found_with_and_without_its_class(searcher: Searcher) -> None:
    assert (await symbols(searcher, "Session.send"))[0] == "Session.send"
    assert (await symbols(searcher, "send()"))[0] == "Session.send"


async def test_vectors_find_what_no_word_does(searcher: Searcher) -> None:
    hits = await searcher.search("zzz", vector=axis(2))
    assert hits[0].symbol == "backoff"
    assert [(reason.why, reason.rank, reason.detail) for reason in hits[0].reasons] == [(Why.MEANING, 1, "1.00")]


async def test_filters(searcher: Searcher) -> None:
    every = {"parse_header", "Session.send", "backoff", "openWindow", "odd"}
    ask = {"vector": axis(0)}
    assert set(await symbols(searcher, "def", **ask)) == every
    for only, expected in {
        Filter(under=("net",)): {"parse_header", "Session.send", "backoff"},
        Filter(under=("net/", "ui")): every - {"odd"},
        Filter(under=(".",)): every,
        Filter(under=("net/retry.py",)): {"backoff"},
        Filter(under=("ne",)): set(),
        Filter(under=("it's here",)): {"odd"},
        Filter(under=("it's here/axb.py",)): set(),
        Filter(languages=("typescript",)): {"openWindow"},
        Filter(symbol="Session"): {"Session.send"},
        Filter(under=("net",), not_paths=("net/http.py",)): {"backoff"},
        Filter(under=("' OR 1=1 --",)): set(),
    }.items():
        assert set(await symbols(searcher, "def function self", only=only, **ask)) == expected, only


async def test_one_way_alone(searcher: Searcher) -> None:
    assert await symbols(searcher, "colon", vector=axis(2), legs=[Why.MEANING], limit=1) == ["backoff"]
    assert await symbols(searcher, "colon", vector=axis(2), legs=[Why.WORDS]) == ["parse_header"]


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", "'", '"', "\0", "a" * 100_000, "AND OR NOT", "*", "(x", "x:y^2~"]
)
async def test_any_question_has_an_answer(searcher: Searcher, question: str) -> None:
    await searcher.search(question)


async def test_a_file_that_is_being_replaced_is_found_once(searcher: Searcher, opened: Opened) -> None:
    row = Record(
        "net/retry.py", "python", "function", "backoff", "", 5, 6, "def backoff(): wait", ("backoff",), hash="n"
    )
    await opened.store.replace({"net/retry.py": ("h2", [row])}, set())  # The older generation is not deleted yet.
    hits = await searcher.search("backoff")
    assert [(hit.path, hit.start) for hit in hits if hit.symbol == "backoff"] == [("net/retry.py", 5)]


async def test_what_is_in_no_chunk_any_more_is_not_found(searcher: Searcher, opened: Opened) -> None:
    await opened.store.remove(["net/retry.py"])
    assert "backoff" not in await symbols(searcher, "zzz", vector=axis(2))


async def test_an_empty_index_answers_nothing(opened: Opened) -> None:
    searcher = await Searcher.open(opened.place, "none", DIMENSIONS)
    assert searcher is not None
    assert await searcher.search("anything", vector=axis(0)) == []
    searcher.close()


async def test_a_database_that_is_gone_is_told(searcher: Searcher, opened: Opened) -> None:
    await opened.store.connection.drop_table("chunks_v2")
    with pytest.raises(IndexUnavailable):
        await searcher.search("colon")


async def test_vectors_of_another_embedder_go_when_they_are_replaced(opened: Opened) -> None:
    for key in ("old", "new"):
        (await Vectors.create(opened.store.connection, key, DIMENSIONS)).close()
    assert await drop_others(opened.store.connection, "new") == ["vectors_v2_old"]
    assert await Vectors.open(opened.store.connection, "old", DIMENSIONS) is None


async def test_vectors_of_another_size_are_begun_anew(opened: Opened) -> None:
    first = await Vectors.create(opened.store.connection, "m", DIMENSIONS)
    await first.add(["h"], np.stack([axis(0)]))
    first.close()
    second = await Vectors.create(opened.store.connection, "m", 4)
    assert await second.count() == 0
    second.close()


def test_what_several_agree_on_comes_first() -> None:
    found = fuse({"a": ["x", "y"], "b": ["y", "z", "y"]}, {})
    assert [item for item, _, _ in found] == ["y", "x", "z"]
    assert found[0][2] == {"a": 2, "b": 1}
    assert fuse({"a": ["x"], "b": ["y"]}, {"b": 2.0})[0][0] == "y"


def test_names_and_prose() -> None:
    for name in ("parse", "parse_header", "a.b::c", "openWindow where", "__init__ of a class"):
        assert is_name(name), name
    for prose in ("", "parse the header", "How long to wait?", "what is done in __init__ of the window"):
        assert not is_name(prose), prose
