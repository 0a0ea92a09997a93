"""``python -m hearth.features.indexing``: the indexer's process. It reads its order from stdin, and answers one line.

The answer is ``ready`` (it listens), ``busy`` (another process writes this index), or ``error`` and why. It then lives
on its own: the process that was started ends, so that whoever started it has no child to wait for.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from hearth.core import log
from hearth.core.errors import HearthError
from hearth.index.right import take

from .link import Order
from .pace import be_quiet

_READY_S = 60
"""Longest wait for the indexer to listen, before the process that was started gives up on it."""


def main() -> int:
    """Take the order, become independent, serve."""
    order = Order.from_json(sys.stdin.read())
    read_end, write_end = os.pipe()
    if os.fork():
        os.close(write_end)
        signal.alarm(_READY_S)
        with os.fdopen(read_end) as answers:
            sys.stdout.write(answers.readline() or "error the indexer ended at once\n")
        return 0
    os.close(read_end)
    os.setsid()
    _forget_terminal(order)
    try:
        return _serve(order, write_end)
    finally:
        with contextlib.suppress(OSError):
            os.close(write_end)


def _serve(order: Order, write_end: int) -> int:
    """Serve. When it took too much memory it ends, and the next window that notices begins one that has little."""
    try:
        lock = take(order.place)
    except HearthError as error:
        os.write(write_end, f"error {error}\n".replace("\n", " ").encode() + b"\n")
        return 1
    if lock is None:
        os.write(write_end, b"busy\n")
        return 0
    be_quiet()
    from .service import Service  # noqa: PLC0415

    async def run() -> None:
        listening = asyncio.Event()
        service = Service(order)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, service.stop)
        work = asyncio.create_task(service.run(lock, listening))
        told = asyncio.create_task(listening.wait())
        await asyncio.wait((work, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if listening.is_set():
            os.write(write_end, b"ready\n")
        await work

    asyncio.run(run())
    return 0


def _forget_terminal(order: Order) -> None:
    """No output and no input of the process that started this one; a log of its own instead."""
    folder = order.paths.state / "logs"
    log.configure(order.settings.log.level, folder / f"indexer-{order.place.folder.name}.log")
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(empty, descriptor)
    os.close(empty)
    os.chdir(Path(order.place.folder.anchor or "/"))


if __name__ == "__main__":
    sys.exit(main())
