"""Where the index of a workspace is, and what its files are called in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import attrs

from hearth.core.paths import Paths, private_folder, write_private

_KEY_BYTES = 10
_ABOUT = "about.json"


@attrs.frozen
class Place:
    """The index of one workspace: a set of folders, whatever order an editor lists them in."""

    roots: tuple[Path, ...]
    """Absolute, without links, sorted, none below another."""
    labels: tuple[str, ...]
    """First part of the paths below each root; empty if there is one root only."""
    folder: Path
    """Absolute. All that belongs to the index on this machine is in it."""
    uri: str
    """Of the LanceDB database: an absolute path, or the address of an object store."""

    @classmethod
    def of(cls, roots: Iterable[Path], paths: Paths, uri: str = "") -> Place:
        """The place for the workspace of ``roots``; ``uri`` puts the database elsewhere, below the workspace's key."""
        outer: list[Path] = []
        for root in sorted({root.resolve() for root in roots}):
            if not any(root.is_relative_to(other) for other in outer):
                outer.append(root)
        digest = hashlib.blake2b("\0".join(map(str, outer)).encode(errors="surrogateescape"), digest_size=_KEY_BYTES)
        folder = (paths.cache / "index" / digest.hexdigest()).absolute()
        return cls(tuple(outer), _labels(outer), folder, _uri(uri, folder, digest.hexdigest()))

    @property
    def local(self) -> bool:
        """Whether the database is on this machine's disk."""
        return "://" not in self.uri

    @property
    def lock(self) -> Path:
        """Held by the one process that writes."""
        return self.folder / "writer.lock"

    @property
    def manifest(self) -> Path:
        """What is known of the files."""
        return self.folder / "manifest.sqlite"

    def prepare(self) -> None:
        """Create the folder, for this user alone. Raises OSError."""
        private_folder(self.folder)
        about = self.folder / _ABOUT
        if not about.exists():
            write_private(about, json.dumps({"roots": [str(root) for root in self.roots]}, indent=2))

    def name(self, root: Path, path: str) -> str:
        """What the file at ``path`` (relative to ``root``) is called in the index."""
        label = self.labels[self.roots.index(root)]
        return f"{label}/{path}" if label else path

    def name_of(self, file: Path) -> str | None:
        """What an absolute path is called in the index; None if it is in none of the roots.

        Links in the folders on its way are followed, and not the file itself if it is one.
        """
        if not any(file.is_relative_to(root) for root in self.roots):
            try:
                file = file.parent.resolve() / file.name
            except (OSError, RuntimeError, ValueError):
                return None
        for root, label in zip(self.roots, self.labels, strict=True):
            if file.is_relative_to(root) and file != root:
                inside = file.relative_to(root).as_posix()
                return f"{label}/{inside}" if label else inside
        return None

    def split(self, name: str) -> tuple[Path, str] | None:
        """Root and relative path of a name; None if no root has that label."""
        for root, label in zip(self.roots, self.labels, strict=True):
            if not label:
                return root, name
            if name.startswith(f"{label}/"):
                return root, name[len(label) + 1 :]
        return None

    def file(self, name: str) -> Path | None:
        """The absolute path of a name."""
        found = self.split(name)
        return None if found is None else found[0] / found[1]


def _labels(roots: list[Path]) -> tuple[str, ...]:
    if len(roots) <= 1:
        return ("",) * len(roots)
    labels: list[str] = []
    for root in roots:
        base = root.name or "root"
        base = base.encode("utf-8", "replace").decode()
        label, number = base, 1
        while label in labels:
            number += 1
            label = f"{base}-{number}"
        labels.append(label)
    return tuple(labels)


def _uri(uri: str, folder: Path, key: str) -> str:
    """LanceDB takes a relative path that begins with ``db`` for its cloud, so paths are made absolute."""
    if not uri:
        return str(folder / "lance")
    if "://" in uri:
        return f"{uri.rstrip('/')}/{key}"
    return str(Path(uri).expanduser().absolute() / key)
