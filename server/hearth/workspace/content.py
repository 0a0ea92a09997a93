"""Reading a file for the index: whole, once, and without ever waiting for a pipe or a device."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import attrs

from hearth.core.files import NotRegular, open_regular

_TRIES = 3
"""A file that changes during each of so many readings is taken as it is: its next change is noticed anyway."""
_HASH_BYTES = 16


class Unreadable(Exception):
    """Why a file is not read, as words that follow "it"."""


@attrs.frozen
class Content:
    """A text file as it was at one moment."""

    text: str = attrs.field(repr=False)
    """Decoded as UTF-8; what is none is replaced by U+FFFD."""
    hash: str
    """Of its bytes: 32 hexadecimal digits."""
    size: int
    mtime_ns: int


def read(path: Path, max_bytes: int) -> Content:
    """The text of ``path``. Raises Unreadable for what is no readable text file of at most ``max_bytes`` bytes."""
    for _ in range(_TRIES):
        data, before, after = _read(path, max_bytes)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == after.st_size:
            break
    if b"\0" in data and not _is_utf16(data):
        raise Unreadable("is binary")
    return Content(_decode(data), digest(data), len(data), before.st_mtime_ns)


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of ``path``, whatever they are. Raises Unreadable as :func:`read`."""
    return _read(path, max_bytes)[0]


def digest(data: bytes) -> str:
    """The hash of a file's bytes, as :attr:`Content.hash`."""
    return hashlib.blake2b(data, digest_size=_HASH_BYTES).hexdigest()


def read_small(path: Path, max_bytes: int) -> str:
    """The text of a small file; empty if there is none, or none that can be read."""
    try:
        return read(path, max_bytes).text
    except Unreadable:
        return ""


def _read(path: Path, max_bytes: int) -> tuple[bytes, os.stat_result, os.stat_result]:
    try:
        with open_regular(path) as file:
            before = os.fstat(file.fileno())
            if before.st_size > max_bytes:
                raise Unreadable(too_large(before.st_size, max_bytes))
            data = file.read(max_bytes + 1)
            if len(data) > max_bytes:
                raise Unreadable(too_large(len(data), max_bytes))
            return data, before, os.fstat(file.fileno())
    except FileNotFoundError:
        raise Unreadable("does not exist") from None
    except NotRegular:
        raise Unreadable("is not a regular file") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read ({getattr(error, 'strerror', None) or error})") from None


def too_large(size: int, max_bytes: int) -> str:
    """The reason for a file of ``size`` bytes."""
    return f"is larger than {max_bytes // 1000} kB ({size // 1000} kB)"


def _is_utf16(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(data) % 2 == 0


def _decode(data: bytes) -> str:
    if _is_utf16(data):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")
