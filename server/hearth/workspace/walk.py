"""The files of one workspace folder that belong into the index, and for each other file the reason why it does not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import attrs

from . import content, generated, git
from .ignore import GITIGNORE, HEARTHIGNORE, Rules, filled_by_programs, holds, never
from .secrets import is_secret

_MAX_PICK = 200
"""Paths that git is asked about at once; for more, listing everything is as fast."""
_MAX_DEPTH = 64
"""Folders or submodules inside of one another; deeper ones are a mistake or an attack."""


@attrs.frozen
class Found:
    """A file that belongs into the index, unless its content says otherwise."""

    path: str
    """Relative to the folder, with ``/``."""
    size: int
    mtime_ns: int


@attrs.frozen
class Skipped:
    """A file or folder that is left out."""

    path: str
    reason: str
    """Words that follow "it"."""


@attrs.frozen
class Limits:
    """What the settings say."""

    max_bytes: int = 1_000_000
    exclude: tuple[str, ...] = ()
    """Patterns in the syntax of ``.gitignore``."""


class Walk:
    """Looks through one folder. Symbolic links are not followed: what they lead to is indexed where it is."""

    def __init__(self, root: Path, limits: Limits = Limits()) -> None:
        self._root = root
        self._limits = limits

    def files(self) -> Iterator[Found | Skipped]:
        """All files, as git sees them if it does; folders that are left out count as one."""
        yield from self._repository("", self._rules((HEARTHIGNORE,)), 0)

    def pick(self, paths: Iterable[str]) -> list[Found | Skipped] | None:
        """Those of ``paths`` (relative) that :meth:`files` would bring, the others as skipped.

        None if that cannot be told without listing everything.
        """
        wanted = [path for path in dict.fromkeys(paths) if path]
        if len(wanted) > _MAX_PICK:
            return None
        results: list[Found | Skipped] = []
        by_repository: dict[int, list[str]] = {}
        for path in wanted:
            if reason := self._why_before_git(PurePosixPath(path).parts):
                results.append(Skipped(path, reason))
            else:
                by_repository.setdefault(self._depth_of_repository(PurePosixPath(path).parts), []).append(path)
        for depth, group in by_repository.items():
            for path, reason in self._ask_git(depth, group).items():
                results.append(Skipped(path, reason) if reason else self._judge(path, Rules(())))
        if any(isinstance(each, Skipped) and each.reason == _IS_FOLDER for each in results):
            return None
        return results

    def why(self, path: str) -> str:
        """Why the file at ``path`` (relative) is left out, by its place and name; empty if it is not."""
        parts = PurePosixPath(path).parts
        if reason := self._why_before_git(parts):
            return reason
        depth = self._depth_of_repository(parts)
        inside = self._root.joinpath(*parts[:depth])
        if depth or git.sees(self._root):
            rule = git.ignored_by(inside, "/".join(parts[depth:]))
            reason = f"is ignored by git ({rule})" if rule else ""
        else:
            reason = self._why_outside(parts)
        if reason:
            return reason
        judged = self._judge(path, Rules(()))
        return judged.reason if isinstance(judged, Skipped) else ""

    def _why_before_git(self, parts: tuple[str, ...]) -> str:
        """The reasons that hold in a repository and outside of one, and that cost little to find."""
        for depth in range(1, len(parts)):
            if never(parts[depth - 1]):
                return f"is below {parts[depth - 1]}, which is never read"
            if _is_link(self._root.joinpath(*parts[:depth])):
                return f"is reached through {'/'.join(parts[:depth])}, a symbolic link"
        rules = self._rules((HEARTHIGNORE,))
        for depth in range(len(parts)):
            rules = rules.below(self._root, "/".join(parts[:depth]))
            if source := rules.ignoring("/".join(parts[: depth + 1]), folder=depth + 1 < len(parts)):
                return f"is excluded by {source}"
        return ""

    def _depth_of_repository(self, parts: tuple[str, ...]) -> int:
        """How many of ``parts`` lead to the innermost repository below the root; 0 if there is none below it."""
        for depth in range(len(parts) - 1, 0, -1):
            if holds(self._root.joinpath(*parts[:depth]), ".git"):
                return depth
        return 0

    def _ask_git(self, depth: int, paths: list[str]) -> dict[str, str]:
        """Path → why it is ignored, empty if it is not, of files in one repository or in none."""
        parts = {path: PurePosixPath(path).parts for path in paths}
        inside = {path: "/".join(parts[path][depth:]) for path in paths}
        folder = self._root.joinpath(*parts[paths[0]][:depth])
        ignored = git.ignored(folder, [*inside.values(), "."])
        if ignored is None or (depth == 0 and "." in ignored):
            return {path: self._why_outside(parts[path]) for path in paths}
        return {path: "is ignored by git" if inside[path] in ignored else "" for path in paths}

    def _why_outside(self, parts: tuple[str, ...]) -> str:
        rules = Rules((GITIGNORE,))
        for depth in range(len(parts)):
            if depth and filled_by_programs(parts[depth - 1], self._root.joinpath(*parts[:depth])):
                return f"is below {'/'.join(parts[:depth])}, which programs fill"
            rules = rules.below(self._root, "/".join(parts[:depth]))
            if source := rules.ignoring("/".join(parts[: depth + 1]), folder=depth + 1 < len(parts)):
                return f"is ignored by {source}"
        return ""

    def _rules(self, names: tuple[str, ...]) -> Rules:
        return Rules(names).with_patterns(self._limits.exclude, "the setting index.exclude")

    def _repository(self, base: str, rules: Rules, depth: int) -> Iterator[Found | Skipped]:
        """What git sees below ``base`` (relative, empty for the root), repositories inside of it included."""
        entries = git.files(self._root / base) if depth < _MAX_DEPTH else []
        if entries is None:
            yield from self._folder(base, Rules((GITIGNORE, HEARTHIGNORE), rules._specs), depth)
            return
        prefix = f"{base}/" if base else ""
        known = {base: rules.below(self._root, base)}
        for entry in entries:
            path = prefix + entry.path
            here = self._rules_at(path.rpartition("/")[0], known)
            judged = self._judge(path, here)
            if not isinstance(judged, Skipped) or judged.reason != _IS_FOLDER:
                yield judged
            elif source := here.ignoring(path, folder=True):
                yield Skipped(path, f"is excluded by {source}")
            else:
                yield from self._repository(path, here, depth + 1)

    def _rules_at(self, folder: str, known: dict[str, Rules]) -> Rules:
        if folder not in known:
            known[folder] = self._rules_at(folder.rpartition("/")[0], known).below(self._root, folder)
        return known[folder]

    def _folder(self, base: str, rules: Rules, depth: int) -> Iterator[Found | Skipped]:
        """What is below ``base`` in no repository, by the rule files in it."""
        stack = [(base, rules, depth)]
        while stack:
            folder, above, depth = stack.pop()
            here = above.below(self._root, folder)
            try:
                with os.scandir(self._root / folder) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                yield Skipped(folder or ".", f"cannot be read ({error.strerror})")
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                is_folder = _is_folder(entry)
                if never(entry.name):
                    continue
                if is_folder and holds(self._root / path, ".git"):
                    yield from self._repository(path, Rules((HEARTHIGNORE,), here._specs), depth + 1)
                elif is_folder and filled_by_programs(entry.name, self._root / path):
                    yield Skipped(path, "is a folder that programs fill")
                elif source := here.ignoring(path, folder=is_folder):
                    yield Skipped(path, f"is ignored by {source}")
                elif not is_folder:
                    yield self._judge(path, Rules(()))
                elif depth + 1 < _MAX_DEPTH:
                    stack.append((path, here, depth + 1))

    def _judge(self, path: str, rules: Rules) -> Found | Skipped:
        """Whether a file belongs into the index, as far as its name and its directory entry tell."""
        if not _is_utf8(path):
            return Skipped(path, "has a name that is not valid UTF-8")
        if is_secret(PurePosixPath(path)):
            return Skipped(path, "may hold secrets, as its name says")
        if source := rules.ignoring(path, folder=False):
            return Skipped(path, f"is excluded by {source}")
        try:
            info = (self._root / path).lstat()
        except FileNotFoundError:
            return Skipped(path, "does not exist")
        except (OSError, ValueError) as error:
            return Skipped(path, f"cannot be read ({getattr(error, 'strerror', None) or error})")
        if stat.S_ISLNK(info.st_mode):
            return Skipped(path, "is a symbolic link")
        if stat.S_ISDIR(info.st_mode):
            return Skipped(path, _IS_FOLDER)
        if not stat.S_ISREG(info.st_mode):
            return Skipped(path, "is not a regular file")
        if reason := generated.by_name(PurePosixPath(path)):
            return Skipped(path, reason)
        if info.st_size > self._limits.max_bytes:
            return Skipped(path, content.too_large(info.st_size, self._limits.max_bytes))
        return Found(path, info.st_size, info.st_mtime_ns)


_IS_FOLDER = "is a folder"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
