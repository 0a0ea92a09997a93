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

import attrs

from hearth.core.paths import private_folder

from .native import Context

log = logging.getLogger(__name__)

_MAGIC = b"HEARTHS1"
_DIGEST_BYTES = 32
_LENGTH = struct.Struct("<Q")
_MAX_HEADER_BYTES = 50_000_000
_TRIED = ".tried"
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
        """Fill ``sequences`` from the files that fit; a file that cannot be used is removed."""
        found: dict[int, Saved] = {}
        free = list(sequences)
        room = context.size
        self._remove("*.part", f"*{_TRIED}")
        for path in sorted(self.folder.glob("*.state")):
            try:
                saved, data = self._read(path)
                if not free or len(saved.tokens) > room:
                    continue
                # Should native code die over it, the next engine finds it under this name and starts without it.
                tried = path.with_suffix(_TRIED)
                path.replace(tried)
                if not context.restore_sequence(free[0], data, len(saved.tokens)):
                    raise ValueError("refused by llama.cpp")
                tried.replace(path)
            except (OSError, ValueError) as error:
                log.info("%s is not used: %s", path.name, error)
                self._remove(path.name, path.with_suffix(_TRIED).name)
                continue
            found[free.pop(0)] = saved
            room -= len(saved.tokens)
        return found

    def _remove(self, *patterns: str) -> None:
        for path in [path for pattern in patterns for path in self.folder.glob(pattern)]:
            with contextlib.suppress(OSError):
                path.unlink()

    def _header(self, saved: Saved) -> bytes:
        return json.dumps({"identity": self.identity, "tokens": saved.tokens, "movable": saved.movable}).encode()

    def _read(self, path: Path) -> tuple[Saved, bytes]:
        """Contents of a file. Raises ``ValueError`` with the reason why it cannot be used."""
        if path.stat().st_size > self.max_bytes + _MAX_HEADER_BYTES:
            raise ValueError("larger than any that is written")
        raw = memoryview(path.read_bytes())
        start = len(_MAGIC) + _DIGEST_BYTES
        if bytes(raw[: len(_MAGIC)]) != _MAGIC or len(raw) < start + _LENGTH.size:
            raise ValueError("not a state file")
        if not hmac.compare_digest(bytes(raw[len(_MAGIC) : start]), _digest(raw[start:])):
            raise ValueError("damaged")
        (length,) = _LENGTH.unpack(raw[start : start + _LENGTH.size])
        try:
            header = json.loads(bytes(raw[start + _LENGTH.size :][: min(length, _MAX_HEADER_BYTES)]))
        except RecursionError as error:
            raise ValueError("not a header") from error
        if not isinstance(header, dict) or header.get("identity") != self.identity:
            raise ValueError("made by another model, build or setting")
        tokens, movable = header.get("tokens"), header.get("movable")
        if not isinstance(tokens, list) or not all(type(each) is int and each >= 0 for each in tokens):
            raise ValueError("its tokens are none")
        if type(movable) is not int or not 0 <= movable <= len(tokens):
            raise ValueError("it says that more can be moved than there is")
        return Saved(tuple(tokens), movable), bytes(raw[start + _LENGTH.size + length :])


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
