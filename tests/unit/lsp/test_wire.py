"""The framing, fed in any pieces and with any junk between the messages; and the two threads."""

from __future__ import annotations

import asyncio
import os
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hearth.lsp.wire import Frames, Malformed, Reader, Writer

BODIES = st.lists(st.binary(max_size=40).filter(lambda body: b"ontent" not in body), max_size=5)


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def feed(data: bytes, cuts: list[int]) -> list[bytes | Malformed]:
    frames = Frames()
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [item for start, end in pairwise(edges) for item in frames.feed(data[start:end])]


@given(BODIES, st.lists(st.integers(0, 400), max_size=10))
def test_bodies_arrive_whole_however_they_are_cut(bodies: list[bytes], cuts: list[int]) -> None:
    assert feed(b"".join(map(frame, bodies)), cuts) == bodies


@given(st.binary(max_size=60), st.lists(st.integers(0, 400), max_size=10))
def test_after_junk_a_later_message_gets_through(junk: bytes, cuts: list[int]) -> None:
    """The first may be swallowed by what the junk claimed to be; the stream is never lost for good."""
    data = b"Content-Length: x\r\n\r\n" + junk.replace(b"ontent", b"") + b"\r\n\r\n" + frame(b"one") + frame(b"two")
    found = feed(data, cuts)
    assert isinstance(found[0], Malformed)
    assert found[-1] == b"two"


def test_a_body_that_is_too_large_is_skipped() -> None:
    frames = Frames()
    size = 300 * 1024 * 1024
    (item,) = frames.feed(b"Content-Length: %d\r\n\r\n" % size)
    assert isinstance(item, Malformed)
    for _ in range(300):
        assert frames.feed(bytes(1024 * 1024)) == []
    assert frames.feed(frame(b"next")) == [b"next"]


async def test_reader_and_writer_pass_messages_and_end() -> None:
    source, sink = os.pipe()
    writer = Writer(sink)
    for number in range(1000):
        writer.write(frame(b"%d" % number))
    reader = Reader(source)
    found = []
    async with asyncio.timeout(60):
        async for item in reader.messages():
            found.append(item)
            if len(found) == 1000:
                writer.close()
                os.close(sink)
    os.close(source)
    assert found == [b"%d" % number for number in range(1000)]


async def test_a_writer_whose_reader_is_gone_says_so_once() -> None:
    source, sink = os.pipe()
    os.close(source)
    lost = asyncio.Event()
    loop = asyncio.get_running_loop()
    writer = Writer(sink, on_lost=lambda: loop.call_soon_threadsafe(lost.set))
    writer.write(b"x")
    async with asyncio.timeout(60):
        await lost.wait()
    writer.write(b"y")
    writer.close()
    os.close(sink)
