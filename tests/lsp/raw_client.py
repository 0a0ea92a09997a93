"""A client made of nothing but JSON and pipes: it can send what no library would."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from conformance.traffic import Traffic
from hearth.lsp.wire import Frames

SERVER = [sys.executable, "-m", "hearth.app"]
DEADLINE_S = 60.0
"""Longest wait for anything; far above what is needed, so a busy machine fails no test."""

Message = dict[str, Any]


class Client:
    """One server process. Requests of the server are answered with null unless ``answers`` says otherwise.

    At its end all that the server said is checked against the meta model of LSP and what this client announced.
    """

    def __init__(self, home: Path, env: dict[str, str] | None = None, command: list[str] | None = None) -> None:
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.silent: set[str] = set()
        self.inbox: list[Message] = []
        self._queue: queue.Queue[Message | None] = queue.Queue()
        self._ids = itertools.count(1)
        self._frames = Frames()
        self.traffic = Traffic()
        environ = {key: value for key, value in os.environ.items() if not key.startswith("HEARTH_")}
        # An indexer is a process that outlives its window for a while; the tests of it ask for one.
        quiet = {"PYTHONWARNINGS": "error", "HEARTH_INDEX__ENABLED": "false"}
        environ |= {"HEARTH_HOME": str(home), **quiet, **(env or {})}
        self._stderr = (home / "stderr.txt").open("w+b")
        self.process = subprocess.Popen(
            command or SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, env=environ
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.process.kill()
        self.process.wait(DEADLINE_S)
        self._thread.join(DEADLINE_S)
        for stream in (self.process.stdin, self.process.stdout, self._stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        assert kind is not None or not self.traffic.faults, self.traffic.faults

    def stderr(self) -> str:
        """What the server logged so far."""
        return Path(self._stderr.name).read_text(encoding="utf-8", errors="replace")

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        for each in self._frames.feed(data):
            if isinstance(each, bytes):
                with contextlib.suppress(ValueError, RecursionError):
                    self.traffic.from_client(json.loads(each))
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """Send a message."""
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send_together(self, *messages: Message) -> None:
        """Send messages so that they arrive in one read."""
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        self.raw(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies))

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request and return its id."""
        number = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def request(self, method: str, params: Any = None) -> Any:
        """Send a request and return its result; fails on an error."""
        answer = self.answer(self.ask(method, params))
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def answer(self, number: int | str | None) -> Message:
        """The response with this id."""
        return self.wait(lambda message: "method" not in message and message.get("id") == number)

    def notification(self, method: str, matches: Callable[[Any], bool] = lambda _: True) -> Any:
        """Params of the next notification (or request of the server) called ``method``."""
        return self.wait(lambda message: message.get("method") == method and matches(message.get("params")))["params"]

    def wait(self, matches: Callable[[Message], bool]) -> Message:
        """The first message, received or still to come, that matches; it is taken out of the inbox."""
        end = time.monotonic() + DEADLINE_S
        while True:
            for index, message in enumerate(self.inbox):
                if matches(message):
                    return self.inbox.pop(index)
            try:
                received = self._queue.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no such message; received {self.inbox}; log: {self.stderr()}") from None
            if received is None:
                raise AssertionError(f"the server ended; received {self.inbox}; log: {self.stderr()}")
            self.inbox.append(received)

    def settle(self) -> list[Message]:
        """All messages that the server sent before it answered one more request; they stay in the inbox."""
        self.request("hearth/status", {})
        return self.inbox

    def initialize(self, recorded: Message | None = None, **changes: Any) -> Any:
        """``initialize`` and ``initialized``; returns the result."""
        params = {"processId": None, "rootUri": None, "capabilities": {}, **(recorded or {}), **changes}
        result = self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        """``didOpen``."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def exit(self) -> int:
        """``shutdown`` and ``exit``; returns the exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(DEADLINE_S)

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                assert name.lower() in (b"content-length", b"content-type"), line
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            message = json.loads(stream.read(length))
            self.traffic.from_server(message)
            if "method" in message and "id" in message and message["method"] not in self.silent:
                reply = self.answers.get(message["method"], lambda _: None)(message.get("params"))
                with contextlib.suppress(BrokenPipeError):  # The server may end while it is answered.
                    self.send({"jsonrpc": "2.0", "id": message["id"], "result": reply})
            self._queue.put(message)
        self._queue.put(None)
