"""Importing LanceDB where an event loop must not wait for it."""

from __future__ import annotations

import asyncio
import importlib

_HEAVY = ("hearth.index.lance", "hearth.index.search", "hearth.index.opening")


async def load() -> None:
    """Import what takes a second, in a thread; at once if that has been done. Import it plainly after this."""
    for name in _HEAVY:
        await asyncio.to_thread(importlib.import_module, name)
