"""Text of a file that a question is about and that the editor has not opened."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hearth.core.errors import InputError
from hearth.workspace.read import Files
from hearth.workspace.uris import to_path

_READ_S = 5.0
"""Longest wait for one file: on a network drive that hangs, a question is better answered without it."""


async def read(uri: str, files: Files) -> tuple[Path, str] | None:
    """Path and text of the file at ``uri``; None if it is none, may not be read, or takes too long."""
    path = to_path(uri)
    if path is None:
        return None
    try:
        async with asyncio.timeout(_READ_S):
            return path, await asyncio.to_thread(files.read, path)
    except (InputError, TimeoutError):
        return None
