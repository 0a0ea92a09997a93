"""Opening the index for writing: by one process only, and anew if it is broken."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import time
from pathlib import Path

import attrs
import filelock

from hearth.core.errors import IndexUnavailable

from . import upkeep
from .audit import Audit, audit
from .manifest import Manifest
from .place import Place
from .right import is_denied, unusable
from .store import Store
from .vectors import Vectors

log = logging.getLogger(__name__)

_OPEN_S = 120.0
"""Longest wait for a database on an object store."""


@attrs.define
class Opened:
    """An index that this process may write."""

    place: Place
    store: Store
    manifest: Manifest
    lock: filelock.BaseFileLock
    audit: Audit
    notes: list[str]
    """Sentences for the user: what was moved aside."""
    vectors: Vectors | None = None
    _closed: bool = False

    def close(self) -> None:
        """Close all and let the next writer in; once."""
        if self._closed:
            return
        self._closed = True
        if self.vectors is not None:
            self.vectors.close()
        self.store.close()
        self.manifest.close()
        self.lock.release()


async def open_writing(place: Place, lock: filelock.BaseFileLock) -> Opened:
    """Open the index with a right that :func:`hearth.index.right.take` gave; it is released if this fails.

    A database that cannot be opened is moved aside and begun anew, with a note. Raises IndexUnavailable.
    """
    notes: list[str] = []
    try:
        async with asyncio.timeout(_OPEN_S):
            try:
                return await _open(place, lock, notes)
            except (IndexUnavailable, OSError, RuntimeError, ValueError, sqlite3.Error) as error:
                if is_denied(error) or not await asyncio.to_thread(_set_aside, place, error, notes):
                    raise
            return await _open(place, lock, notes)
    except (OSError, RuntimeError, ValueError, sqlite3.Error, TimeoutError) as error:
        lock.release()
        raise unusable(place, error) from error
    except BaseException:
        lock.release()
        raise


async def _open(place: Place, lock: filelock.BaseFileLock, notes: list[str]) -> Opened:
    store = await Store.create(place.uri)
    try:
        manifest = Manifest.open(place.manifest)
        try:
            found = await audit(store, manifest)
            if await store.count():
                await upkeep.index(store)
        except BaseException:
            manifest.close()
            raise
    except BaseException:
        store.close()
        raise
    if not found.clean:
        log.info("the index was repaired: %d doubled, %d lost, %d unknown", found.doubled, found.lost, found.unknown)
    return Opened(place, store, manifest, lock, found, notes)


def _set_aside(place: Place, error: Exception, notes: list[str]) -> bool:
    """Move a broken database away; whether there was one that could be moved. The one before it is deleted."""
    log.warning("the index in %s cannot be opened: %s: %s", place.folder, type(error).__name__, error)
    broken = Path(place.uri)
    if not place.local or not broken.exists():
        # What does not answer over a network may be whole, and other people's too.
        return False
    for old in broken.parent.glob(f"{broken.name}.broken-*"):
        shutil.rmtree(old, ignore_errors=True)
    aside = broken.with_name(f"{broken.name}.broken-{time.time_ns()}")
    broken.rename(aside)
    place.manifest.unlink(missing_ok=True)
    notes.append(f"The index could not be opened. It was moved to {aside} and is built again.")
    return True
