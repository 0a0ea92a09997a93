"""Warm restart: what the slots hold is saved when the engine is idle or ends, and restored when it starts.

A file holds a header, a checksum, and llama.cpp's own bytes of one sequence. It is used only if model file, build of
llama.cpp, mode and context are those it was made with, and the checksum is right: native code would believe anything.
The files hold tokens of the user's documents, so they are for the user alone (mode 0600).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import os
import struct
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from hearth.core.paths import private_folder

from .native import Context

log = logging.getLogger(__name__)

_MAGIC = b"HEARTHS1"
_DIGEST_BYTES = 32
_LENGTH = struct.Struct("<Q")
_MAX_HEADER_BYTES = 50_000_000
MIN_TOKENS = 128
"""Shorter prompts are evaluated again as fast as they are read."""


@attrs.frozen
class Saved:
    """What one slot held."""

    tokens: tuple[int, ...]
    movable: int
    """Tokens of it that later requests may move: see :class:`hearth.engine.editing.Held`."""


@attrs.frozen
class Store:
    """The folder of one engine. ``identity`` names all that a state depends on."""

    folder: Path
    identity: str
    max_bytes: int
    """Of all files together; the least recently used slots are left out first."""

    def save(self, slots: Iterable[tuple[Saved, Callable[[], bytes]]]) -> int:
        """Replace all files by those of ``slots`` (contents, what makes the state), the first first; returns bytes."""
        private_folder(self.folder)
        written: list[Path] = []
        total = 0
        for number, (saved, state) in enumerate(slots):
            data = state()
            if total + len(data) > self.max_bytes:
                break
            path = self.folder / f"slot-{number}.state"
            _write(path, self._header(saved), data)
            written.append(path)
            total += len(data)
        for path in self.folder.glob("*.state"):
            if path not in written:
                path.unlink(missing_ok=True)
        return total

    def restore(self, context: Context, sequences: Sequence[int]) -> dict[int, Saved]:
        """Fill ``sequences`` from the files that fit; a file that does not is removed."""
        found: dict[int, Saved] = {}
        free = list(sequences)
        room = context.size
        for path in sorted(self.folder.glob("*.state")):
            try:
                saved, data = self._read(path)
            except (OSError, ValueError) as error:
                log.info("%s is not used: %s", path.name, error)
                path.unlink(missing_ok=True)
                continue
            if free and len(saved.tokens) <= room and context.restore_sequence(free[0], data, len(saved.tokens)):
                found[free.pop(0)] = saved
                room -= len(saved.tokens)
        return found

    def _header(self, saved: Saved) -> bytes:
        return json.dumps({"identity": self.identity, "tokens": saved.tokens, "movable": saved.movable}).encode()

    def _read(self, path: Path) -> tuple[Saved, bytes]:
        """Contents of a file. Raises ``ValueError`` with the reason why it cannot be used."""
        raw = memoryview(path.read_bytes())
        start = len(_MAGIC) + _DIGEST_BYTES
        if bytes(raw[: len(_MAGIC)]) != _MAGIC or len(raw) < start + _LENGTH.size:
            raise ValueError("not a state file")
        if not hmac.compare_digest(bytes(raw[len(_MAGIC) : start]), _digest(raw[start:])):
            raise ValueError("damaged")
        (length,) = _LENGTH.unpack(raw[start : start + _LENGTH.size])
        header: dict[str, Any] = json.loads(bytes(raw[start + _LENGTH.size :][: min(length, _MAX_HEADER_BYTES)]))
        if header.get("identity") != self.identity:
            raise ValueError("made by another model, build or setting")
        saved = Saved(tuple(header["tokens"]), header["movable"])
        return saved, bytes(raw[start + _LENGTH.size + length :])


def identity(model: Path, **parts: object) -> str:
    """Names a model file by path, size and time, and everything else that a state depends on."""
    info = model.stat()
    facts = {"path": str(model), "bytes": info.st_size, "mtime": info.st_mtime_ns, **parts}
    return hashlib.blake2b(json.dumps(facts, sort_keys=True, default=str).encode(), digest_size=16).hexdigest()


def _write(path: Path, header: bytes, data: bytes) -> None:
    """Write a whole file or none."""
    body = _LENGTH.pack(len(header)) + header + data
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + _digest(body) + body)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _digest(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
