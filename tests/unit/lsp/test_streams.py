"""Token notifications are joined, in order, and the first does not wait."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from hearth.lsp.streams import TextStream


async def test_the_first_at_once_the_others_together() -> None:
    sent: list[str] = []
    stream = TextStream(sent.append)
    for piece in ("a", "b", "c"):
        stream.add(piece)
    assert sent == ["a"]
    async with asyncio.timeout(60):
        while len(sent) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert sent == ["a", "bc"]
    stream.add("d")
    stream.close()
    assert "".join(sent) == "abcd"
    stream.close()
    assert "".join(sent) == "abcd"


async def test_much_text_does_not_wait() -> None:
    sent: list[str] = []
    stream = TextStream(sent.append)
    stream.add("a")
    stream.add("x" * 5000)
    assert sent == ["a", "x" * 5000]
    stream.close()


async def test_after_a_pause_the_next_goes_at_once() -> None:
    sent: list[str] = []
    stream = TextStream(sent.append)
    stream.add("a")
    async with asyncio.timeout(60):
        while stream._timer is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    stream.add("b")
    assert sent == ["a", "b"]
    stream.close()


@given(st.lists(st.text(max_size=10), max_size=50))
def test_nothing_is_lost_and_the_order_stays(pieces: list[str]) -> None:
    async def run() -> list[str]:
        sent: list[str] = []
        stream = TextStream(sent.append)
        for number, piece in enumerate(pieces):
            stream.add(piece)
            if number % 7 == 0:
                await asyncio.sleep(0)
        stream.close()
        return sent

    sent = asyncio.run(run())
    assert "".join(sent) == "".join(pieces)
    assert "" not in sent
