"""Who may talk to the engine: programs of this user that know the token, and no web page."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HOSTS = frozenset({"127.0.0.1", "localhost"})

MAX_BODY_BYTES = 32_000_000
"""Largest request: more text than any window holds."""


class Guard:
    """Refuses requests without the token, from a browser (any Origin), or by a foreign Host name (DNS rebinding)."""

    def __init__(self, app: App, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and (refusal := self._refusal(Headers(scope=scope))):
            status, message = refusal
            body = {"error": {"message": message, "type": "auth", "code": "auth", "hint": ""}}
            headers = {"www-authenticate": "Bearer"} if status == 401 else None
            await JSONResponse(body, status, headers)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "").rsplit(":", 1)[0]
        if host not in _HOSTS:
            return 403, "the engine answers only to its loopback address."
        if "origin" in headers:
            return 403, "the engine does not answer web pages."
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token.encode()):
            return (
                401,
                "a bearer token is needed; it stands in the engine's runtime file, which only its user can read.",
            )
        if headers.get("content-length", "0").isdecimal() and int(headers.get("content-length", "0")) > MAX_BODY_BYTES:
            return 413, f"the request is larger than {MAX_BODY_BYTES} bytes."
        return None
