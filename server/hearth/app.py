"""The composition root: the only place that knows all layers. ``serve`` is the language server's process.

Heavy layers are imported when they are first needed, never for ``initialize``.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from hearth import __version__

if TYPE_CHECKING:
    from hearth.core.paths import Paths
    from hearth.core.settings import Settings
    from hearth.providers.base import Provider


_HANGING_S = 5.0
"""How long threads may go on after the client is gone."""


def create_provider(spec: str, settings: Settings, paths: Paths) -> Provider:
    """The provider that ``spec`` names, wired to the model catalogue. Raises SettingsError."""
    from hearth.catalog.select import resolve_model  # noqa: PLC0415
    from hearth.providers.registry import create  # noqa: PLC0415

    return create(spec, settings, paths, resolve_model=resolve_model)


def serve() -> int:
    """Speak LSP over stdin and stdout until the client is gone; returns the exit code."""
    source, sink = _take_stdio()
    # Importing makes a hundred thousand objects that live as long as the process: the collector would look at them in
    # vain, now and with every full collection later.
    gc.disable()
    from hearth.core import log  # noqa: PLC0415
    from hearth.lsp.server import HearthServer  # noqa: PLC0415
    from hearth.lsp.services import Services  # noqa: PLC0415
    from hearth.lsp.wire import Reader, Writer  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    log.configure(os.environ.get("HEARTH_LOG__LEVEL", "info"))
    if os.isatty(source):
        logging.getLogger(__name__).warning("this speaks LSP with an editor, not with a person; `hearth --help` does")
    services = Services(
        version=__version__,
        paths=_paths,
        create_provider=lambda spec, settings: create_provider(spec, settings, _paths()),
    )

    async def run() -> int:
        reader = Reader(source)
        loop = asyncio.get_running_loop()
        writer = Writer(sink, on_lost=lambda: _call(loop, reader.stop))
        try:
            return await HearthServer(services).run(reader, writer)
        finally:
            writer.close()
            _end_in_any_case()

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        return 130


def _end_in_any_case() -> None:
    """End the process soon even if a thread hangs, in a read from a dead network drive for example."""
    timer = threading.Timer(_HANGING_S, os._exit, (1,))
    timer.daemon = True
    timer.start()


def _paths() -> Paths:
    from hearth.core.paths import Paths  # noqa: PLC0415

    return Paths.of_user()


def _call(loop: asyncio.AbstractEventLoop, action: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(action)
    except RuntimeError:  # The loop has ended, so there is nothing left to stop.
        return


def _take_stdio() -> tuple[int, int]:
    """Take stdin and stdout for the protocol alone.

    Descriptor 1 becomes stderr and descriptor 0 empty, so that neither a stray ``print``, nor native code, nor a child
    process can write into the protocol or read from it.
    """
    sys.stdout.flush()
    source, sink = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    sys.stdout = sys.stderr
    return source, sink


if __name__ == "__main__":
    sys.exit(serve())
