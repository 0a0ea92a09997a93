"""``python -m hearth.features.indexing.cutter_child MEGABYTES``: reads and cuts files, and may end over any of them.

It says ``ready``; then each line of stdin is a :class:`~hearth.features.indexing.cutter.Task`, and each answer a line
with the length of a JSON text, and that text.
"""

from __future__ import annotations

import json
import logging
import sys

import psutil

from hearth.syntax import parse, sandbox

from .cut import cut
from .cutter import Task

CPU_S = 10.0
"""Seconds of a processor for one file. Parsing gives up by itself after two; queries and secrets take less."""
_FAT = 200_000_000
"""Bytes over which the process is replaced by a new one: what a parser took for one file it keeps."""


class _Faults(logging.Handler):
    """Collects what is logged: this process has no log of its own."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def taken(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


def main(memory_mb: int) -> None:
    """Answer until nobody asks."""
    parse.expendable()
    sandbox.limit_memory(memory_mb * 1_000_000)
    faults, process = _Faults(), psutil.Process()
    logging.getLogger().addHandler(faults)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b"ready\n")
    answers.flush()
    for line in asked:
        task = Task.from_line(line)
        with sandbox.limited_cpu(CPU_S):
            made = cut(task.path, task.file, max_bytes=task.max_bytes, known=task.known, failures=task.failures)
        fat = process.memory_info().rss > _FAT
        told = {"cut": None if made is None else made.to_json(), "faults": faults.taken(), "fat": fat}
        answer = json.dumps(told, ensure_ascii=True).encode()
        answers.write(b"%d\n" % len(answer) + answer)
        answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
