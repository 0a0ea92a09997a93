"""Bytes in, messages out, and back: the framing of the base protocol, and the two threads that own stdin and stdout.

Reading has a thread of its own, so no handler can starve it. So has writing: an editor that stops reading for a while
would otherwise stop the event loop with it.
"""

from __future__ import annotations

import asyncio
import os
import queue
import re
import threading
from collections.abc import AsyncIterator, Callable

import attrs

_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,15})[ \t]*(?=\r?\n|$)", re.IGNORECASE)
_NEXT = re.compile(rb"content-length:", re.IGNORECASE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_MAX_HEADER_BYTES = 8192
"""The headers of one message take about 60 bytes; more than this is no header."""
_MAX_BODY_BYTES = 256 * 1024 * 1024
"""A message that claims more is skipped: it would take the memory of the whole machine."""
_READ_BYTES = 1 << 16
_READ_AHEAD = 8
"""Chunks that may wait for the event loop before the reader stops reading, so a flood does not fill the memory."""
_DRAIN_S = 2.0
"""Longest wait for the last answers to leave; the editor may be gone."""


@attrs.frozen
class Malformed:
    """Bytes that are no message."""

    reason: str


class Frames:
    """Cuts a stream of bytes into bodies. After bytes that make no sense it goes on at the next header it can find."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skip = 0
        self._lost = False

    def feed(self, data: bytes) -> list[bytes | Malformed]:
        """Take ``data`` and return the bodies that are whole now, in order."""
        self._buffer += data
        found: list[bytes | Malformed] = []
        while (item := self._next()) is not None:
            found.append(item)
        return found

    def _next(self) -> bytes | Malformed | None:
        buffer = self._buffer
        if self._skip:
            self._skip -= self._drop(min(self._skip, len(buffer)))
            if self._skip:
                return None
        if self._lost and not self._found_header():
            return None
        end = _HEADER_END.search(buffer, 0, _MAX_HEADER_BYTES + 4)
        if end is None:
            return self._lose("there are no headers") if len(buffer) > _MAX_HEADER_BYTES else None
        lengths = _LENGTH.findall(buffer, 0, end.end())
        if not lengths:
            self._drop(end.end())
            return self._lose("the headers have no usable Content-Length")
        length = int(lengths[-1])
        if length > _MAX_BODY_BYTES:
            self._drop(end.end())
            self._skip = length
            return Malformed(f"the message is larger than {_MAX_BODY_BYTES} bytes")
        if len(buffer) < end.end() + length:
            return None
        body = bytes(buffer[end.end() : end.end() + length])
        self._drop(end.end() + length)
        return body

    def _lose(self, reason: str) -> Malformed:
        self._lost = True
        return Malformed(reason)

    def _found_header(self) -> bool:
        """Drop bytes up to the next header; keep what may be the start of one."""
        match = _NEXT.search(self._buffer)
        if match is None:
            self._drop(max(0, len(self._buffer) - len(b"content-length:")))
            return False
        self._drop(match.start())
        self._lost = False
        return True

    def _drop(self, count: int) -> int:
        del self._buffer[:count]
        return count


class Reader:
    """Reads a file descriptor in a thread and yields messages in the event loop."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(_READ_AHEAD)

    async def messages(self) -> AsyncIterator[bytes | Malformed]:
        """Every message, until the other side closes."""
        loop = asyncio.get_running_loop()
        # A daemon, because a blocked read cannot be ended; it reads the descriptor itself, because a buffered file
        # object would be locked by it when the interpreter ends.
        threading.Thread(target=self._read, args=(loop,), name="stdin", daemon=True).start()
        frames = Frames()
        while data := await self._chunks.get():
            self._room.release()
            for item in frames.feed(data):
                yield item

    def stop(self) -> None:
        """End :meth:`messages` as if the other side had closed."""
        self._chunks.put_nowait(b"")

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        data = b"-"
        while data:
            self._room.acquire()
            try:
                data = os.read(self._fd, _READ_BYTES)
            except OSError:
                data = b""
            try:
                loop.call_soon_threadsafe(self._chunks.put_nowait, data)
            except RuntimeError:  # The loop has ended.
                return


class Writer:
    """Writes to a file descriptor in a thread, in the order of the calls."""

    def __init__(self, fd: int, on_lost: Callable[[], None] = lambda: None) -> None:
        self._fd = fd
        self._on_lost = on_lost
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="stdout", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Send ``data`` after all that was sent before; returns at once."""
        self._queue.put(data)

    def close(self) -> None:
        """Wait until all is written, but not for ever."""
        self._queue.put(None)
        self._thread.join(_DRAIN_S)

    def _write(self) -> None:
        while (data := self._queue.get()) is not None:
            view = memoryview(data)
            try:
                while view:
                    view = view[os.write(self._fd, view) :]
            except OSError:
                self._on_lost()
                return
