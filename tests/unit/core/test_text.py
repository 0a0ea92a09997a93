"""Positions against an independent reference, which encodes whole lines instead of counting."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.core import text as text_module
from hearth.core.text import Encoding, LineIndex

TEXT = st.lists(
    st.sampled_from(
        ["\n", "\r\n", "\r", "a", "é", "€", "\U0001d49c", "👩‍💻", "\u2028", "\x0c", "\x85", "\t", "", "def f():"]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
    max_size=12,
).map("".join)
ENCODINGS = st.sampled_from(list(Encoding))
CODECS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2), Encoding.UTF32: ("utf-32-le", 4)}


def units(text: str, encoding: Encoding) -> int:
    codec, width = CODECS[encoding]
    return len(text.encode(codec)) // width


def reference_lines(text: str) -> list[str]:
    """Lines with their ends, as a state machine over the characters."""
    lines, current, index = [], "", 0
    while index < len(text):
        size = 2 if text.startswith("\r\n", index) else 1
        part = text[index : index + size]
        current += part
        index += size
        if part in ("\r\n", "\r", "\n"):
            lines.append(current)
            current = ""
    return [*lines, current]


@given(TEXT)
def test_lines(text: str) -> None:
    index = LineIndex(text)
    lines = reference_lines(text)
    assert index.line_count == len(lines)
    assert [index.line(number) for number in range(len(lines))] == [line.rstrip("\r\n") for line in lines]
    assert index.line(len(lines)) == ""


@given(TEXT, ENCODINGS)
def test_every_position_there_and_back(text: str, encoding: Encoding) -> None:
    index = LineIndex(text)
    start = 0
    for number, line in enumerate(reference_lines(text)):
        body = line.rstrip("\r\n")
        for count in range(len(body) + 1):
            column = units(body[:count], encoding)
            assert index.offset(number, column, encoding) == start + count
            assert index.position(start + count, encoding) == (number, column)
        start += len(line)


@given(TEXT, ENCODINGS, st.integers(0, 20), st.integers(0, 60))
def test_any_position_is_clamped_to_one_that_exists(text: str, encoding: Encoding, line: int, column: int) -> None:
    index = LineIndex(text)
    lines = reference_lines(text)
    offset = index.offset(line, column, encoding)
    if line >= len(lines):
        assert offset == len(text)
        return
    start = sum(map(len, lines[:line]))
    body = lines[line].rstrip("\r\n")
    allowed = [start + n for n in range(len(body) + 1) if units(body[:n], encoding) >= column]
    assert offset == min(allowed, default=start + len(body))


@given(TEXT, ENCODINGS)
def test_an_offset_inside_a_line_end_is_the_end_of_the_line(text: str, encoding: Encoding) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        line, column = index.position(offset, encoding)
        back = index.offset(line, column, encoding)
        assert back == (offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset)


@pytest.mark.parametrize("offset", [-5, 99])
def test_offsets_outside_are_clamped(offset: int) -> None:
    assert LineIndex("ab\nc").position(offset, Encoding.UTF16) == ((0, 0) if offset < 0 else (1, 1))


@given(TEXT, ENCODINGS)
def test_length(text: str, encoding: Encoding) -> None:
    assert encoding.length(text) == units(text, encoding) == sum(encoding.units(char) for char in text)


@pytest.mark.parametrize(("encoding", "count"), [(Encoding.UTF8, 4), (Encoding.UTF16, 2), (Encoding.UTF32, 2)])
def test_a_lone_surrogate_from_a_careless_client_is_survived(encoding: Encoding, count: int) -> None:
    text = "a\ud83d"
    assert encoding.length(text) == count
    assert LineIndex(text).offset(0, count, encoding) == 2
    assert LineIndex(text).position(2, encoding) == (0, count)


few = st.text("ab", max_size=12)


@given(few, few, st.integers(0, 6))
def test_what_texts_have_in_common_does_not_depend_on_blocks(old: str, new: str, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "_BLOCK", 3)
        start, end = (
            sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(*each, strict=False)))
            for each in ((old, new), (old[::-1], new[::-1]))
        )
        most = min(most, len(old), len(new))
        assert text_module.common_start(old, new) == start
        assert text_module.common_end(old, new) == end
        assert text_module.common_end(old, new, most) == min(end, most)
