"""Finding the indexer of a workspace, or starting it."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from hearth.core.errors import IndexUnavailable

from .link import LINE_BYTES, Order, socket_path

COMMAND = (sys.executable, "-P", "-m", "hearth.features.indexing")
"""``-P``: the working folder may be a hostile workspace, and its modules are not ours."""
_CONNECT_S = 3.0
_START_S = 70.0
"""Longest wait for a new indexer to say that it listens; it has less than that itself."""
_TRIES = 3

Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Busy(Exception):
    """Another program writes the index and cannot be talked to: ``hearth index``, or an indexer that is just ending."""


async def connect(order: Order) -> Link:
    """Talk to the indexer, started if there is none. Raises Busy, IndexUnavailable."""
    for _ in range(_TRIES):
        link = await _find(order)
        if link is not None:
            return link
        answer, _, detail = (await _start(order)).partition(" ")
        if answer == "busy":
            # Another window started one just now, or it is another program.
            link = await _find(order)
            if link is None:
                raise Busy
            return link
        if answer != "ready":
            raise IndexUnavailable(f"The indexer cannot be started: {detail.strip()}", hint="Its log says more.")
    raise IndexUnavailable("The indexer ends as soon as it is started.", hint="Its log says why.")


async def _find(order: Order) -> Link | None:
    try:
        path = await asyncio.to_thread(socket_path, order.place, order.paths)
        async with asyncio.timeout(_CONNECT_S):
            return await asyncio.open_unix_connection(path, limit=LINE_BYTES)
    except (OSError, TimeoutError):
        return None


async def _start(order: Order) -> str:
    """Start one; its answer. The child that is started ends at once and is waited for: the indexer is not our child."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_START_S):
            answer, _ = await process.communicate(order.to_json().encode())
    except TimeoutError:
        return "error it did not answer in time"
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return answer.decode(errors="replace").strip() or f"error exit code {process.returncode}"
