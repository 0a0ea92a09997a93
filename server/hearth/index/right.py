"""The right to write an index: one process at a time has it. Light, so that asking for it costs no second."""

from __future__ import annotations

import filelock

from hearth.core.errors import IndexUnavailable

from .place import Place


def take(place: Place) -> filelock.BaseFileLock | None:
    """The right to write; None if another process has it. The kernel takes it back from a process that ends in whatever
    way. Raises IndexUnavailable if the folder cannot be used."""
    try:
        place.prepare()
        # It is taken in one thread and may be given back in another.
        lock = filelock.FileLock(place.lock, thread_local=False)
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return None
    except OSError as error:
        raise unusable(place, error) from error
    return lock


def unusable(place: Place, error: BaseException) -> IndexUnavailable:
    """The error for an index that cannot be read or written."""
    reason = (str(error).splitlines() or [""])[0][:300] or type(error).__name__
    return IndexUnavailable(
        f"The index in {place.folder} cannot be used: {reason}.",
        hint="Check the rights and the free space of that folder; it may be deleted, and is built again then.",
    )
