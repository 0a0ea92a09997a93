"""Which files have to be read: the workspace beside the manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

import attrs

from hearth.index.manifest import Manifest, State
from hearth.index.nearness import Nearness
from hearth.index.place import Place
from hearth.workspace.walk import Found, Limits, Walk


@attrs.frozen
class Job:
    """A file that has to be read."""

    path: str
    """Its name in the index."""
    file: Path
    mtime_ns: int


@attrs.frozen
class Changes:
    """What has to be done."""

    jobs: tuple[Job, ...]
    gone: tuple[str, ...]
    """Files of the index that are no longer there, or no longer belong into it."""
    known: Mapping[str, State]
    """What the manifest says of the files that were compared."""


def everything(place: Place, limits: Limits, manifest: Manifest) -> Changes:
    """Compare all files. Blocking: call it in a thread."""
    known = manifest.all()
    jobs: list[Job] = []
    seen: set[str] = set()
    for root in place.roots:
        for each in Walk(root, limits).files():
            if isinstance(each, Found):
                name = place.name(root, each.path)
                seen.add(name)
                _add(jobs, name, root / each.path, each, known)
    return Changes(tuple(jobs), tuple(path for path in known if path not in seen), known)


def some(place: Place, limits: Limits, manifest: Manifest, files: Collection[Path]) -> Changes | None:
    """Compare the files that are said to have changed; None if everything has to be compared.

    A folder that came or went, a file of ignore rules, or a great number of files cannot be judged alone.
    """
    jobs: list[Job] = []
    gone: list[str] = []
    known: dict[str, State] = {}
    for root, paths in _by_root(place, files).items():
        if any(PurePosixPath(path).name in _RULE_FILES for path in paths):
            return None
        picked = Walk(root, limits).pick(paths)
        if picked is None:
            return None
        for each in picked:
            name = place.name(root, each.path)
            if (state := manifest.get(name)) is not None:
                known[name] = state
            if isinstance(each, Found):
                _add(jobs, name, root / each.path, each, known)
            elif state is not None:
                gone.append(name)
            else:  # Perhaps it was a folder.
                inside = manifest.below(name)
                gone += inside
                known |= {path: state for path in inside if (state := manifest.get(path)) is not None}
    return Changes(tuple(jobs), tuple(gone), known)


def in_order(jobs: Iterable[Job], near: Collection[str]) -> list[Job]:
    """Files close to ``near`` first (names of open files), then those that were changed last."""
    places = Nearness(near)
    return sorted(jobs, key=lambda job: (places.distance(job.path), -job.mtime_ns, job.path))


_RULE_FILES = frozenset({".gitignore", ".hearthignore", ".gitmodules"})


def _add(jobs: list[Job], name: str, file: Path, found: Found, known: Mapping[str, State]) -> None:
    state = known.get(name)
    if state is None or (state.size, state.mtime_ns) != (found.size, found.mtime_ns):
        jobs.append(Job(name, file, found.mtime_ns))


def _by_root(place: Place, files: Collection[Path]) -> dict[Path, list[str]]:
    found: dict[Path, list[str]] = {}
    for file in files:
        name = place.name_of(file)
        split = None if name is None else place.split(name)
        if split is not None:
            found.setdefault(split[0], []).append(split[1])
    return found
