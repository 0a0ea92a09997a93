"""Stands between an editor and the language server.

``tap.py FOLDER ARGUMENT...`` starts ``hearth ARGUMENT...`` and writes what both say, and when (in seconds), a message
to a line, into FOLDER.
The file is called after the server's process, so it can be killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from hearth.lsp.wire import Frames

_READ_BYTES = 1 << 16


def main(folder: Path, arguments: list[str]) -> int:
    """Run until the server ends."""
    command = [sys.executable, "-m", "hearth", *arguments]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    record = (folder / f"{server.pid}.jsonl").open("a", encoding="utf-8", buffering=1)
    lock = threading.Lock()

    def pump(source: int, target: int, who: str) -> None:
        frames = Frames()
        try:
            while data := os.read(source, _READ_BYTES):
                # Written down before it is passed on: an answer never stands before its question.
                for each in frames.feed(data):
                    body = each.decode() if isinstance(each, bytes) else json.dumps(each.reason)
                    with lock:
                        entry = {"at": round(time.monotonic(), 3), "from": who, "message": json.loads(body)}
                        record.write(f"{json.dumps(entry)}\n")
                while data:
                    data = data[os.write(target, data) :]
        except OSError:
            pass  # One of them has gone.
        os.close(target)

    ours = (server.stdin.fileno(), server.stdout.fileno())
    threading.Thread(target=pump, args=(0, os.dup(ours[0]), "client"), daemon=True).start()
    server.stdin.close()
    pump(ours[1], os.dup(1), "server")
    os.close(1)
    return server.wait()


if __name__ == "__main__":
    os._exit(main(Path(sys.argv[1]), sys.argv[2:]) & 0xFF)
