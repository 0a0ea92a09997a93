"""Where Hearth keeps its files on this machine, for this user."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import attrs
import platformdirs

_APP = "hearth"
_OWNER_ONLY = 0o700


@attrs.frozen
class Paths:
    """The folders of one user. ``HEARTH_HOME`` puts them all below one folder (tests, portable installs)."""

    runtime: Path
    """Runtime files and locks of running engines; gone after a reboot."""
    state: Path
    """What is remembered between runs: safe modes, logs."""
    config: Path
    """``settings.toml`` of the user."""
    cache: Path
    """What can be rebuilt at any time."""
    data: Path
    """Installed models."""

    @classmethod
    def of_user(cls) -> Paths:
        """The folders of the user who runs this process; none is created."""
        if home := os.environ.get("HEARTH_HOME"):
            root = Path(home).expanduser().absolute()
            return cls(root / "run", root / "state", root / "config", root / "cache", root / "data")
        dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
        return cls(
            _runtime(dirs), dirs.user_state_path, dirs.user_config_path, dirs.user_cache_path, dirs.user_data_path
        )


def _runtime(dirs: platformdirs.PlatformDirsABC) -> Path:
    """The session's runtime folder, or a private one in the temporary folder where the session has none.

    Without a login session (``su``, cron, containers) ``/run/user/UID`` does not exist and cannot be created.
    platformdirs is asked only where there is no such folder: its answer and its warnings differ from release to
    release, and two programs of one user must find the same engine.
    """
    if not hasattr(os, "getuid") or sys.platform == "darwin":
        return dirs.user_runtime_path
    uid = os.getuid()
    for base in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{uid}"):
        if base and Path(base).is_absolute() and _is_own_folder(Path(base)):
            return Path(base) / _APP
    return Path(tempfile.gettempdir()) / f"{_APP}-{uid}"


def _is_own_folder(path: Path) -> bool:
    try:
        info = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid()


def private_folder(path: Path) -> Path:
    """Create ``path`` for this user alone (mode 0700) and return it.

    Raises ``PermissionError`` if it belongs to another user or is a link: a token file in it could be read or replaced.
    A folder of this user that others may enter is closed to them.
    """
    path.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    if hasattr(os, "getuid"):
        if not _is_own_folder(path):
            raise PermissionError(f"{path} is not a folder of this user")
        if path.lstat().st_mode & 0o077:
            path.chmod(_OWNER_ONLY)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` atomically by a file that only this user can read (mode 0600)."""
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
