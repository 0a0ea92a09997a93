"""JSON over HTTP and server-sent events, every wait with a deadline, every failure a Hearth error.

Redirects are not followed: they would carry the user's code and key to an address that nobody chose. On the loopback
address proxies are not used, whatever the environment says, because a proxy is another machine.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hearth.core.aio import closing
from hearth.core.errors import ProviderAuth, ProviderUnavailable

from .faults import Endpoint, broken, from_object, from_status, mapped
from .resilience import Waits

if TYPE_CHECKING:
    import httpx2

MAX_EVENT_BYTES = 4 * 2**20
"""One event. Tokens take some hundred bytes; llama-server's last event repeats the whole prompt."""
_MAX_BODY_BYTES = 64 * 2**20
"""One answer that is no stream. The largest are embeddings of a batch of texts."""
_KEPT_CONNECTIONS = 8
_KEPT_S = 4.0
"""Idle connections are dropped before uvicorn's and llama-server's own 5 s, so that no request meets a closing one."""
DONE = "[DONE]"
"""What ends a stream of the OpenAI API."""


class Http:
    """A client for one endpoint. Opens nothing before the first request."""

    def __init__(self, where: Endpoint, key: str = "", waits: Waits | None = None) -> None:
        self.where = where
        self.waits = waits or Waits()
        self._key = key.strip()
        self._client: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        wait_s: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON answer to one request. Raises HearthError, or Transient where a retry may help."""
        wait_s = wait_s or self.waits.call_s
        client = await self._open()
        with mapped(self.where, wait_s, "answer"):
            async with asyncio.timeout(wait_s):
                response = await self._send(client, method, url, body, headers)
                async with aclosing(response):
                    content = await self._body(response)
        if not response.is_success:
            raise from_status(self.where, response.status_code, content, response.headers)
        return self._json(content)

    async def events(
        self, url: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[dict[str, Any] | str]:
        """The objects of an event stream, and :data:`DONE` if it says so.

        A server that cannot stream and answers at once with one object gives just that. Raises HearthError, or
        Transient where a retry may help. Closing the generator closes the connection.
        """
        client = await self._open()
        wait_s = self.waits.answer_s
        with mapped(self.where, wait_s, "answer"):
            async with asyncio.timeout(wait_s):
                response = await self._send(client, "POST", url, body, headers)
        async with aclosing(response), aclosing(self._objects(response)) as objects:
            while True:
                # Each wait has its own deadline, and none is open while the value is used.
                with mapped(self.where, wait_s, "next piece of its answer"):
                    try:
                        async with asyncio.timeout(wait_s):
                            value = await anext(objects)
                    except StopAsyncIteration:
                        return
                yield value

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        async with self._opening:
            client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _objects(self, response: httpx2.Response) -> AsyncGenerator[dict[str, Any] | str]:
        if not response.is_success:
            raise from_status(self.where, response.status_code, await self._body(response), response.headers)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            yield self._object(await self._body(response))
            yield DONE
            return
        import httpx2  # noqa: PLC0415

        # Event streams are UTF-8 by their standard, whatever a server writes into its header.
        response.encoding = "utf-8"
        source = httpx2.EventSource(response, max_event_size=MAX_EVENT_BYTES)
        async with closing(aiter(source)) as events:
            async for event in events:
                if not event.data:
                    continue
                if event.data.strip() == DONE:
                    yield DONE
                    return
                yield self._object(event.data)

    def _object(self, data: str | bytes) -> dict[str, Any]:
        value = self._json(data)
        if not isinstance(value, dict):
            raise broken(self.where, "sent an answer that is no JSON object")
        if value.get("error"):
            raise from_object(self.where, value["error"])
        return value

    def _json(self, data: str | bytes) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise broken(self.where, "sent an answer that is no JSON") from error

    async def _body(self, response: httpx2.Response) -> bytes:
        parts, size = [], 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > _MAX_BODY_BYTES:
                raise broken(self.where, f"sent an answer of over {_MAX_BODY_BYTES:,} bytes")
            parts.append(part)
        return b"".join(parts)

    async def _send(
        self, client: httpx2.AsyncClient, method: str, url: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        return await client.send(client.build_request(method, url, json=body, headers=headers), stream=True)

    async def _open(self) -> httpx2.AsyncClient:
        if self._client is not None:
            return self._client
        # Importing httpx2 and reading certificates takes a tenth of a second, too long for the event loop.
        async with self._opening:
            if self._closed:
                raise ProviderUnavailable(f"The connection to {self.where.address} was closed.", hint="Ask again.")
            client = self._client = await asyncio.to_thread(self._once)
        return client

    def _once(self) -> httpx2.AsyncClient:
        return self._client or self._new()

    def _new(self) -> httpx2.AsyncClient:
        import httpx2  # noqa: PLC0415

        if not (self._key.isascii() and self._key.isprintable()):
            raise ProviderAuth("The key holds characters that no key can hold.", hint=self.where.key_hint)
        address = urlsplit(self.where.address)
        with mapped(self.where, self.waits.connect_s, "connection"):
            return httpx2.AsyncClient(
                headers={"Authorization": f"Bearer {self._key}"} if self._key else None,
                timeout=httpx2.Timeout(self.waits.answer_s, connect=self.waits.connect_s),
                limits=httpx2.Limits(
                    max_connections=None, max_keepalive_connections=_KEPT_CONNECTIONS, keepalive_expiry=_KEPT_S
                ),
                trust_env=not is_loopback(address.hostname or ""),
                verify=address.scheme == "https",
            )


def is_loopback(host: str) -> bool:
    """Does ``host`` name this machine?"""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
