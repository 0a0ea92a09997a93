"""Ignore rules where git does not apply them: ``.hearthignore`` everywhere, ``.gitignore`` outside of repositories."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs
from pathspec import GitIgnoreSpec

from .content import read_small

HEARTHIGNORE = ".hearthignore"
GITIGNORE = ".gitignore"

_MAX_BYTES = 1_000_000
"""A larger file of rules is not one."""
_NEVER = frozenset({".git", ".hg", ".svn", ".jj"})
_UNTRACKED = frozenset(
    {
        "node_modules", "bower_components", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache",
        ".pytest_cache", ".ruff_cache", ".hypothesis", ".gradle", ".idea", ".vs", ".next", ".nuxt", ".terraform",
        ".cache", ".eggs", "site-packages", ".bundle", ".dart_tool", ".stack-work", "DerivedData",
    }
)  # fmt: skip
"""Folders that programs fill. In a repository its own rules decide; elsewhere nobody wrote rules for them."""
_MARKERS = ("pyvenv.cfg", "CACHEDIR.TAG")
"""Files by which programs mark folders that they fill."""


@attrs.frozen
class Rules:
    """The rules that hold in one folder: those of its own files, then those of the folders above it."""

    names: tuple[str, ...]
    """Names of rule files."""
    _specs: tuple[tuple[str, str, GitIgnoreSpec], ...] = ()
    """(prefix of paths, name of the rule file, rules), outermost first."""

    def below(self, root: Path, folder: str) -> Rules:
        """The rules in ``folder`` (relative to ``root``, empty for the root), which must be entered from above."""
        prefix = f"{folder}/" if folder else ""
        found = []
        for name in self.names:
            text = read_small(root / folder / name, _MAX_BYTES)
            if text and (spec := _spec(text.splitlines())) is not None:
                found.append((prefix, f"{prefix}{name}", spec))
        return attrs.evolve(self, specs=(*self._specs, *found)) if found else self

    def with_patterns(self, patterns: Iterable[str], source: str) -> Rules:
        """These rules and further ``patterns`` for the whole tree, which the user wrote into ``source``."""
        spec = _spec(patterns)
        return attrs.evolve(self, specs=((("", source, spec)), *self._specs)) if spec is not None else self

    def ignoring(self, path: str, *, folder: bool) -> str:
        """Name of the rule file that ignores ``path`` (relative to the root); empty if none does.

        The innermost file that says anything about the path decides, as in git.
        """
        for prefix, source, spec in reversed(self._specs):
            verdict = spec.check_file(path[len(prefix) :] + ("/" if folder else "")).include
            if verdict is not None:
                return source if verdict else ""
        return ""


def never(name: str) -> bool:
    """Whether a folder of this name is never entered."""
    return name in _NEVER


def filled_by_programs(name: str, folder: Path) -> bool:
    """Whether ``folder``, called ``name`` and in no repository, holds what programs put there."""
    return name in _UNTRACKED or any(holds(folder, marker) for marker in _MARKERS)


def holds(folder: Path, name: str) -> bool:
    """Whether there is something of this name in a folder; no if nobody lets us look."""
    try:
        return (folder / name).exists()
    except OSError:
        return False


def _spec(lines: Iterable[str]) -> GitIgnoreSpec | None:
    """Rules of ``lines``; a line that is no pattern is passed over, as git does."""
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    if not kept:
        return None
    try:
        return GitIgnoreSpec.from_lines(kept)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in kept if _valid(line)])


def _valid(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
