"""What changed in a repository, as git's own diff; nothing that a hostile repository asks git to run is run."""

from __future__ import annotations

import logging
import subprocess
import tempfile
from pathlib import Path

from hearth.core.errors import InputError

from . import git

log = logging.getLogger(__name__)

_DIFF_S = 15.0
"""Longest wait for a diff."""
_MOST_BYTES = 4_000_000
"""Of a diff that is read; what is behind it could never be shown."""
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What a repository without commits is compared with."""
_OPTIONS = (
    "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=dirty",
    "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip


def diff(folder: Path, *, staged: bool) -> str:
    """Changes since the last commit, in git's words; empty if there are none.

    ``staged`` takes what the next commit would hold, of the whole repository; else it is what changed below ``folder``,
    staged or not. Raises InputError where git does not answer, or ``folder`` is in no repository.
    """
    since = git.head(folder) or _EMPTY_TREE
    what = ("--cached", since, "--") if staged else ("--relative", since, "--", ".")
    # A file takes what git writes: a pipe would have to be read in small pieces while a deadline runs.
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(
                ["git", *git.SAFE, "-C", str(folder), "diff", *_OPTIONS, *what],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=_DIFF_S,
                env=git.environment() | _without_filters(folder),
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            log.warning("git does not tell what changed: %s", type(error).__name__)
            raise InputError("git did not answer.", hint="Is git installed? `hearth doctor` looks.") from None
        if done.returncode != 0:
            raise InputError(f"{folder.name or folder} is in no git repository.", hint="`git init` makes it one.")
        out.seek(0)
        return out.read(_MOST_BYTES).decode("utf-8", errors="replace")


def _without_filters(folder: Path) -> dict[str, str]:
    """Variables that switch off every filter that the configuration names: git would run them on changed files."""
    names = git.configured(folder, r"^filter\..*\.(clean|smudge|process|required)$")
    values = {name: "false" if name.endswith(".required") else "" for name in names}
    pairs = {f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(values)}
    pairs |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(values.values())}
    # A repository that lacks objects would have them fetched, by a program of its choice.
    return {**pairs, "GIT_CONFIG_COUNT": str(len(values)), "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
