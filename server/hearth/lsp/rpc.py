"""JSON-RPC over pygls, with its faults mended.

pygls 2.1.1 answers invalid params, unreadable JSON and requests after ``shutdown`` with silence, serves requests before
``initialize``, keeps a future for every notification, and logs what it sends. Each of these has a test in
``tests/lsp/test_faults.py``.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import json
import logging
from collections.abc import Generator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import cattrs
from lsprotocol import types as lt
from pygls.exceptions import JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method

from hearth.core.errors import HearthError

from . import codec
from .errors import Code, WireError, to_response
from .methods import PREFIX

if TYPE_CHECKING:
    from .apart import Apart
    from .server import HearthServer

log = logging.getLogger(__name__)

MessageId = int | str
_VERSION = "2.0"
_AGAIN_S = 2.0
"""So long is an answer waited for before a client that loses messages is asked again."""
_BEFORE_INITIALIZE = (lt.INITIALIZE, lt.EXIT)


class Protocol(LanguageServerProtocol):
    """Reads, dispatches and answers messages. One instance speaks with one client."""

    _server: HearthServer

    def __init__(self, server: HearthServer, converter: cattrs.Converter) -> None:
        self._initialized = False
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._apart: Apart | None = None
        super().__init__(server, converter)

    @property
    def converter(self) -> cattrs.Converter:
        """Between JSON and the types of LSP."""
        return self._converter

    def receive(self, body: bytes) -> None:
        """Handle the body of one message. Never raises."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self.reject(Code.PARSE, "The message is not JSON.")
            return
        if not isinstance(message, dict):
            self.reject(Code.INVALID_REQUEST, "A message is a JSON object; batches are not part of LSP.")
            return
        contextvars.copy_context().run(self._dispatch, message)

    def reject(self, code: Code, reason: str, message_id: MessageId | None = None) -> None:
        """Answer what cannot be handled."""
        log.warning("rejected a message: %s", reason)
        self._send_response(message_id, error=to_response(WireError(code, reason)))

    def notify(self, method: str, params: Any | None = None) -> None:
        """Send a notification."""
        self._send_data({"jsonrpc": _VERSION, "method": method, "params": params})

    async def ask(self, method: str, params: Any, timeout_s: float, *, repeatable: bool = False) -> Any:
        """Send a request to the client and return its answer as plain JSON.

        One that is ``repeatable`` does no harm when it is carried out twice: who loses messages is asked again.

        Raises :class:`TimeoutError` if no answer comes in time, and :class:`WireError` if it is an error. Unlike the
        futures of pygls this may be cancelled at any time; an answer that comes too late is dropped.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        again_s = _AGAIN_S if repeatable and self._apart is not None else None
        asked: list[str] = []
        try:
            async with asyncio.timeout(timeout_s):
                while not future.done():
                    asked.append(f"hearth-{next(self._numbers)}")
                    self._asked[asked[-1]] = future
                    self._send_data({"jsonrpc": _VERSION, "id": asked[-1], "method": method, "params": params})
                    await asyncio.wait((future,), timeout=again_s)
                return future.result()
        finally:
            future.cancel()
            for each in asked:
                del self._asked[each]

    def keep_apart(self) -> None:
        """From now on nothing is sent right behind an answer."""
        from .apart import Apart  # noqa: PLC0415 (few clients need it)

        self._apart = Apart(self._write)

    def flush(self) -> None:
        """Send what is kept back."""
        if self._apart is not None:
            self._apart.flush()

    def waiting(self) -> int:
        """Requests of either side that are not answered yet."""
        return len(self._request_futures) + len(self._asked)

    def end_code(self) -> int:
        """The exit code LSP asks for: 0 only after ``shutdown``."""
        return 0 if self._shutdown else 1

    def _dispatch(self, message: dict[str, Any]) -> None:
        method, has_id = message.get("method"), "id" in message
        message_id = message.get("id")
        valid_id = isinstance(message_id, int | str) and not isinstance(message_id, bool)
        if "method" not in message and has_id and ("result" in message or "error" in message):
            self._handle_answer(message)
        elif message.get("jsonrpc") != _VERSION or not isinstance(method, str) or (has_id and not valid_id):
            self.reject(
                Code.INVALID_REQUEST, "The message is no JSON-RPC 2.0 request.", message_id if valid_id else None
            )
        elif has_id:
            self._request(message_id, method, message)  # type: ignore[arg-type]
        else:
            self._notification(method, message)

    def _request(self, message_id: MessageId, method: str, message: dict[str, Any]) -> None:
        try:
            self._check_phase(method)
            if message_id in self._request_futures:
                raise WireError(Code.INVALID_REQUEST, "A request with this id is under way.")
            handler = self.fm.features.get(method) or self.fm.builtin_features.get(method)
            if handler is None:
                raise WireError(Code.METHOD_NOT_FOUND, f"There is no method {method!r}.")
            params = self._params(method, message)
        except WireError as error:
            self.reject(error.code, error.message, message_id)
            return
        self._ctx_msg_id.set(message_id)
        self._execute_handler(message_id, handler, partial(self._finish, message_id), args=(params,))

    def _notification(self, method: str, message: dict[str, Any]) -> None:
        if method == lt.CANCEL_REQUEST:
            self._cancel(message.get("params"))
            return
        handler = self.fm.features.get(method) or self.fm.builtin_features.get(method)
        if handler is None or (not self._initialized and method != lt.EXIT):
            log.debug("ignored notification %s", method)
            return
        try:
            params = self._params(method, message)
        except WireError as error:
            log.warning("ignored notification %s: %s", method, error.message)
            self._server.lose(method, message.get("params"))
            return
        key = f"notification-{next(self._numbers)}"
        self._execute_handler(key, handler, partial(self._finish_quietly, method), args=(params,))

    def _check_phase(self, method: str) -> None:
        if self._shutdown:
            raise WireError(Code.INVALID_REQUEST, "The server is shutting down.")
        if not self._initialized and method not in _BEFORE_INITIALIZE:
            raise WireError(Code.NOT_INITIALIZED, "The first request must be initialize.")
        if self._initialized and method == lt.INITIALIZE:
            raise WireError(Code.INVALID_REQUEST, "The server is initialized already.")

    def _params(self, method: str, message: dict[str, Any]) -> Any:
        """The typed params of a request or notification."""
        try:
            if method.startswith(PREFIX):
                from .protocol import FROM_CLIENT  # noqa: PLC0415  # Not needed for `initialize`.

                return codec.decode(FROM_CLIENT[method], message.get("params") or {}, self._converter)
            kind = self.get_message_type(method)
            return self._converter.structure(message, kind).params if kind else message.get("params")
        except codec.Mismatch as error:
            raise WireError(Code.INVALID_PARAMS, f"Invalid params of {method}: {error}.") from None
        except Exception as error:  # cattrs and attrs validators raise anything from KeyError to exception groups.
            raise WireError(Code.INVALID_PARAMS, f"Invalid params of {method}: {_reasons(error)}.") from None

    def _execute_handler(self, msg_id: Any, handler: Any, callback: Any, args: Any = None, kwargs: Any = None) -> None:
        def done(future: Any) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _finish(self, message_id: MessageId, future: Any) -> None:
        """Answer a request."""
        if future.cancelled():
            error: BaseException | None = WireError(Code.CANCELLED, "The request was cancelled.")
        else:
            error = future.exception()
        if error is None:
            self._send_response(message_id, result=future.result())
            return
        if isinstance(error, JsonRpcInvalidParams):
            error = WireError(Code.INVALID_PARAMS, error.message)
        if not isinstance(error, HearthError | WireError):
            log.error("request %s failed", message_id, exc_info=error)
        self._send_response(message_id, error=to_response(error))

    def _finish_quietly(self, method: str, future: Any) -> None:
        """Nothing answers a notification; what went wrong goes to the log."""
        if not future.cancelled() and (error := future.exception()) is not None:
            log.error("notification %s failed", method, exc_info=error)

    def _cancel(self, params: Any) -> None:
        message_id = params.get("id") if isinstance(params, Mapping) else None
        future = self._request_futures.get(message_id) if isinstance(message_id, int | str) else None
        if future is not None:
            future.cancel()

    def _handle_answer(self, message: dict[str, Any]) -> None:
        """Hand the client's answer to the coroutine that waits for it, if one still does."""
        message_id = message["id"]
        future = self._asked.get(message_id) if isinstance(message_id, str) else None
        if future is None or future.done():
            log.debug("dropped an answer that nobody waits for")
        elif message.get("error") is not None:
            future.set_exception(WireError(Code.REQUEST_FAILED, "The client answered with an error."))
        else:
            future.set_result(message.get("result"))

    def _send_response(
        self, msg_id: MessageId | None, result: Any | None = None, error: lt.ResponseError | None = None
    ) -> None:
        body = {"result": result} if error is None else {"error": error}
        self._send_data({"jsonrpc": _VERSION, "id": msg_id, **body})

    def _send_data(self, data: dict[str, Any]) -> None:
        if self.writer is None:
            return
        try:
            body = json.dumps(data, default=self._serialize_message).encode("ascii")
        except (TypeError, ValueError):
            log.exception("a message could not be written as JSON")
            return
        message = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        if self._apart is None:
            self._write(message)
        else:
            self._apart.write(message, is_answer="method" not in data)

    def _write(self, message: bytes) -> None:
        if self.writer is not None:
            self.writer.write(message)

    def _serialize_message(self, data: Any) -> Any:
        return codec.encode(data, self._converter) if attrs.has(type(data)) else super()._serialize_message(data)

    @lsp_method(lt.INITIALIZE)
    def lsp_initialize(self, params: lt.InitializeParams) -> Generator[Any, Any, lt.InitializeResult]:
        """Begin the session."""
        result = yield from super().lsp_initialize(params)
        self._server.begin(params, result)
        self._initialized = True
        return result

    @lsp_method(lt.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Cancel all work; from now on only ``exit`` is heard."""
        current = self.msg_id
        for message_id, future in list(self._request_futures.items()):
            if message_id != current:
                future.cancel()
        self._shutdown = True
        yield from ()

    @lsp_method(lt.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        """End the process: with 0 after ``shutdown``, else with 1."""
        self._server.end(self.end_code())
        yield from ()


def _reasons(error: Exception) -> str:
    """What is wrong, field by field, without the values."""
    try:
        return "; ".join(cattrs.transform_error(error, path="message"))
    except Exception:  # It knows the exceptions of cattrs only.
        return type(error).__name__
