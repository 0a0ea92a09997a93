"""How far a file is from others in the tree of folders."""

from __future__ import annotations

from collections.abc import Iterable


class Nearness:
    """Distances from a set of files."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._places = {tuple(path.split("/")[:-1]) for path in paths}
        self._farthest = max(map(len, self._places), default=0)

    def __bool__(self) -> bool:
        return bool(self._places)

    def distance(self, path: str) -> int:
        """Steps through the tree of folders to the nearest of them; 0 if there are none."""
        if not self._places:
            return 0
        parts = path.split("/")[:-1]
        best = len(parts) + self._farthest
        for place in self._places:
            shared = 0
            for mine, theirs in zip(parts, place, strict=False):
                if mine != theirs:
                    break
                shared += 1
            best = min(best, len(parts) + len(place) - 2 * shared)
        return best
