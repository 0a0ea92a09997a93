"""Whether a text may be parsed in this process: another process tries it first.

A parser is native code that cannot be interrupted between two of its callbacks: on a hostile text one step takes
minutes, or all memory, or the process. Such texts are large. So a text over :data:`SMALL` bytes is parsed and queried
once in a child, which a timer of the kernel and a limit on its memory end; if the child answers, the text is *cleared*,
and so is every text that differs from a cleared one by a small edit. A document is tried when it is opened, not at each
keystroke.
"""

from __future__ import annotations

import atexit
import collections
import contextlib
import json
import logging
import os
import select
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import attrs

from hearth.core.text import common_end, common_start

if TYPE_CHECKING:
    from .languages import Language

log = logging.getLogger(__name__)

SMALL = 8_192
"""Bytes. Of some 600 hostile texts the worst of this size took 0.3 s and 150 MB; four times the size took 7 s."""
EDIT = 2_048
"""Bytes by which a text may differ from a cleared one."""
_KEPT = 12
"""Texts that are remembered: documents that are open at the same time."""
_WAIT_S = 8.0
"""Longest wait for an answer. The child itself takes no more than :data:`hearth.syntax.probe.CPU_S` of a processor."""
_REFUSED_S = 60.0
"""So long a text like one that ended the child is not tried again."""
_COMMAND = (sys.executable, "-P", "-m", "hearth.syntax.probe")
"""``-P``: the working folder may be a hostile workspace, and its modules are not ours."""


@attrs.frozen(eq=False)
class _Known:
    """A text that was tried."""

    language: str
    data: bytes
    cleared: bool
    until: float

    def covers(self, language: str, data: bytes) -> bool:
        if self.language != language or abs(len(data) - len(self.data)) > EDIT or time.monotonic() > self.until:
            return False
        longer, shorter = max(len(self.data), len(data)), min(len(self.data), len(data))
        start = common_start(self.data, data)
        return longer - start - common_end(self.data, data, shorter - start) <= EDIT


class Trial:
    """The child and what it said. Blocking, and for any thread."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._known: collections.deque[_Known] = collections.deque(maxlen=_KEPT)
        self.tried = 0
        """Texts that a child was asked about."""
        atexit.register(self.close)

    def clears(self, data: bytes, language: Language) -> bool:
        """Whether this process may parse a text. Takes as long as parsing it, at most some seconds; no time for a text
        that is small or like one that was tried. False too if there is no child to be had in that time."""
        if len(data) <= SMALL:
            return True
        known = self._recall(data, language.name)
        if known is not None:
            return known
        if not self._lock.acquire(timeout=_WAIT_S):
            return False
        try:
            known = self._recall(data, language.name)
            if known is None:
                known = self._try(data, language.name)
                until = float("inf") if known else time.monotonic() + _REFUSED_S
                self._known.append(_Known(language.name, data, known, until))
            return known
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the child; the next text begins another one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        child.wait()

    def _recall(self, data: bytes, language: str) -> bool | None:
        """What is known of a text; it is then the one that later texts are compared with."""
        for known in reversed(tuple(self._known)):
            if known.covers(language, data):
                if known.cleared and known.data != data:
                    self._known.append(attrs.evolve(known, data=data))
                    with contextlib.suppress(ValueError):
                        self._known.remove(known)
                return known.cleared
        return None

    def _try(self, data: bytes, language: str) -> bool:
        self.tried += 1
        head = json.dumps({"language": language, "bytes": len(data)}).encode() + b"\n"
        for _ in range(2):
            child = self._started()
            if child is None or child.stdin is None or child.stdout is None:
                return False
            try:
                child.stdin.write(head + data)
                child.stdin.flush()
            except OSError:
                # It ended while it had nothing to do.
                self.close()
                continue
            answer = b""
            if select.select([child.stdout], [], [], _WAIT_S)[0]:
                answer = os.read(child.stdout.fileno(), 1)
            if not answer:
                log.warning("a text of %d bytes in %s cannot be parsed safely", len(data), language)
                self.close()
            return answer == b"y"
        return False

    def _started(self) -> subprocess.Popen[bytes] | None:
        if self._child is not None and self._child.poll() is not None:
            self.close()
        if self._child is None:
            try:
                self._child = subprocess.Popen(
                    _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                log.warning("texts cannot be tried: %s", error)
        return self._child
