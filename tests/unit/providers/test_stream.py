"""Text filters on pieces: whatever way a text is cut, the same comes out."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.core.errors import ProviderBroken
from hearth.providers.base import Chunk, Delta, Done, Reason, Usage
from hearth.providers.stream import StopGuard, Surrogates, TextFilter, Unfenced, shaped, whole

TEXTS = st.text(st.sampled_from("ab\n`x<"), max_size=40)
CUTS = st.lists(st.integers(0, 40), max_size=8)


def cut(text: str, at: list[int]) -> list[str]:
    places = sorted({0, *(min(place, len(text)) for place in at), len(text)})
    return [text[start:end] for start, end in pairwise(places)] or [""]


async def source(*chunks: Chunk) -> AsyncGenerator[Chunk]:
    for chunk in chunks:
        yield chunk


async def run(pieces: list[str], *filters: TextFilter, reason: Reason = Reason.LENGTH) -> tuple[str, Done]:
    chunks = (*(Delta(piece) for piece in pieces), Done(reason, Usage(prompt_tokens=3)))
    *deltas, done = [chunk async for chunk in shaped(source(*chunks), filters)]
    assert isinstance(done, Done)
    assert all(isinstance(delta, Delta) and delta.text for delta in deltas)
    return "".join(delta.text for delta in deltas if isinstance(delta, Delta)), done


@given(TEXTS, CUTS, st.lists(st.text(st.sampled_from("ab\n`"), min_size=1, max_size=4), max_size=3))
async def test_a_stop_text_is_found_however_the_text_is_cut(text: str, cuts: list[int], stops: list[str]) -> None:
    got, done = await run(cut(text, cuts), StopGuard(stops))
    ends = [at for stop in stops if (at := text.find(stop)) >= 0]
    assert got == (text[: min(ends)] if ends else text)
    assert done.reason is (Reason.STOP if ends else Reason.LENGTH)


async def test_values_come_with_the_first_text_behind_a_filter() -> None:
    chunks = (
        Delta("a\n", (-1.0,)),
        Delta("\nb", (-2.0,)),
        Delta("\n", (-3.0,)),
        Delta("c\n", (-4.0,)),
        Done(Reason.STOP),
    )
    found = [chunk async for chunk in shaped(source(*chunks), [StopGuard(["\n\n\n"])])]
    assert found == [
        Delta("a", (-1.0,)),
        Delta("\n\nb", (-2.0,)),
        Delta("\nc", (-3.0, -4.0)),
        Delta("\n"),
        Done(Reason.STOP),
    ]


@given(TEXTS, CUTS)
async def test_without_stop_texts_nothing_changes(text: str, cuts: list[int]) -> None:
    assert (await run(cut(text, cuts), StopGuard(())))[0] == text


@given(st.text(max_size=30), CUTS)
async def test_surrogates_join_however_they_are_cut(text: str, cuts: list[int]) -> None:
    units = "".join(
        char if ord(char) < 0x10000 else "".join(map(chr, _pair(ord(char)))) for char in text if not _surrogate(char)
    )
    expected = "".join(char for char in text if not _surrogate(char))
    assert (await run(cut(units, cuts), Surrogates()))[0] == expected


@given(st.text(st.characters(codec=None), max_size=30), CUTS)
async def test_what_comes_out_can_always_be_encoded(text: str, cuts: list[int]) -> None:
    got, _done = await run(cut(text, cuts), Surrogates())
    got.encode("utf-8")
    assert whole(whole(text)) == whole(text)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("return 1", "return 1"),
        ("```python\nreturn 1\n```", "return 1"),
        ("```\nreturn 1\n```\nThis returns one.", "return 1"),
        ("\n\n```py\na\n\nb\n```", "a\n\nb"),
        ("```python\nnever closed\n", "never closed\n"),
        ("``x``", "``x``"),
        ("    indented", "    indented"),
        ("a\n```\nb", "a\n```\nb"),
        ("", ""),
        ("```", ""),
    ],
)
async def test_a_fence_is_taken_off(answer: str, code: str, size: int) -> None:
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    assert (await run(pieces, Unfenced()))[0] == code


async def test_text_that_one_filter_stops_still_passes_the_others() -> None:
    filters = (StopGuard(("<end>",)), StopGuard(("xyz",)))
    text, done = await run(["one x", "y<e", "nd>lost"], *filters)
    assert (text, done.reason) == ("one xy", Reason.STOP)


async def test_the_source_is_closed_when_a_stop_text_is_met() -> None:
    closed = False

    async def endless() -> AsyncGenerator[Chunk]:
        nonlocal closed
        try:
            while True:
                yield Delta("abc ")
        finally:
            closed = True

    chunks = [chunk async for chunk in shaped(endless(), (StopGuard(("c a",)),))]
    assert chunks == [Delta("ab"), Done(Reason.STOP)]
    assert closed


async def test_a_source_without_an_end_is_broken() -> None:
    with pytest.raises(ProviderBroken):
        _ = [chunk async for chunk in shaped(source(Delta("a")), ())]


async def test_usage_stays_and_what_follows_the_end_is_dropped() -> None:
    chunks = [
        c async for c in shaped(source(Delta("a"), Done(Reason.STOP, Usage(1)), Delta("b"), Done(Reason.STOP)), ())
    ]
    assert chunks == [Delta("a"), Done(Reason.STOP, Usage(1))]


def _pair(code: int) -> tuple[int, int]:
    rest = code - 0x10000
    return 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF)


def _surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"
