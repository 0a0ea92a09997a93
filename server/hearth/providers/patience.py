"""A stream of a model, each step of which has to come in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hearth.core.errors import ProviderTimeout

from .base import Chunk, Done, Reason


async def patient(stream: AsyncIterator[Chunk], limit_s: float, setting: str) -> AsyncIterator[Chunk]:
    """The chunks of ``stream``, which stays the caller's to close; the last is a Done, whatever the stream does.

    Raises ProviderTimeout if one takes longer than ``limit_s``; ``setting`` is what the user may set to wait longer.
    """
    chunk: Chunk | None = None
    while not isinstance(chunk, Done):
        try:
            async with asyncio.timeout(limit_s):
                chunk = await anext(stream)
        except TimeoutError:
            raise ProviderTimeout(
                f"The model said nothing for {limit_s:g} s.",
                hint=f"A smaller model answers faster; {setting} sets how long to wait.",
            ) from None
        except StopAsyncIteration:
            chunk = Done(Reason.STOP)
        yield chunk
