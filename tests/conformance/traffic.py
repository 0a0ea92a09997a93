"""Checks what a server says in one session: each message by itself, and what goes before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from lsprotocol import types as lt

from hearth.lsp.protocol import MESSAGES, Direction

from . import allowed
from .meta import problems

Message = dict[str, Any]

_OWN_TO_CLIENT = {each.method: each for each in MESSAGES if each.direction is Direction.NOTIFICATION_TO_CLIENT}
_OWN_RESULTS = {each.method: each.result for each in MESSAGES if each.direction is Direction.REQUEST_TO_SERVER}
_LOWEST, _HIGHEST = -(2**31), 2**31 - 1
_PROGRESS: Mapping[str, Any] = {
    "begin": lt.WorkDoneProgressBegin, "report": lt.WorkDoneProgressReport, "end": lt.WorkDoneProgressEnd,
}  # fmt: skip


class Traffic:
    """One session. Give it every message of both sides, in the order in which they were sent; for any thread."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        """What the server did wrong."""
        self.methods: set[str] = set()
        """What it sent, and what it was asked."""
        self._lock = threading.Lock()
        self._client = allowed.Client({})
        self._asked: dict[Any, list[str]] = {}
        """Methods by their ids; a client may use one twice."""
        self._asked_back: dict[Any, str] = {}
        self._ready = False
        self._tokens: dict[Any, str] = {}
        """Progress by its token: what was sent last of it."""

    def from_client(self, message: Any) -> None:
        """A message of the editor. What it gets wrong is its own business."""
        if not isinstance(message, dict):
            return
        with self._lock:
            method, params = message.get("method"), message.get("params")
            if isinstance(method, str) and "id" in message and isinstance(message["id"], int | str):
                self._asked.setdefault(message["id"], []).append(method)
            elif "id" in message and isinstance(message["id"], int | str):
                self._asked_back.pop(message["id"], None)
            if method == "initialize" and isinstance(params, dict) and not self._ready:
                self._client = allowed.Client(params)
            if isinstance(params, dict):
                for name in ("workDoneToken", "partialResultToken"):
                    if isinstance(params.get(name), int | str):
                        self._tokens[params[name]] = name

    def from_server(self, message: Any) -> None:
        """A message of the server."""
        with self._lock:
            try:
                self.faults += self._of(message)
            except (KeyError, TypeError, AttributeError) as error:
                self.faults.append(f"{error!r} in {str(message)[:300]}")

    def _of(self, message: Any) -> Iterator[str]:
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            yield f"this is no message: {str(message)[:300]}"
        elif "method" in message:
            yield from self._call(message)
        else:
            yield from self._answer(message)

    def _call(self, message: Message) -> Iterator[str]:
        method, params = message["method"], message.get("params")
        self.methods.add(method)
        for key in message.keys() - {"jsonrpc", "id", "method", "params"}:
            yield f"{method} with a field {key}"
        if "id" in message:
            if message["id"] in self._asked_back:
                yield f"{method}: the id {message['id']} is in use"
            self._asked_back[message["id"]] = method
        if not self._ready and method not in allowed.BEFORE_THE_ANSWER:
            started = method == "$/progress" and params["token"] == self._client.token
            if not started:
                yield f"{method} before the answer to initialize"
        found = list(problems(params, self._params(method), f"{method}: params"))
        if ("id" in message) is not self._is_request(method):
            found.append(f"{method}: the meta model has it otherwise")
        yield from found
        if not found:
            yield from allowed.sent(self._client, method, params)
            yield from self._progress(method, params)

    def _answer(self, message: Message) -> Iterator[str]:
        number = message.get("id")
        for key in message.keys() - {"jsonrpc", "id", "result", "error"}:
            yield f"an answer with a field {key}"
        if ("result" in message) is ("error" in message):
            yield f"an answer with both or none of result and error: {message.keys()}"
        if number is None and "error" in message:
            return  # Of what could not be read.
        if not self._asked.get(number):
            yield f"an answer to {number!r}, which was not asked"
            return
        method = self._asked[number].pop()
        self.methods.add(method)
        if "error" in message:
            yield from problems(message["error"], lt.ResponseError, f"{method}: error")
            return
        result = message["result"]
        found = list(problems(result, self._result(method), f"{method}: result"))
        yield from found
        if not found:
            yield from allowed.answered(self._client, method, result)
        if method == "initialize":
            self._ready = True

    def _progress(self, method: str, params: Any) -> Iterator[str]:
        if method == "window/workDoneProgress/create":
            if params["token"] in self._tokens:
                yield f"the token {params['token']} is in use"
            self._tokens[params["token"]] = "created"
        if method != "$/progress":
            return
        token, value = params["token"], params["value"]
        before = self._tokens.get(token)
        if before is None:
            yield f"$/progress of {token}, which nobody created"
        if before == "partialResultToken":
            return
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind not in _PROGRESS:
            yield f"$/progress with the kind {kind}"
            return
        yield from problems(value, _PROGRESS[kind], f"$/progress {kind}")
        if before not in (("created", "workDoneToken") if kind == "begin" else ("begin", "report")):
            yield f"$/progress {kind} after {before}"
        self._tokens[token] = kind

    def _params(self, method: str) -> Any:
        if method in _OWN_TO_CLIENT:
            return _OWN_TO_CLIENT[method].params
        return lt.METHOD_TO_TYPES[method][2] if method in lt.METHOD_TO_TYPES else Any

    def _is_request(self, method: str) -> bool:
        return method in lt.METHOD_TO_TYPES and lt.METHOD_TO_TYPES[method][1] is not None

    def _result(self, method: str) -> Any:
        if method in _OWN_RESULTS:
            return _OWN_RESULTS[method]
        kinds = lt.METHOD_TO_TYPES.get(method)
        if kinds is None or kinds[1] is None:
            return Any
        return attrs.fields(kinds[1]).result.type
