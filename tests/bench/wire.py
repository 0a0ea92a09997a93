"""A language client that does nothing but send and read, so that what is measured is the server."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

import attrs

PATIENCE_S = 120
"""A server that has not done its part by then is ended, and the bench fails instead of hanging."""

ACTIONS: dict[str, Any] = {
    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor"]}},
    "dataSupport": True,
    "resolveSupport": {"properties": ["edit"]},
}
CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"synchronization": {"dynamicRegistration": False}, "inlineCompletion": {}, "codeAction": ACTIONS},
    "workspace": {"workspaceFolders": True},
}


class ServerFailedError(RuntimeError):
    """The server ended, or answered with an error; its log is in the message."""


@attrs.define
class Client:
    """One server process and the pipe to it."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    number: int = 0

    @classmethod
    @contextlib.contextmanager
    def running(cls, command: Sequence[str], environ: Mapping[str, str] | None = None) -> Iterator[Self]:
        """Start a server, and end it."""
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(environ or {})},
            )
            watch = threading.Timer(PATIENCE_S, process.kill)
            watch.daemon = True
            watch.start()
            try:
                yield cls(process, errors)
            finally:
                watch.cancel()
                process.kill()
                process.communicate()

    def initialize(self, root: Path, options: Mapping[str, Any] | None = None) -> float:
        """``initialize`` and ``initialized``; returns when the answer was read, by ``time.perf_counter``."""
        params = {
            "processId": os.getpid(),
            "clientInfo": {"name": "bench"},
            "rootUri": root.as_uri(),
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
            "capabilities": CAPABILITIES,
            "initializationOptions": options or {},
        }
        self.request("initialize", params)
        answered = time.perf_counter()
        self.write({"method": "initialized", "params": {}})
        return answered

    def request(self, method: str, params: Any, before: Sequence[Mapping[str, Any]] = ()) -> Any:
        """Send a request, behind the notifications in ``before`` and in one write with them; wait for its result."""
        self.number += 1
        self.write(*before, {"id": self.number, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == self.number and "method" not in message:
                if "error" in message:
                    raise ServerFailedError(f"{method}: {message['error']}\n{self.log()}")
                return message["result"]

    def read(self) -> dict[str, Any]:
        """The next message; requests of the server are answered with null on the way."""
        while True:
            message = self._read()
            if "id" not in message or "method" not in message:
                return message
            self.write({"id": message["id"], "result": None})

    def write(self, *messages: Mapping[str, Any]) -> None:
        """Send messages at once."""
        assert self.process.stdin is not None
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        self.process.stdin.write(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies))
        self.process.stdin.flush()

    def log(self) -> str:
        """The end of what the server wrote to stderr."""
        self.errors.seek(0)
        return self.errors.read()[-4000:].decode(errors="replace")

    def whole_log(self) -> bytes:
        """All that the server wrote to stderr so far. The server writes where its own last line ends."""
        return os.pread(self.errors.fileno(), os.fstat(self.errors.fileno()).st_size, 0)

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = self.process.stdout.read(length) if length else b""
        if not body:
            raise ServerFailedError(f"The server ended with {self.process.poll()}.\n{self.log()}")
        message: dict[str, Any] = json.loads(body)
        return message
