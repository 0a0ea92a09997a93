"""What is in an index, and why a file is not, without opening the database."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import attrs
import filelock

from hearth.core.errors import IndexUnavailable, InputError
from hearth.core.settings import IndexSettings
from hearth.index.manifest import Manifest
from hearth.index.place import Place
from hearth.workspace import content, generated
from hearth.workspace.walk import Limits, Walk


@attrs.frozen
class Summary:
    """Numbers for a person."""

    folder: Path
    exists: bool
    files: int = 0
    chunks: int = 0
    left_out: int = 0
    """Files whose content keeps them out."""
    megabytes: float = 0.0
    embedder: str = ""
    """Key of the embedder that made the vectors; empty for none."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**attrs.asdict(self), "folder": str(self.folder), "megabytes": round(self.megabytes, 1)}


@attrs.frozen
class Answer:
    """Whether a file is in the index."""

    indexed: bool
    sentence: str
    chunks: int = 0


def limits(settings: IndexSettings) -> Limits:
    """The limits that the settings set."""
    return Limits(settings.max_file_kb * 1000, settings.exclude)


def of(place: Place) -> Summary:
    """The numbers of an index."""
    with Manifest.reading(place.manifest) as manifest:
        if manifest is None:
            return Summary(place.folder, exists=False)
        files, chunks, left_out = manifest.counts()
        return Summary(
            place.folder, True, files, chunks, left_out, _bytes(place.folder) / 1e6, manifest.fact("embedder")
        )


def why(place: Place, file: Path, settings: IndexSettings) -> Answer:
    """Whether ``file`` belongs into the index and is in it. Raises InputError for a file of another place."""
    absolute = Path.cwd() / file
    folder = absolute.parent.resolve()
    name = place.name_of(folder / absolute.name)
    found = None if name is None else place.split(name)
    if name is None or found is None:
        raise InputError(f"{file} is not in this workspace.", hint="Name a file below the current folder.")
    if absolute.is_dir():
        raise InputError(f"{file} is a folder.", hint="Name a file.")
    root, path = found
    bounds = limits(settings)
    if reason := Walk(root, bounds).why(path) or _why_content(root / path, bounds):
        return Answer(False, f"not in the index: it {reason}.")
    with Manifest.reading(place.manifest) as manifest:
        state = None if manifest is None else manifest.get(name)
    if state is None:
        return Answer(False, "it belongs into the index, and is not in it yet: run `hearth index`.")
    if state.reason:
        return Answer(False, f"not in the index: it {state.reason}.")
    return Answer(True, f"in the index, in {state.chunks} chunk{'' if state.chunks == 1 else 's'}.", state.chunks)


def delete(place: Place) -> None:
    """Delete the index. Raises IndexUnavailable if somebody writes it."""
    if not place.folder.exists():
        return
    lock = filelock.FileLock(place.lock)
    try:
        with lock.acquire(timeout=0):
            clear(place)
    except filelock.Timeout:
        raise IndexUnavailable("Another program writes this index.", hint="Close the editors that use it.") from None
    except OSError as error:
        raise IndexUnavailable(f"The index cannot be deleted ({error.strerror}).", hint=str(place.folder)) from error


def clear(place: Place) -> None:
    """Delete all of an index that this process may write. Raises OSError."""
    for each in place.folder.iterdir():
        if each != place.lock:
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
    if place.local and Path(place.uri).exists():
        shutil.rmtree(place.uri)


def _why_content(file: Path, bounds: Limits) -> str:
    try:
        return generated.by_text(content.read(file, bounds.max_bytes).text)
    except content.Unreadable as reason:
        return str(reason)


def _bytes(folder: Path) -> int:
    total = 0
    for each in folder.rglob("*"):
        try:
            total += each.lstat().st_size if each.is_file() else 0
        except OSError:
            continue  # It was deleted while we counted.
    return total
