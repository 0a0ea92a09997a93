"""Notices changes by itself, for editors that do not tell of them: files, and switches of branches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from watchfiles import DefaultFilter, awatch

from hearth.core.aio import closing
from hearth.workspace.ignore import holds

from .queue import Queue

log = logging.getLogger(__name__)

_DEBOUNCE_MS, _STEP_MS = 200, 50
"""A burst of writes is one batch; a single save is noticed after one step."""
_TURN_MS = 1_000
"""After so long without a change the watcher says that it is still there."""
_HEAD_EVERY_S = 2.0
_AGAIN_S = 30.0
"""Before folders are watched again after the system refused it, for want of watches mostly."""


async def watch_files(roots: Sequence[Path], queue: Queue) -> None:
    """Put what changes below ``roots`` into ``queue``, for ever. A system that refuses is asked again, and everything
    is compared in the meantime now and then."""
    while True:
        stop = asyncio.Event()
        try:
            changes = awatch(
                *roots, watch_filter=DefaultFilter(), stop_event=stop, debounce=_DEBOUNCE_MS, step=_STEP_MS,
                rust_timeout=_TURN_MS, yield_on_timeout=True, ignore_permission_denied=True,
            )  # fmt: skip
            async with closing(changes) as batches:
                begun = False
                async for batch in batches:
                    if not begun:
                        # Now it watches for certain; what changed since the last comparison was seen by nobody.
                        queue.add_all()
                        begun = True
                    queue.add(Path(path) for _, path in batch)
        except (OSError, RuntimeError) as error:
            log.warning("folders cannot be watched (%s); they are looked through instead", error)
        finally:
            stop.set()
        await asyncio.sleep(_AGAIN_S)
        queue.add_all()


async def watch_heads(roots: Sequence[Path], queue: Queue) -> None:
    """Compare everything when another commit is checked out in a repository that has a root or is one, for ever."""
    before = await asyncio.to_thread(_heads, roots)
    while True:
        await asyncio.sleep(_HEAD_EVERY_S)
        now = await asyncio.to_thread(_heads, roots)
        if now != before:
            before = now
            queue.add_all()


def _heads(roots: Sequence[Path]) -> list[tuple[int, int]]:
    found = []
    for root in roots:
        repository = next((each for each in (root, *root.parents) if holds(each, ".git")), None)
        if repository is not None:
            found += [_stamp(repository / ".git" / name) for name in ("HEAD", "logs/HEAD")]
    return found


def _stamp(path: Path) -> tuple[int, int]:
    try:
        info = path.stat()
    except OSError:
        return 0, 0
    return info.st_mtime_ns, info.st_size
