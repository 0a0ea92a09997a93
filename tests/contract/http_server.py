"""A small HTTP/1.1 server for tests, down to the bytes: it can be as faithful or as broken as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs

_WATCH_S = 0.005


@attrs.frozen
class Request:
    """One request, read whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class Reply:
    """Writes an answer. A chunked one is begun by ``start`` and goes on with ``send``."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._chunked = False
        self.started = False

    async def raw(self, data: bytes) -> None:
        """These very bytes."""
        self.started = True
        self._writer.write(data)
        await self._writer.drain()

    async def whole(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """Status, headers and body at once."""
        fields = {"content-type": kind, "content-length": str(len(body))}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        await self.raw(_head(status, fields) + body)

    async def json(self, value: Any, status: int = 200, **headers: str) -> None:
        await self.whole(status, json.dumps(value).encode(), **headers)

    async def start(self, kind: str = "text/event-stream", status: int = 200) -> None:
        """Head of a chunked answer."""
        self._chunked = True
        await self.raw(_head(status, {"content-type": kind, "transfer-encoding": "chunked"}))

    async def send(self, data: bytes) -> None:
        """One chunk of it."""
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    async def event(self, value: Any) -> None:
        """One server-sent event."""
        text = value if isinstance(value, str) else json.dumps(value)
        await self.send(f"data: {text}\n\n".encode())

    async def finish(self) -> None:
        """The last chunk of a chunked answer."""
        if self._chunked:
            await self.raw(b"0\r\n\r\n")

    def abort(self) -> None:
        """Close the connection as a crash would."""
        self._writer.transport.abort()


Handler = Callable[[Request, Reply], Awaitable[None]]


class Server:
    """What a test sees of a running server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[Request] = []
        self.active = 0
        """Requests that are being answered."""
        self.hung_up = 0
        """Requests whose client closed the connection before the answer was complete."""

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


@asynccontextmanager
async def serve(handler: Handler, port: int = 0) -> AsyncIterator[Server]:
    """Run ``handler`` for each request; it is cancelled when its client hangs up."""
    tasks: set[asyncio.Task[None]] = set()
    server: Server

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while request := await _read(reader):
                server.requests.append(request)
                if not await _answered(server, handler, request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            # The end of the server; asyncio would log it as an error of the connection.
            pass
        finally:
            tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    listener = await asyncio.start_server(connected, "127.0.0.1", port)
    server = Server(listener.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


async def _answered(
    server: Server, handler: Handler, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Answer one request; True if the connection can take another."""
    reply = Reply(writer)
    server.active += 1
    work = asyncio.ensure_future(handler(request, reply))
    gone = asyncio.ensure_future(_hung_up(reader))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            server.hung_up += 1
            return False
        try:
            work.result()
            await reply.finish()
        except ConnectionError:
            server.hung_up += 1
            raise
        return not writer.is_closing()
    finally:
        for each in (work, gone):
            each.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)
        server.active -= 1


async def _hung_up(reader: asyncio.StreamReader) -> None:
    """Returns when the client has closed its side. Reading would tell sooner, and eat the next request."""
    while not reader.at_eof():  # noqa: ASYNC110 - a stream has no event for its end
        await asyncio.sleep(_WATCH_S)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
