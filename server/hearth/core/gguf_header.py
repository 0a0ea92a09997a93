"""The header of a GGUF file: what a model says about itself, read without llama.cpp.

A file from the internet is hostile until shown otherwise: every count and length is bounded before it is believed, and
nothing is ever allocated larger than :data:`_MAX_STRING` bytes. Tensor data is not read; the file's size is compared
with where the tensors say they end, so that a download that broke off is told apart from a model.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from .errors import ModelInvalid, ModelNotFound

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
"""Version 1 had 32-bit counts and vanished in 2023; llama.cpp reads 2 and 3."""

_MAX_STRING = 16 * 2**20
"""Bytes. The longest strings seen are chat templates of some 20 kB."""
_MAX_KEY = 65_535
"""Bytes; the limit of the format itself."""
_MAX_ENTRIES = 65_536
"""Metadata entries, and tensors, in one file. Real models have tens of entries and at most thousands of tensors."""
_MAX_ITEMS = 4 * 2**20
"""Strings in one array. The largest vocabularies have some 260,000 tokens and as many merges again."""
_MAX_DIMENSIONS = 4
_MAX_ALIGNMENT = 2**20
_DEFAULT_ALIGNMENT = 32
_KEPT_ITEMS = 64
"""Arrays up to this length are kept as values; of longer ones (a vocabulary) only the length is."""

_SCALARS = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_STRING, _ARRAY = 8, 9
_U32, _U64 = _SCALARS[4], _SCALARS[10]

TENSOR_TYPES: Mapping[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 40),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}
"""Number of a tensor type -> (name, values in a block, bytes of a block). A type not listed is not checked for size."""

_AGAIN = "Download it again."
_NOT_GGUF = "Choose a file that ends in .gguf and is in the GGUF format."
_WEB_PAGE = "The download was answered by a page, perhaps a login; open its address in a browser."
_LOOKS_LIKE = (
    (
        b"<!doctype",
        "a web page",
        "The download was answered by a page, perhaps a login; open its address in a browser.",
    ),
    (b"<html", "a web page", "The download was answered by a page, perhaps a login; open its address in a browser."),
    (b'{"error', "an error message", "The download was refused; open the file in an editor to read why."),
    (b"version https://git-lfs", "a Git LFS pointer", "Run `git lfs pull` where it came from."),
    (b"pk\x03\x04", "a ZIP or PyTorch archive", _NOT_GGUF),
    (b"ggjt", "a model in the old GGJT format", _NOT_GGUF),
    (b"tjgg", "a model in the old GGJT format", _NOT_GGUF),
    (b"lmgg", "a model in the old GGML format", _NOT_GGUF),
)
_SNIFFED_BYTES = 64


@attrs.frozen
class ArrayLength:
    """Stands for a long array, whose values were skipped."""

    length: int


@attrs.frozen
class GgufHeader:
    """What the header says, and where the data ends."""

    path: Path
    version: int
    metadata: Mapping[str, Any]
    """Scalars, strings, tuples of at most 64 values, and :class:`ArrayLength` for longer arrays."""
    tensor_count: int
    parameters: int
    """Sum of the tensors' values."""
    tensor_types: Mapping[str, int]
    """Name of a tensor type -> how many tensors have it."""
    file_bytes: int

    def text(self, key: str) -> str:
        """The string at ``key``; empty if there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """The whole number at ``key``; None if there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def find(path: Path) -> os.stat_result:
    """What the system knows of the file. Raises ModelNotFound if there is none, ModelInvalid if it is out of reach."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise ModelNotFound(
            f"There is no model file {path}.", hint="Check `engine.model`, or set it to `bundled`."
        ) from None
    except (OSError, ValueError) as error:
        raise ModelInvalid(f"The model file {path} cannot be read: {error}.", hint="Check its permissions.") from error


def read_header(path: Path) -> GgufHeader:
    """Read and check the header of ``path``.

    Raises ModelNotFound if there is no such file, ModelInvalid if it is no complete GGUF file of a version that
    llama.cpp reads on a little-endian machine.
    """
    info = find(path)
    if stat.S_ISDIR(info.st_mode):
        raise ModelInvalid(f"{path} is a folder, not a model file.", hint="Name the .gguf file inside it.")
    if not stat.S_ISREG(info.st_mode):
        raise ModelInvalid(f"{path} is not a regular file.", hint=_NOT_GGUF)
    try:
        with path.open("rb") as file:
            return _Reader(path, file, info.st_size).header()
    except OSError as error:
        raise ModelInvalid(f"The model file {path} cannot be read: {error}.", hint="Check its permissions.") from error


class _Reader:
    """Reads one file front to back; every read is checked against the file's end."""

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self.path, self.file, self.size = path, file, size
        self.at = 0

    def header(self) -> GgufHeader:
        version = self._version()
        tensors = self._bounded(_MAX_ENTRIES, "tensors")
        entries = self._bounded(_MAX_ENTRIES, "metadata entries")
        metadata: dict[str, Any] = {}
        for _ in range(entries):
            key = self._text(_MAX_KEY)
            metadata[key] = self._value(self._number(_U32))
        alignment = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or not 0 < alignment <= _MAX_ALIGNMENT:
            raise self._damaged(f"its alignment is {alignment!r}")
        ends, kinds, parameters = [0], dict[str, int](), 0
        for _ in range(tensors):
            kind, values, end = self._tensor()
            ends.append(end)
            kinds[kind] = kinds.get(kind, 0) + 1
            parameters += values
        expected = -(-self.at // alignment) * alignment + max(ends)
        if tensors and self.size < expected:
            raise ModelInvalid(
                f"The model file {self.path} is not complete: {expected - self.size:,} of {expected:,} bytes are "
                "missing.",
                hint=f"Its download broke off. {_AGAIN}",
            )
        return GgufHeader(self.path, version, metadata, tensors, parameters, kinds, self.size)

    def _version(self) -> int:
        start = self.file.read(_SNIFFED_BYTES)
        if not start:
            raise ModelInvalid(f"The model file {self.path} is empty.", hint=_AGAIN)
        if not start.startswith(_MAGIC):
            for mark, what, hint in _LOOKS_LIKE:
                if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(mark):
                    raise ModelInvalid(f"{self.path} is {what}, not a GGUF model.", hint=hint)
            raise ModelInvalid(f"{self.path} is not a GGUF model.", hint=_NOT_GGUF)
        self.file.seek(len(_MAGIC))
        self.at = len(_MAGIC)
        version = self._number(_U32)
        if version and version & 0xFFFF == 0:
            raise ModelInvalid(
                f"{self.path} is a GGUF model for big-endian machines.", hint="Choose the usual, little-endian file."
            )
        if version not in _VERSIONS:
            raise ModelInvalid(
                f"{self.path} is GGUF version {version}; versions 2 and 3 can be read.",
                hint="Choose a newer file of this model." if version < min(_VERSIONS) else "Update Hearth.",
            )
        return int(version)

    def _tensor(self) -> tuple[str, int, int]:
        """(type's name, values, where it ends in the data in bytes) of the next tensor."""
        self._skip(self._length(_MAX_KEY))
        dimensions = self._number(_U32)
        if dimensions > _MAX_DIMENSIONS:
            raise self._damaged(f"a tensor has {dimensions} dimensions")
        values = 1
        for _ in range(dimensions):
            values *= self._number(_U64)
        kind = self._number(_U32)
        offset = self._number(_U64)
        name, block, block_bytes = TENSOR_TYPES.get(kind, (f"type {kind}", 1, 0))
        return name, values, offset + -(-values // block) * block_bytes

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._text(_MAX_STRING)
        if kind == _ARRAY:
            return self._array()
        if kind not in _SCALARS:
            raise self._damaged(f"it holds a value of the unknown type {kind}")
        return self._number(_SCALARS[kind])

    def _array(self) -> Any:
        kind, length = self._number(_U32), self._number(_U64)
        if kind == _ARRAY or (kind != _STRING and kind not in _SCALARS):
            raise self._damaged(f"it holds an array of the type {kind}")
        least = _U64.size if kind == _STRING else _SCALARS[kind].size
        if length * least > self.size - self.at:
            raise self._ends_early()
        if length <= _KEPT_ITEMS:
            return tuple(self._value(kind) for _ in range(length))
        if kind == _STRING:
            if length > _MAX_ITEMS:
                raise self._damaged(f"it claims a list of {length:,} strings")
            for _ in range(length):
                self._skip(self._length(_MAX_STRING))
        else:
            self._skip(length * least)
        return ArrayLength(length)

    def _bounded(self, most: int, what: str) -> int:
        count = int(self._number(_U64))
        if count > most:
            raise self._damaged(f"it claims {count:,} {what}")
        return count

    def _length(self, most: int) -> int:
        length = int(self._number(_U64))
        if length > most:
            raise self._damaged(f"it holds a string of {length:,} bytes")
        return length

    def _text(self, most: int) -> str:
        return self._bytes(self._length(most)).decode("utf-8", "replace")

    def _number(self, shape: struct.Struct) -> Any:
        return shape.unpack(self._bytes(shape.size))[0]

    def _bytes(self, count: int) -> bytes:
        if count > self.size - self.at:
            raise self._ends_early()
        data = self.file.read(count)
        if len(data) != count:
            raise self._ends_early()
        self.at += count
        return data

    def _skip(self, count: int) -> None:
        if count > self.size - self.at:
            raise self._ends_early()
        self.file.seek(count, 1)
        self.at += count

    def _ends_early(self) -> ModelInvalid:
        return ModelInvalid(
            f"The model file {self.path} is not complete: its {self.size:,} bytes end inside the header.",
            hint=f"Its download broke off. {_AGAIN}",
        )

    def _damaged(self, how: str) -> ModelInvalid:
        return ModelInvalid(f"The model file {self.path} is damaged: {how}.", hint=_AGAIN)
