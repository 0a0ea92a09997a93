"""The folders that the editor has open. What is outside them is none of our business."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import attrs

from .uris import to_path


@attrs.frozen
class Root:
    """One workspace folder."""

    path: Path
    """Absolute, with symbolic links resolved."""
    name: str
    """What the editor calls it."""


@attrs.frozen
class Roots:
    """All workspace folders, in the editor's order."""

    folders: tuple[Root, ...] = ()
    trusted: bool = True
    """Whether the user trusts what is in them: else no setting of theirs is applied, and git is not run there."""
    elsewhere: bool = False
    """Whether the editor has folders open that are on no disk, which are not among these."""

    @classmethod
    def of_uris(cls, folders: Iterable[tuple[str, str]], *, trusted: bool = True) -> Self:
        """From (URI, name) pairs; what is not a folder on disk is left out, and so is one that is given twice."""
        found: dict[Path, Root] = {}
        elsewhere = False
        for uri, name in folders:
            elsewhere = elsewhere or to_path(uri) is None
            path = _folder(uri)
            if path is not None:
                found.setdefault(path, Root(path, name or path.name))
        return cls(tuple(found.values()), trusted, elsewhere)

    def of(self, path: Path) -> Root | None:
        """The innermost folder that holds ``path``; None if none does. Symbolic links in ``path`` are followed."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError):
            return None
        holding = [root for root in self.folders if real.is_relative_to(root.path)]
        return max(holding, key=lambda root: len(root.path.parts), default=None)

    def name(self, path: Path) -> str:
        """How to call ``path``: relative to its folder with ``/``, or its last part if it is in none."""
        root = self.of(path)
        return path.resolve().relative_to(root.path).as_posix() if root else path.name


def _folder(uri: str) -> Path | None:
    path = to_path(uri)
    try:
        return path.resolve(strict=True) if path is not None and path.is_dir() else None
    except (OSError, RuntimeError):
        return None
