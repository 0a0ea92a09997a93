"""A large file over HTTP, written to disk as it comes and held against its hash.

Unlike the calls of :mod:`.http`, redirects are followed, because hosts of files send to their mirrors; nothing of the
user's goes along. A connection that breaks is made again where it broke, as long as anything came over the last one.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

from hearth.core.errors import ModelInvalid, ProviderRefused, ProviderTimeout, ProviderUnavailable

from .http import is_loopback

if TYPE_CHECKING:
    import httpx2

_CONNECT_S = 15.0
_SILENCE_S = 60.0
"""Longest wait for the next bytes."""
_TRIES = 5
"""Connections in a row over which nothing came."""
_PAUSE_S = 1.0
_TELL_S = 0.2
_PIECE = 1 << 20
"""Bytes that are written at once."""
_PARTIAL, _OK = 206, 200
_PASSING = (429, 500, 502, 503, 504)


@attrs.frozen
class Progress:
    """Bytes that are there, of how many, and bytes a second so far."""

    done: int
    total: int
    speed: float


class _Broken(Exception):
    """The connection ended too early; another one may go on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def download(url: str, target: Path, *, sha256: str, size: int) -> AsyncGenerator[Progress]:
    """Write what is at ``url`` to ``target``, telling progress some five times a second.

    ``size`` is what it should have, in bytes: more is not written. Raises ProviderUnavailable, ProviderRefused,
    or ProviderTimeout if it cannot be had, ModelInvalid if it is another file, OSError if the disk does
    not take it. Whatever is in ``target`` then is the caller's to delete.
    """
    client = await asyncio.to_thread(_client, url)
    began, told, idle = time.monotonic(), 0.0, 0
    state = _State(hashlib.sha256(), size)
    try:
        sink = await asyncio.to_thread(target.open, "wb")
        try:
            while state.done < size:
                before = state.done
                try:
                    async with aclosing(_pieces(client, url, state, sink)) as pieces:
                        async for done in pieces:
                            now = time.monotonic()
                            if now - told >= _TELL_S:
                                told = now
                                yield Progress(done, size, done / max(1e-3, now - began))
                except _Broken as error:
                    idle = 0 if state.done > before else idle + 1
                    if idle >= _TRIES:
                        raise _gone(url, error.reason) from error
                    await asyncio.sleep(_PAUSE_S)
        finally:
            await asyncio.to_thread(sink.close)
    finally:
        await client.aclose()
    if state.digest.hexdigest() != sha256:
        raise ModelInvalid(
            f"What {urlsplit(url).hostname} sent is not the published file: its SHA-256 is {state.digest.hexdigest()}.",
            hint="Nothing was installed. Try again; if it happens again, do not use this source.",
        )
    yield Progress(size, size, size / max(1e-3, time.monotonic() - began))


def no_room(error: OSError) -> bool:
    """Whether the disk is full, or the user's share of it."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


@attrs.define
class _State:
    digest: hashlib._Hash
    size: int
    done: int = 0
    etag: str = ""


async def _pieces(client: httpx2.AsyncClient, url: str, state: _State, sink: IO[bytes]) -> AsyncGenerator[int]:
    """One connection's worth, from where the file ends so far; yields the bytes that have come in all."""
    import httpx2  # noqa: PLC0415

    headers = {"Accept-Encoding": "identity"}
    if state.done:
        headers["Range"] = f"bytes={state.done}-"
        if state.etag:
            headers["If-Range"] = state.etag
    try:
        async with asyncio.timeout(_SILENCE_S):
            response = await client.send(client.build_request("GET", url, headers=headers), stream=True)
        async with aclosing(response):
            _check(url, response)
            if state.done and response.status_code != _PARTIAL:
                await asyncio.to_thread(_again, state, sink)
            state.etag = response.headers.get("etag", "")
            gathered = bytearray()
            try:
                async with aclosing(response.aiter_bytes()) as parts:
                    while True:
                        try:
                            async with asyncio.timeout(_SILENCE_S):
                                gathered += await anext(parts)
                        except StopAsyncIteration:
                            break
                        if len(gathered) >= _PIECE:
                            await asyncio.to_thread(_take, state, sink, gathered)
                            gathered = bytearray()
                        yield state.done + len(gathered)
            except httpx2.HTTPError:
                await asyncio.to_thread(_take, state, sink, gathered)  # What came before it broke.
                raise
            await asyncio.to_thread(_take, state, sink, gathered)
            yield state.done
    except TimeoutError as error:
        raise ProviderTimeout(
            f"{urlsplit(url).hostname} sent nothing for {_SILENCE_S:g} s.", hint="Try again on a better connection."
        ) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.TooManyRedirects) as error:
        raise _gone(url, str(error)) from error
    except httpx2.HTTPError as error:
        raise _Broken(str(error) or type(error).__name__) from error
    if state.done < state.size:
        raise _Broken("the connection was closed early")


def _take(state: _State, sink: IO[bytes], part: bytearray) -> None:
    if state.done + len(part) > state.size:
        raise ModelInvalid("The file is larger than the published one.", hint="Nothing was installed.")
    sink.write(part)
    state.digest.update(part)
    state.done += len(part)


def _again(state: _State, sink: IO[bytes]) -> None:
    """The host knows no ranges, or has another file now."""
    sink.seek(0)
    sink.truncate()
    state.digest, state.done = hashlib.sha256(), 0


def _check(url: str, response: httpx2.Response) -> None:
    if not _is_safe(str(response.url), url):
        raise ProviderRefused(f"{urlsplit(url).hostname} sends to an address without TLS.", hint="Nothing was loaded.")
    status = response.status_code
    if status in (_OK, _PARTIAL):
        return
    if status in _PASSING:
        raise _Broken(f"HTTP {status}")
    raise ProviderRefused(
        f"{urlsplit(url).hostname} does not have the file (HTTP {status}).",
        hint="It may have moved. Download it by hand, and put it into the models folder or name it in `engine.model`.",
    )


def _is_safe(final: str, asked: str) -> bool:
    """Never from TLS to none."""
    return urlsplit(final).scheme == "https" or urlsplit(asked).scheme == "http"


def _gone(url: str, reason: str) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"The file cannot be had from {urlsplit(url).hostname} ({reason.rstrip('.')[:200]}).",
        hint="Is this machine online? A proxy is taken from HTTPS_PROXY. Nothing was installed; try again.",
    )


def _client(url: str) -> httpx2.AsyncClient:
    import httpx2  # noqa: PLC0415

    parts = urlsplit(url)
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(_SILENCE_S, connect=_CONNECT_S),
        trust_env=not is_loopback(parts.hostname or ""),
        verify=parts.scheme == "https",
        follow_redirects=True,
        max_redirects=5,
    )
