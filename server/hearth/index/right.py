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


_FULL = ("the disk is full", "Free some space; the index goes on where it was.")
_CAUSES = {
    "no space left": _FULL,
    "disk is full": _FULL,
    "disk i/o error": _FULL,
    "file too large": _FULL,
    "quota": ("this user's share of the disk is full", _FULL[1]),
    "readonly database": ("this user may not write it", "Search goes on with what is in the index; check the rights."),
    "unable to open database file": ("this user may not write it", "Check the rights of that folder."),
    "read-only file system": ("it is on a disk that cannot be written", "Search goes on with what is in the index."),
    "permission denied": ("this user may not write it", "Search goes on with what is in the index; check the rights."),
    "operation not permitted": ("this user may not write it", "Check the rights of that folder."),
}
"""What systems, SQLite and LanceDB say → what that means, and what to do."""


def is_denied(error: BaseException) -> bool:
    """Whether the disk is full or may not be written: what is on it is not broken, then."""
    return _cause(error) is not None


def unusable(place: Place, error: BaseException) -> IndexUnavailable:
    """The error for an index that cannot be read or written."""
    reason = getattr(error, "strerror", None) or (str(error).splitlines() or [""])[0][:300] or type(error).__name__
    hint = "Check the rights and the free space of that folder; it may be deleted, and is built again then."
    if cause := _cause(error):
        reason, hint = cause
    return IndexUnavailable(f"The index in {place.folder} cannot be used: {reason}.", hint=hint)


def _cause(error: BaseException) -> tuple[str, str] | None:
    text = str(error).lower()
    return next((cause for words, cause in _CAUSES.items() if words in text), None)
