"""From what went wrong on the wire to an error that says what to do.

httpx2 is imported inside the functions: they run only when it is loaded already.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from hearth.core import errors
from hearth.core.errors import (
    ContextTooLong,
    HearthError,
    ModelLacks,
    ModelNotFound,
    ProviderAuth,
    ProviderBroken,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    RequestError,
)

_QUOTED_CHARS = 300
"""Most of a server's own words that an error repeats: enough for a sentence, not for a web page."""

_TOO_LONG = re.compile(
    r"context (?:size|length|window)|exceeds? the (?:available )?context|maximum context", re.IGNORECASE
)
_NO_MODEL = re.compile(r"model\b.*\b(?:not found|not exist|unknown|no such)|no such model", re.IGNORECASE | re.DOTALL)

_KEY_TROUBLE, _NO_SUCH_CALL = (401, 403), (404, 405)
NOT_FOUND, BUSY, NOT_IMPLEMENTED = 404, 429, 501
_SERVER_ERROR = 500
_PASSING = (BUSY, 502, 503, 504)
"""A busy or still loading server, or a gateway before one: another try may succeed."""


def _tree(root: type[HearthError]) -> Iterator[type[HearthError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


_BY_CODE = {kind.code: kind for kind in _tree(errors.HearthError)}
_WIRE_ROOTS = (errors.ModelError, errors.RequestError, errors.EngineError, errors.ProviderError)
"""What a server may say of itself; it has no say about this program's settings."""


def kind_of(code: str) -> type[HearthError] | None:
    """The error class with this code, or None."""
    return _BY_CODE.get(code)


@attrs.frozen
class Endpoint:
    """Where requests go, in words for a person."""

    what: str
    """The server's name, such as "The model server"."""
    address: str
    start_hint: str
    """What to do when nothing answers."""
    key_hint: str
    """What to do when the key is refused."""


class Transient(Exception):
    """A failure that another try may mend. It never leaves this package: ``error`` is raised in its place."""

    def __init__(self, error: HearthError, after_s: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.after_s = after_s
        """Seconds that the server asks to wait; None if it does not say."""


def from_status(where: Endpoint, status: int, body: bytes, headers: Mapping[str, str]) -> Exception:
    """The error for an HTTP answer that is not 2xx; :class:`Transient` around it where a retry may help."""
    code, message, hint = _said(body)
    # An unknown address says something about the server, not about the request that Hearth's engine blames; and what
    # to do about a key is known here better than there.
    plain = status in _KEY_TROUBLE or (status in _NO_SUCH_CALL and code == RequestError.code)
    known = None if plain else _known(code, message, hint)
    error = known or _by_status(where, status, code, message)
    if status in _PASSING:
        return Transient(error, _retry_after(headers))
    return error


def from_object(where: Endpoint, value: Any) -> HearthError:
    """The error for an ``error`` object in the midst of a stream."""
    code, message, hint = _parts(value)
    known = _known(code, message, hint)
    if known is not None:
        return known
    if _TOO_LONG.search(message) or "context_size" in code:
        return ContextTooLong(f"{where.what} says: {message}.", hint="Send less text, or raise the server's context.")
    return ProviderBroken(f"{where.what} at {where.address} failed: {message or 'no reason given'}.")


def broken(where: Endpoint, how: str) -> ProviderBroken:
    """An answer that is no answer. ``how`` completes "The server ..."."""
    return ProviderBroken(
        f"{where.what} at {where.address} {how}.", hint="If it happens again, look at that server's log."
    )


def timeout(where: Endpoint, seconds: float, waited_for: str) -> ProviderTimeout:
    """It did not send ``waited_for`` within ``seconds``."""
    return ProviderTimeout(
        f"{where.what} at {where.address} sent no {waited_for} within {seconds:g} s.",
        hint="It may be busy with other requests; try again, or choose a smaller model.",
    )


@contextlib.contextmanager
def mapped(where: Endpoint, waits_s: float, waited_for: str) -> Iterator[None]:
    """Turn httpx2's exceptions, and ``TimeoutError``, inside the block into Hearth's. Cancellation passes through."""
    import httpx2  # noqa: PLC0415

    try:
        yield
    except httpx2.ConnectTimeout as error:
        raise _silent(where, "no connection in time") from error
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise timeout(where, waits_s, waited_for) from error
    except httpx2.ConnectError as error:
        raise Transient(_silent(where, str(error))) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.ProxyError) as error:
        raise _silent(where, str(error)) from error
    except httpx2.SSEError as error:
        raise broken(where, f"sent no stream of events ({error})") from error
    except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
        raise Transient(broken(where, "closed the connection before its answer was complete")) from error
    except (httpx2.HTTPError, httpx2.StreamError) as error:
        raise broken(where, f"sent an answer that cannot be read ({str(error) or type(error).__name__})") from error
    except RuntimeError as error:
        # httpx2 raises a bare RuntimeError for a request on a client that was closed meanwhile.
        if "closed" not in str(error):
            raise
        raise ProviderUnavailable(f"The connection to {where.address} was closed.", hint="Ask again.") from error


def _silent(where: Endpoint, why: str) -> ProviderUnavailable:
    reason = f" ({why.rstrip('.')[:_QUOTED_CHARS]})" if why else ""
    return ProviderUnavailable(f"Nothing answers at {where.address}{reason}.", hint=where.start_hint)


def _by_status(where: Endpoint, status: int, code: str, message: str) -> HearthError:
    said = f"HTTP {status}{f': {message}' if message else ''}"
    if status in _KEY_TROUBLE:
        return ProviderAuth(f"{where.what} at {where.address} refuses the key ({said}).", hint=where.key_hint)
    if _TOO_LONG.search(message) or "context_size" in code or code == "context_length_exceeded":
        return ContextTooLong(f"{where.what} says: {message}.", hint="Send less text, or raise the server's context.")
    if status == NOT_IMPLEMENTED:
        return ModelLacks(f"{where.what} at {where.address} cannot do this ({said}).", hint="Choose another model.")
    if status == NOT_FOUND and _NO_MODEL.search(message):
        return ModelNotFound(f"{where.what} at {where.address}: {message}.", hint="`hearth models` lists what it has.")
    if status == BUSY:
        return ProviderRefused(f"{where.what} at {where.address} has too much to do ({said}).", hint="Wait a moment.")
    if status >= _SERVER_ERROR:
        return ProviderBroken(f"{where.what} at {where.address} failed ({said}).", hint="Look at that server's log.")
    hint = "Check the base address in the settings." if status == NOT_FOUND or status < 400 else ""
    return ProviderRefused(f"{where.what} at {where.address} refuses the request ({said}).", hint=hint)


def _known(code: str, message: str, hint: str) -> HearthError | None:
    """Hearth's own engine sends the code and the hint of the error that it raised."""
    kind = _BY_CODE.get(code)
    if kind is None or not issubclass(kind, _WIRE_ROOTS):
        return None
    return kind(message.removesuffix(hint.rstrip(". ")).rstrip() or code, hint=hint)


def _said(body: bytes) -> tuple[str, str, str]:
    try:
        value = json.loads(body)
        return _parts(value.get("error", value.get("detail", value)) if isinstance(value, dict) else value)
    except (ValueError, RecursionError):
        text = " ".join(body.decode("utf-8", "replace").split())
        return "", "" if text.startswith("<") else text[:_QUOTED_CHARS], ""


def _parts(value: Any) -> tuple[str, str, str]:
    """(code, message, hint) of an error object; servers agree only on ``message``."""
    if not isinstance(value, dict):
        return "", str(value)[:_QUOTED_CHARS].rstrip(". \n"), ""
    code = next((str(value[key]) for key in ("code", "type") if isinstance(value.get(key), str) and value[key]), "")
    message = str(value.get("message") or value.get("error") or "")[:_QUOTED_CHARS].rstrip(". \n")
    hint = value.get("hint")
    return code, message, hint if isinstance(hint, str) else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds in a Retry-After header, a number or a date; None if there is none that can be read."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    import email.utils  # noqa: PLC0415 - slow to import, and dates are rare

    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
