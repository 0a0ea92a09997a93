"""``python -m hearth.syntax.probe``: parses texts that may end it. Nothing but an answer comes of them.

Read from stdin: a line of JSON, ``{"language": NAME, "bytes": COUNT}``, and that many bytes. Written: ``y`` for a text
that was parsed and queried in time, ``n`` for one that was not. It ends with its stdin, or when nobody asks.
"""

from __future__ import annotations

import json
import select
import sys
from typing import BinaryIO

from . import describe, languages, parse, regions, sandbox
from .imports import imports

CPU_S = 5.0
"""Seconds of a processor for one text; parsing ends itself at :data:`hearth.syntax.parse.DEADLINE`."""
_MEMORY = 1_000_000_000
"""Bytes. Real files of the largest size that is parsed take a fifth."""
_IDLE_S = 120.0


def main() -> None:
    """Answer until nobody asks."""
    parse.expendable()
    sandbox.limit_memory(_MEMORY)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([asked], [], [], _IDLE_S)[0]:
        line = asked.readline()
        if not line:
            return
        with sandbox.limited_cpu(CPU_S):
            good = _survives(json.loads(line), asked)
        answers.write(b"y" if good else b"n")
        answers.flush()


def _survives(head: dict[str, object], asked: BinaryIO) -> bool:
    data = asked.read(int(str(head["bytes"])))
    language = languages.by_name(str(head["language"]))
    tree = None if language is None else parse.parse(data.decode("utf-8", "replace"), language)
    if tree is None:
        return False
    describe.Facts(tree)
    regions.flat(tree)
    imports(tree)
    return True


if __name__ == "__main__":
    main()
