"""Installing a model, and removing one. Whatever ends an installation early, nothing of it is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import attrs
import filelock

from hearth.catalog import known, machine, select
from hearth.catalog.verify import verify
from hearth.core.aio import closing
from hearth.core.errors import HearthError, InputError, ModelError, ModelInvalid
from hearth.core.paths import Paths
from hearth.embedding import install as embedder
from hearth.engine import launch
from hearth.providers.download import download, no_room

_SPARE = 200_000_000
"""Bytes of disk that are to be left free."""
_PREFIX = ".installing-"


@attrs.frozen
class Step:
    """How far it is, for a person. Bytes are 0 where there is nothing to count."""

    message: str
    done: int = 0
    total: int = 0
    speed: float = 0.0
    """Bytes a second."""


async def install(name: str, paths: Paths, source: Path | None = None) -> AsyncGenerator[Step]:
    """Install the model of that name, or what ``source`` holds as it; the last step says where it is.

    Raises InputError for a name that nobody knows, and HearthError if it cannot be had, is not what it should be, or
    does not fit. Closing it ends the installation.
    """
    if name == embedder.NAME:
        async with closing(_embedder(paths, source)) as steps:
            async for step in steps:
                yield step
        return
    entry = await asyncio.to_thread(known.find, name, paths)
    folder = select.models_folder(paths)
    target = known.file_of(entry, folder)
    if target.exists():
        yield Step(f"Installed in {target}")
        return
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        with _alone(folder, name):
            await asyncio.to_thread(_sweep, folder, name)
            _check_room(entry.size, folder)
            with tempfile.TemporaryDirectory(dir=folder, prefix=f"{_PREFIX}{name}-") as scratch:
                part = Path(scratch) / "part"
                if source is None:
                    stream = download(entry.url, part, sha256=entry.sha256, size=entry.size)
                    async with closing(stream) as progress:
                        yield Step(f"Asking {entry.host}", 0, entry.size)
                        async for each in progress:
                            yield Step("Downloading", each.done, each.total, each.speed)
                else:
                    yield Step("Copying the file")
                    await asyncio.to_thread(_copy, source, part, entry)
                yield Step("Checking the file", entry.size, entry.size)
                await asyncio.to_thread(verify, part)
                await asyncio.to_thread(part.replace, target)
    except OSError as error:
        raise _disk_error(error, folder) from error
    yield Step(f"Installed in {target}", entry.size, entry.size)


async def remove(name: str, paths: Paths) -> Path:
    """Delete an installed model; returns where it was. Raises InputError if it is not one that can be deleted."""
    if name == embedder.NAME:
        place = embedder.folder(paths)
        if not embedder.is_installed(paths):
            raise InputError(f"{name} is not installed.")
        await asyncio.to_thread(shutil.rmtree, place)
        return place
    folder = select.models_folder(paths)
    if name == select.BUNDLED or name not in select.installed(paths):
        raise InputError(
            f"There is no installed model {name!r} that could be removed.", hint="`hearth models` lists them."
        )
    place = select.resolve_model(name, paths)
    if not place.is_relative_to(folder):
        raise InputError(f"{place} is not in the models folder.", hint="Delete it yourself.")
    for address in await asyncio.to_thread(launch.running, paths):
        if Path(address.model) == place:
            await launch.stop(address)  # It would keep the file's room on the disk, and its memory.
    try:
        await asyncio.to_thread(place.unlink)
    except OSError as error:
        raise ModelError(f"{place} cannot be deleted ({error.strerror}).", hint="Is it yours?") from error
    return place


async def _embedder(paths: Paths, source: Path | None) -> AsyncGenerator[Step]:
    place = embedder.folder(paths)
    try:
        await asyncio.to_thread(place.parent.mkdir, parents=True, exist_ok=True)
        with _alone(place.parent, embedder.NAME):
            _check_room(embedder.MEGABYTES * 4_000_000, place.parent)
            async with closing(embedder.install(paths, source)) as steps:
                async for step in steps:
                    yield Step(step.message)
    except OSError as error:
        raise _disk_error(error, place.parent) from error
    yield Step(f"Installed in {place}")


@contextlib.contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Nobody else installs this model meanwhile. Raises ModelError."""
    lock = filelock.FileLock(folder / f"{_PREFIX}{name}.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise ModelError(f"{name} is being installed already.", hint="Wait for the other window or terminal.") from None
    try:
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _sweep(folder: Path, name: str) -> None:
    """Delete what an installation left whose process was killed."""
    for each in folder.glob(f"{_PREFIX}{name}-*"):
        shutil.rmtree(each, ignore_errors=True)


def _check_room(size: int, folder: Path) -> None:
    free = machine.free_disk(folder)
    if free < size + _SPARE:
        raise ModelError(
            f"There is no room: {(size + _SPARE) / 1e9:.1f} GB are needed, and {free / 1e9:.1f} GB are free "
            f"where models are kept ({folder}).",
            hint="Delete something, or remove a model that you do not use.",
        )


def _copy(source: Path, part: Path, entry: known.Known) -> None:
    if not source.is_file():
        raise InputError(f"{source} is not a file.", hint="Name the model's GGUF file.")
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry.sha256:
        raise ModelInvalid(
            f"{source.name} is not the published file: its SHA-256 is {digest}.", hint="Nothing was installed."
        )
    shutil.copyfile(source, part)


def _disk_error(error: OSError, folder: Path) -> HearthError:
    if no_room(error):
        return ModelError(f"The disk is full ({folder}). Nothing was installed.", hint="Make room, and try again.")
    return ModelError(f"{folder} cannot be written ({error.strerror or error}).", hint="Nothing was installed.")
