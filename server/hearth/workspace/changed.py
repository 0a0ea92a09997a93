"""What differs from the last commit, found without having git compare files.

``git diff`` hands files to programs that the repository's own configuration and attributes name (filters, textconv).
Here git only lists what it has stored: sizes, times and hashes; files are read and compared by us.
"""

from __future__ import annotations

import difflib
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs

from . import git
from .content import Unreadable, read_bytes
from .secrets import is_secret

_MOST_FILES = 20
"""Changed files that are compared, those that changed last first: more is a merge, not what somebody works on."""
_MOST_BYTES = 200_000
"""Of a file that is compared."""
_MOST_LINES = 4_000
_MOST_HUNKS = 400
"""Changes that are told, those of the files that changed last first."""
_MOST_OF_SIDE = 40
"""Lines that went, and lines that came, of one stretch: a file that was written anew is one of all its lines."""
_AROUND = 2
"""Lines of context around a change."""
_LFS = b"version https://git-lfs"


@attrs.frozen
class Hunk:
    """Lines that changed together."""

    path: str
    """Relative to the folder that was asked about, with ``/``."""
    start: int
    """First line that is there now, from 1."""
    end: int
    lines: tuple[str, ...] = attrs.field(repr=False)
    """As a unified diff has them, with ``+``, ``-`` or a space in front; not all of a very long stretch."""


def hunks(folder: Path, text_of: Callable[[Path], str | None]) -> list[Hunk]:
    """The changes of the tracked files below ``folder`` since the last commit; none if git does not answer.

    ``text_of`` gives the text of a file that an editor has open, else None. Files that may hold secrets are left out.
    Blocking: it takes as long as git takes to list the files.
    """
    found: list[Hunk] = []
    for path, old in _changed(folder):
        file = folder / path
        text = text_of(file)
        new = _read(folder, file) if text is None else text
        if new is not None:
            found += _compare(path, _lines(old), _lines(new))
        if len(found) >= _MOST_HUNKS:
            break
    return found[:_MOST_HUNKS]


def _changed(folder: Path) -> Iterator[tuple[str, str]]:
    """(path, text in the last commit) of the files that changed, the newest first."""
    committed = git.committed(folder)
    times: dict[str, float] = {}
    for entry in git.stored(folder) if committed else []:
        before = committed.get(entry.path)
        if before is None or is_secret(Path(entry.path)):
            continue
        try:
            info = (folder / entry.path).lstat()
        except OSError:
            continue
        same = entry.hash == before and (entry.size, entry.mtime_ns) == (info.st_size & 0xFFFFFFFF, info.st_mtime_ns)
        if not same and stat.S_ISREG(info.st_mode) and info.st_size <= _MOST_BYTES:
            times[entry.path] = info.st_mtime
    newest = sorted(times, key=lambda path: -times[path])[:_MOST_FILES]
    for path, data in zip(newest, git.contents(folder, [committed[path] for path in newest], _MOST_BYTES), strict=True):
        if data is not None and b"\0" not in data and not data.startswith(_LFS):
            yield path, data.decode("utf-8", "replace")


def _read(folder: Path, file: Path) -> str | None:
    try:
        if not file.resolve().is_relative_to(folder.resolve()):  # Git's list is of names; a folder may be a link.
            return None
        data = read_bytes(file, _MOST_BYTES)
    except (Unreadable, OSError, RuntimeError):
        return None
    return None if b"\0" in data else data.decode("utf-8", "replace")


def _lines(text: str) -> list[str]:
    """Without their ends: git may store others than the disk has."""
    return re.split(r"\r\n|\r|\n", text)


def _compare(path: str, old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    if max(len(old), len(new)) > _MOST_LINES:
        return []
    found: list[Hunk] = []
    # Without ``autojunk`` each blank line is compared with all others: where every other line changed too, that takes
    # seconds.
    for group in difflib.SequenceMatcher(None, old, new, autojunk=True).get_grouped_opcodes(_AROUND):
        lines: list[str] = []
        for tag, first, last, now, until in group:
            if tag == "equal":
                lines += [f" {line}" for line in new[now:until]]
            else:
                lines += [f"-{line}" for line in old[first:last][:_MOST_OF_SIDE]]
                lines += [f"+{line}" for line in new[now:until][:_MOST_OF_SIDE]]
        found.append(Hunk(path, group[0][3] + 1, max(group[0][3] + 1, group[-1][4]), tuple(lines)))
    return found
