"""The server object: pygls's, with one session, our own loop and our own threads for stdin and stdout."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lt
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from .clients import profile_of
from .errors import Code
from .handlers import actions, register_all
from .parent import wait_for_end
from .rpc import Protocol
from .services import Services
from .wire import Malformed, Reader, Writer

if TYPE_CHECKING:
    from .session import Session

log = logging.getLogger(__name__)

_HEAD_START_S = 0.002
"""For the answer of ``initialize`` to leave before the rest of the server is imported."""
_CLOSE_S = 5.0
"""Longest wait for open work when the editor goes; what is left then ends with the process."""


class HearthServer(LanguageServer):
    """Serves one client over one pair of pipes."""

    protocol: Protocol

    def __init__(self, services: Services) -> None:
        super().__init__(
            "hearth", services.version, protocol_cls=Protocol, converter_factory=default_converter, max_workers=1
        )
        self._services = services
        self._session: Session | None = None
        self._make_session: Callable[[], Session] | None = None
        self._exit_code: int | None = None
        self._reader: Reader | None = None
        register_all(self)

    @property
    def session(self) -> Session:
        """The session, made on first use after ``initialize``: its modules take longer to import than to answer."""
        if self._session is None:
            if self._make_session is None:
                raise RuntimeError("no session before initialize")
            self._session = self._make_session()
        return self._session

    async def run(self, reader: Reader, writer: Writer) -> int:
        """Serve until ``exit`` or until the client is gone; returns the exit code."""
        self._reader = reader
        self.protocol.set_writer(writer)
        async for item in reader.messages():
            if isinstance(item, Malformed):
                self.protocol.reject(Code.PARSE, f"Cannot read the message: {item.reason}.")
            else:
                self.protocol.receive(item)
            if self._exit_code is not None:
                break
            # The task of a request takes its first step before the next message is handled: it sees the document as
            # it was when the client asked.
            await asyncio.sleep(0)
        await self._close()
        self.protocol.flush()
        return self.protocol.end_code() if self._exit_code is None else self._exit_code

    def begin(self, params: lt.InitializeParams, result: lt.InitializeResult) -> None:
        """Begin the session that ``initialize`` asks for; corrects what is announced to this client."""
        encoding = result.capabilities.position_encoding
        agreed = encoding.value if isinstance(encoding, lt.PositionEncodingKind) else encoding
        profile = profile_of(params)
        agreed = profile.counts or agreed
        if profile.inline_completion:
            result.capabilities.completion_provider = None
        actions.announce(result.capabilities, profile)
        if profile.loses_behind_answers:
            self.protocol.keep_apart()

        def make() -> Session:
            from .session import Session  # noqa: PLC0415

            session = Session(self._services, self.protocol, profile, params, agreed)
            session.tasks.start(self._end_with(params.process_id), "follow the editor")
            return session

        self._make_session = make
        asyncio.get_running_loop().call_later(_HEAD_START_S, lambda: self.session)

    def end(self, code: int) -> None:
        """End with ``code`` after the current message."""
        self._exit_code = code

    def lose(self, method: str, params: Any) -> None:
        """A notification could not be read. If it was an edit, its document is no longer what the editor has."""
        document = params.get("textDocument") if isinstance(params, Mapping) else None
        uri = document.get("uri") if isinstance(document, Mapping) else None
        if method == lt.TEXT_DOCUMENT_DID_CHANGE and isinstance(uri, str):
            log.warning("a document is not followed any more until it is opened again")
            self.session.documents.close(uri)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log it; pygls would open a message box."""
        log.error("%s: %s", source.__name__, type(error).__name__, exc_info=error)

    async def _end_with(self, pid: int | None) -> None:
        await wait_for_end(pid)
        log.warning("the editor has ended without a word")
        if self._reader is not None:
            self._reader.stop()

    async def _close(self) -> None:
        if self._session is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._session.close()
        except TimeoutError:
            log.warning("some work did not end in time")
