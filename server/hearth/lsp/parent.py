"""Whether the editor still lives. Its end closes stdin, unless another process of it has inherited the pipe."""

from __future__ import annotations

import asyncio
import os

_EVERY_S = 10.0
"""An orphan may live this long; to ask more often would wake the processor of an idle laptop."""


async def wait_for_end(pid: int | None, every_s: float = _EVERY_S) -> None:
    """Return when the process ``pid`` has ended.

    Never returns for a process that cannot be seen from the start, as from within a container, and on Windows.
    """
    if pid is None or pid <= 0 or os.name != "posix" or not _lives(pid):
        await asyncio.Event().wait()
        return
    while _lives(pid):  # noqa: ASYNC110  # A process that is no child sends no event.
        await asyncio.sleep(every_s)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
