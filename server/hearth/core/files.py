"""Opening files that others wrote: what stands at a path in a workspace may be a pipe, a device or a link elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotRegular(OSError):
    """What is there is a folder, a pipe, a socket or a device."""


def open_regular(path: Path, *, follow: bool = False) -> BinaryIO:
    """The regular file at ``path``, opened for reading and never waited for; how much is read is up to the reader.

    A symbolic link at its end is refused unless ``follow`` is set. Raises NotRegular, another OSError, or ValueError
    for what is no path.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        # Only what is open cannot be exchanged any more.
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotRegular(None, "not a regular file", str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
