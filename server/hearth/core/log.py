"""Logging to a file or to stderr; never to stdout, which belongs to the protocol.

Document text, prompts and answers are never logged at the default level.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

_MAX_BYTES = 2_000_000
"""One log file; two are kept, so logs never take more than 4 MB a program."""

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(level: str, file: Path | None = None) -> None:
    """Send Hearth's log records of ``level`` and above to ``file``, or to stderr.

    Libraries are heard from WARNING on: at INFO some of them write whole messages, which hold document text.
    """
    handler: logging.Handler
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8")
    else:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("hearth").setLevel(level.upper())
