"""Reading a file of the workspace, and only such a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from hearth.core.errors import InputError
from hearth.core.files import NotRegular, open_regular

from .roots import Roots
from .secrets import is_secret

_MAX_BYTES = 1_000_000
"""A larger file is data or generated; the part of it that would fit into a prompt says nothing."""


@attrs.frozen
class Files:
    """What may be read: files below ``roots``."""

    roots: Roots
    open_texts: Mapping[Path, str] = attrs.field(factory=dict, repr=False)
    """What the editor shows, by resolved path; it goes before what is on disk."""

    def read(self, path: Path) -> str:
        """Text of a file. Raises InputError with a sentence that says why it is not read.

        Refused are files outside every workspace folder (symbolic links followed), files that hold secrets, anything
        that is not a regular file, files over a megabyte, and binary files.
        """
        name = path.name
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            raise InputError(f"{name} is not a file in this workspace.") from None
        if self.roots.of(real) is None:
            raise InputError(f"{name} is outside this workspace, so it is not read.")
        if is_secret(path) or is_secret(real):
            raise InputError(f"{name} may hold secrets, so it is not shown to a model.")
        opened = self.open_texts.get(real)
        return _text(real) if opened is None else opened


def _text(path: Path) -> str:
    """Text of a regular file."""
    try:
        with open_regular(path) as file:
            data = file.read(_MAX_BYTES + 1)
    except NotRegular:
        raise InputError(f"{path.name} is not a file in this workspace.") from None
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror}).") from None
    if len(data) > _MAX_BYTES:
        raise InputError(f"{path.name} is larger than {_MAX_BYTES // 1000} kB, so it is not shown.")
    if b"\0" in data:
        raise InputError(f"{path.name} is not a text file.")
    return data.decode("utf-8-sig", errors="replace")
