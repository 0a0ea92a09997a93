"""Cuts files in a process that may be lost to any of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

import attrs

from hearth.core.errors import IndexUnavailable
from hearth.index.manifest import State

from .cut import Cut

log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-P", "-m", "hearth.features.indexing.cutter_child")
"""``-P``: the working folder may be a hostile workspace, and its modules are not ours."""
_START_S = _CUT_S = 600.0
"""Longest waits for the child and for one file. At idle priority on a busy machine a second of work may take a minute;
the kernel ends the child by the processor time that it took, not by the clock."""
_END_S = 5.0
_BUFFER = 4_000_000
"""Bytes of an answer that are read at a time."""


class Lost(Exception):
    """A file ended the process that cut it."""


@attrs.frozen
class Task:
    """A file to be cut, as :func:`hearth.features.indexing.cut.cut` takes it."""

    path: str
    file: Path
    max_bytes: int
    known: State | None
    failures: int

    def to_line(self) -> bytes:
        """One line. Names that are no UTF-8 survive it."""
        values = {
            "path": self.path,
            "file": str(self.file),
            "max_bytes": self.max_bytes,
            "known": None if self.known is None else attrs.astuple(self.known),
            "failures": self.failures,
        }
        return json.dumps(values, ensure_ascii=True).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Task:
        """From :meth:`to_line`."""
        values = json.loads(line)
        known = None if values["known"] is None else State(*values["known"])
        return cls(values["path"], Path(values["file"]), values["max_bytes"], known, values["failures"])


class Cutter:
    """One child, begun when it is needed. What it answers is data: nothing of it is ever run."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._child: asyncio.subprocess.Process | None = None

    async def cut(self, task: Task) -> Cut | None:
        """Cut a file; None if it is gone. One at a time. Raises Lost if the child ends over it, IndexUnavailable if
        there is no child to be had."""
        child = await self._started()
        try:
            async with asyncio.timeout(_CUT_S):
                answer = await _ask(child, task)
            made = None if answer["cut"] is None else Cut.from_json(answer["cut"])
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, KeyError, TypeError) as error:
            await self.aclose()
            raise Lost(type(error).__name__) from error
        except BaseException:
            # Its answer would be taken for that to the next question.
            await self.aclose()
            raise
        for fault in answer["faults"]:
            log.warning("%s", fault)
        if answer["fat"]:
            await self.aclose()
        return made

    async def aclose(self) -> None:
        """End the child; the next file begins another one."""
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        if child.stdin is not None:
            child.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await child.wait()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._child is not None and self._child.returncode is not None:
            await self.aclose()
        if self._child is None:
            try:
                self._child = await asyncio.create_subprocess_exec(
                    *_COMMAND, str(self._memory_mb), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL, start_new_session=True, limit=_BUFFER,
                )  # fmt: skip
                ready = False
                async with asyncio.timeout(_START_S):
                    ready = self._child.stdout is not None and await self._child.stdout.readline() == b"ready\n"
            except (OSError, TimeoutError) as error:
                await self.aclose()
                raise _unusable(type(error).__name__) from error
            except BaseException:
                await self.aclose()
                raise
            if not ready:
                code = await self._child.wait()
                await self.aclose()
                raise _unusable(f"exit code {code}")
        return self._child


async def _ask(child: asyncio.subprocess.Process, task: Task) -> dict[str, Any]:
    if child.stdin is None or child.stdout is None:
        raise ValueError("no pipes")
    child.stdin.write(task.to_line())
    await child.stdin.drain()
    size = int(await child.stdout.readuntil(b"\n"))
    answer: dict[str, Any] = json.loads(await child.stdout.readexactly(size))
    return answer


def _unusable(reason: str) -> IndexUnavailable:
    return IndexUnavailable(
        f"The process that reads files cannot be started ({reason}).", hint="Is there memory left? The log says more."
    )
