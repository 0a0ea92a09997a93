"""The document is always exactly what the editor has: checked against an independent reference."""

from __future__ import annotations

import re
import sys

from hypothesis import example, given
from hypothesis import strategies as st

from hearth.core.text import Encoding
from hearth.lsp.documents import Document, Documents

ODD = [
    "a",
    "é",
    "😀",
    "𐐀",
    "\n",
    "\r",
    "\r\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "xyz",
    " ",
    "\ud83d",
]
TEXT = st.lists(st.sampled_from(ODD), max_size=20).map("".join)
POSITION = st.tuples(st.integers(0, 8), st.integers(0, 12))
EDITS = st.lists(st.tuples(POSITION, POSITION, TEXT), max_size=8)


def units(char: str, encoding: Encoding) -> int:
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding.value]
    return len(char.encode(codec, "surrogatepass")) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding.value]


def reference(text: str, start: tuple[int, int], end: tuple[int, int], new: str, encoding: Encoding) -> str:
    """The edit as the specification words it, on the whole text."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def offset(position: tuple[int, int]) -> int:
        line, column = position
        if line >= len(starts):
            return len(text)
        at = starts[line]
        while column > 0 and at < len(text) and text[at] not in "\r\n":
            column -= units(text[at], encoding)
            at += 1
        return at

    first, last = sorted((start, end))
    return text[: offset(first)] + new + text[offset(last) :]


@given(TEXT, EDITS, st.sampled_from(list(Encoding)))
@example("abc", [((0, 9), (0, 9), "!")], Encoding.UTF16)
@example("a\rb", [((1, 0), (1, 0), "\n")], Encoding.UTF16)
@example("a\r\nb", [((0, 1), (1, 0), "\r")], Encoding.UTF8)
@example("", [((5, 5), (0, 0), "x\n"), ((1, 0), (1, 0), "y")], Encoding.UTF32)
@example("😀😀", [((0, 1), (0, 2), "x")], Encoding.UTF16)
def test_edits_are_those_of_the_reference(text: str, edits: list[tuple], encoding: Encoding) -> None:
    document = Document("file:///a", "python", 1, text, encoding)
    for start, end, new in edits:
        document.edit(start, end, new)
        text = reference(text, start, end, new, encoding)
        assert document.text == text
    assert document.snapshot().text == text


@given(TEXT, POSITION, st.sampled_from(list(Encoding)))
def test_snapshots_and_documents_agree_on_positions(text: str, position: tuple[int, int], encoding: Encoding) -> None:
    document = Document("file:///a", "python", 1, text, encoding)
    offset = document.snapshot().offset(*position)
    document.edit(position, position, "\0")
    assert document.text.index("\0") == offset


def test_snapshots_do_not_change() -> None:
    documents = Documents(Encoding.UTF16)
    documents.open("file:///a", "python", 1, "one")
    before = documents.snapshot("file:///a")
    assert before is not None
    assert documents.snapshot("file:///a") is before
    document = documents.get("file:///a")
    assert document is not None
    document.edit((0, 3), (0, 3), " two")
    document.version = 2
    after = documents.snapshot("file:///a")
    assert after is not None
    assert (before.text, before.version, after.text, after.version) == ("one", 1, "one two", 2)


def test_an_edit_costs_the_lines_that_it_touches() -> None:
    """Counted, not timed: lines that the edit does not touch stay the same objects."""
    document = Document(
        "file:///a", "python", 1, "".join(f"line {number}\n" for number in range(10_000)), Encoding.UTF16
    )
    before = {id(line) for line in document._lines}
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    document.edit((5000, 3), (5000, 3), "x")
    sys.setprofile(None)
    assert len({id(line) for line in document._lines} - before) <= 2
    assert calls < 20


def test_the_last_of_two_opens_counts_and_close_forgets() -> None:
    documents = Documents()
    documents.open("file:///a", "python", 1, "one")
    documents.open("file:///a", "python", 7, "two")
    snapshot = documents.snapshot("file:///a")
    assert snapshot is not None
    assert (snapshot.text, snapshot.version) == ("two", 7)
    documents.close("file:///a")
    documents.close("file:///a")
    assert documents.snapshot("file:///a") is None
