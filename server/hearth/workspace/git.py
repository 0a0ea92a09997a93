"""What git knows about a folder. Every call has a deadline, and none runs what a hostile repository asks git to run."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from pathlib import Path

import attrs

log = logging.getLogger(__name__)

_LIST_S = 60.0
"""Longest wait for a list of files: a repository of a million files on a cold disk takes half a minute."""
_ASK_S = 5.0
SAFE = (
    # A repository's own configuration may name programs for git to run.
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
)  # fmt: skip
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES")
"""Variables with which a git hook or a shell would send us to another repository."""


@attrs.frozen
class Entry:
    """One line of git's list."""

    path: str
    """Relative to the folder that was asked about, with ``/``."""
    tracked: bool


def files(folder: Path) -> list[Entry] | None:
    """What git sees in ``folder``: tracked files, and untracked ones that no rule ignores.

    A submodule or a repository inside of it is one entry: it has to be asked itself. None if git is not installed, if
    ``folder`` is in no repository or ignored by the one that it is in, or if git does not answer.
    """
    tracked = _lines(folder, ("ls-files", "-z", "--cached"), _LIST_S)
    if tracked is None:
        return None
    others = _lines(folder, ("ls-files", "-z", "--others", "--exclude-standard"), _LIST_S)
    if others is None:
        return None
    if not tracked and is_ignored(folder, "."):
        return None
    unique = dict.fromkeys(tracked)  # A file in a merge conflict is listed once for each side.
    return [Entry(path, tracked=True) for path in unique] + [
        Entry(path.rstrip("/"), tracked=False) for path in others if path not in unique
    ]


def is_ignored(folder: Path, path: str) -> bool:
    """Whether a rule of git ignores ``path``, relative to ``folder``; a tracked file never is."""
    return ignored_by(folder, path) != ""


def ignored(folder: Path, paths: list[str]) -> set[str] | None:
    """Those of ``paths``, relative to ``folder``, that rules of git ignore. None if it is no repository, or if git
    does not answer."""
    listing = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = _run(folder, ("check-ignore", "-z", "--stdin"), _ASK_S, listing)
    if done is None or done.returncode not in (0, 1):
        return None
    return {os.fsdecode(each) for each in done.stdout.split(b"\0") if each}


def ignored_by(folder: Path, path: str) -> str:
    """The rule that ignores ``path``, as ``file:line: pattern``; empty if none does."""
    done = _run(folder, ("check-ignore", "-v", "--", path), _ASK_S)
    if done is None or done.returncode != 0:
        return ""
    source, _, rest = os.fsdecode(done.stdout).partition("\t")[0].partition(":")
    number, _, pattern = rest.partition(":")
    # The last rule that matches is told also if it is one that lets the file in.
    return "" if pattern.startswith("!") else f"{source}:{number}: {pattern}"


def head(folder: Path) -> str:
    """The commit that is checked out; empty if there is none. A switch of branches changes it."""
    done = _run(folder, ("rev-parse", "--verify", "--quiet", "HEAD"), _ASK_S)
    return os.fsdecode(done.stdout).strip() if done is not None and done.returncode == 0 else ""


@attrs.frozen
class Stored:
    """What git's own list of a working tree has on one file."""

    path: str
    """Relative to the folder that was asked about, with ``/``."""
    hash: str
    size: int
    """Bytes, modulo 2³²."""
    mtime_ns: int


def committed(folder: Path) -> dict[str, str]:
    """The files below ``folder`` in the commit that is checked out: path → hash. Empty if there is none."""
    found: dict[str, str] = {}
    for line in _lines(folder, ("ls-tree", "-r", "-z", "HEAD"), _LIST_S) or []:
        about, _, path = line.partition("\t")
        kind = about.split(" ")
        if len(kind) == 3 and kind[1] == "blob":
            found[path] = kind[2]
    return found


def stored(folder: Path) -> list[Stored]:
    """The files below ``folder`` that git tracks, as it saw them last; without those in a merge conflict."""
    done = _run(folder, ("ls-files", "-z", "--stage", "--debug"), _LIST_S)
    if done is None or done.returncode != 0:
        return []
    return [
        Stored(os.fsdecode(found[2]), found[1].decode(), int(found[5]), int(found[3]) * 10**9 + int(found[4]))
        for found in (each.groups() for each in _STORED.finditer(done.stdout))
        if found[0] == b"0"
    ]


_STORED = re.compile(
    rb"\d+ (?=[0-9a-f]+ (\d)\t)([0-9a-f]+) \d\t([^\0]*)\0"
    rb"[^\0]*?\n  mtime: (\d+):(\d+)\n[^\0]*?\n  size: (\d+)\t[^\n]*\n"
)


def contents(folder: Path, hashes: list[str], max_bytes: int) -> list[bytes | None]:
    """The stored contents of these hashes, in their order. No filter is run.

    None for one that is not there, or has more than ``max_bytes``: gigabytes may take little room in a repository.
    """
    sizes = _objects(folder, "--batch-check", hashes).splitlines()
    small = [each for each, line in zip(hashes, sizes, strict=False) if (_size(line) or 0) <= max_bytes]
    rest = _objects(folder, "--batch", small)
    found: dict[str, bytes] = {}
    for each in small:
        head, _, rest = rest.partition(b"\n")
        if (size := _size(head)) is not None:
            found[each] = rest[:size]
            rest = rest[size + 1 :]
    return [found.get(each) for each in hashes]


def _objects(folder: Path, how: str, hashes: list[str]) -> bytes:
    if not hashes:
        return b""
    done = _run(folder, ("cat-file", how), _ASK_S, "".join(f"{each}\n" for each in hashes).encode())
    return done.stdout if done is not None and done.returncode == 0 else b""


def _size(head: bytes) -> int | None:
    """Bytes of an object, from the line that tells of it; None if there is no such object."""
    size = head.rpartition(b" ")[2]
    return int(size) if size.isdigit() else None


def subjects(folder: Path, count: int = 8) -> tuple[str, ...]:
    """First lines of the latest commits' messages, the last commit first; none where there are no commits."""
    done = _run(folder, ("log", f"-{count}", "--no-merges", "--no-show-signature", "--format=%s"), _ASK_S)
    if done is None or done.returncode != 0:
        return ()
    return tuple(done.stdout.decode("utf-8", errors="replace").splitlines())


def configured(folder: Path, pattern: str) -> list[str]:
    """Names of the variables that the configuration sets and that match the regular expression ``pattern``."""
    return _lines(folder, ("config", "-z", "--name-only", "--get-regexp", pattern), _ASK_S) or []


def environment() -> dict[str, str]:
    """The variables that git is run with."""
    environ = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    # Without optional locks a question never makes the user's own git command fail because the index is locked.
    return environ | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _lines(folder: Path, arguments: tuple[str, ...], limit_s: float) -> list[str] | None:
    done = _run(folder, arguments, limit_s)
    if done is None or done.returncode != 0:
        return None
    return [os.fsdecode(each) for each in done.stdout.split(b"\0") if each]


def _run(
    folder: Path, arguments: tuple[str, ...], limit_s: float, given: bytes = b""
) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            ["git", *SAFE, "-C", str(folder), *arguments],
            input=given,
            capture_output=True,
            timeout=limit_s,
            env=environment(),
            check=False,
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        log.warning("git does not answer: %s", type(error).__name__)
        return None


def sees(folder: Path) -> bool:
    """Whether ``folder`` is in a repository that does not ignore it."""
    done = _run(folder, ("rev-parse", "--is-inside-work-tree"), _ASK_S)
    if done is None or done.returncode != 0 or done.stdout.strip() != b"true":
        return False
    return not is_ignored(folder, ".")
