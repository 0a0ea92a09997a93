"""A host of files for tests, on a thread of its own: it redirects as the real ones do, and can be as bad as any."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import attrs


@attrs.define
class Host:
    """What it holds and how it behaves."""

    content: bytes
    url: str = ""
    status: int = 200
    cut: list[int] = attrs.field(factory=list)
    """For each connection in turn: bytes after which it breaks."""
    ranges: bool = True
    open: threading.Event = attrs.field(factory=threading.Event)
    """While it is not set, the second half is held back."""
    asked: list[str] = attrs.field(factory=list)
    """The Range header of each request for the file; empty for none."""


@contextmanager
def host(content: bytes) -> Iterator[Host]:
    """Run one; its file is behind a redirect."""
    state = Host(content)
    state.open.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/model.gguf":
                self.send_response(302)
                self.send_header("Location", "/mirror/model.gguf")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self._file()

        def _file(self) -> None:
            asked = self.headers.get("Range", "")
            state.asked.append(asked)
            begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and state.ranges else 0
            body = state.content[begin:]
            status = state.status if state.status != 200 else 206 if begin else 200
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"one"')
            self.end_headers()
            if status >= 400:
                self.close_connection = True
                return
            half = len(body) if state.open.is_set() else len(body) // 2
            if state.cut:
                half = state.cut.pop(0)
                self.wfile.write(body[:half])
                self.close_connection = True
                return
            try:
                self.wfile.write(body[:half])
                self.wfile.flush()
                state.open.wait(60)
                self.wfile.write(body[half:])
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/model.gguf"
    try:
        yield state
    finally:
        state.open.set()
        server.shutdown()
        thread.join()
        server.server_close()
