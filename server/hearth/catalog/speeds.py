"""How fast models were seen to write on this machine: told by the engines that run, kept for when none does."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import attrs

from hearth.core.paths import Paths, write_private

from .machine import LEAST_BYTES

_FILE = "speeds.json"
_MOST = 50
"""Files that are remembered."""


@attrs.frozen
class Speeds:
    """Tokens a second, by a model file's path and size."""

    seen: dict[str, float]

    @classmethod
    def load(cls, paths: Paths) -> Speeds:
        """Those that are kept; none if the file cannot be read."""
        try:
            kept = json.loads((paths.state / _FILE).read_text(encoding="utf-8"))
            return cls({str(key): float(value) for key, value in kept.items() if float(value) > 0})
        except (OSError, ValueError, TypeError, AttributeError):
            return cls({})

    def of(self, model: Path, size: int) -> float | None:
        """What was seen of this very file."""
        return self.seen.get(_key(model, size))

    def note(self, told: dict[Path, float], paths: Paths) -> Speeds:
        """With what is told now, where it is more: others that run at the same time only ever slow a model down."""
        fresh = dict(self.seen)
        for model, speed in told.items():
            with contextlib.suppress(OSError):
                key = _key(model, model.stat().st_size)
                if speed > fresh.get(key, 0):
                    fresh[key] = round(speed, 1)
        if fresh != self.seen:
            kept = dict(list(fresh.items())[-_MOST:])
            with contextlib.suppress(OSError):
                write_private(paths.state / _FILE, json.dumps(kept, indent=1))
        return Speeds(fresh)

    def bandwidth(self) -> float:
        """Bytes a second at which models were read, by the largest one that was seen; 0 if none is large enough."""
        large = {}
        for key, speed in self.seen.items():
            size = int(key.rpartition(":")[2]) if key.rpartition(":")[2].isdigit() else 0
            if size >= LEAST_BYTES:
                large[size] = speed
        return max(large) * large[max(large)] if large else 0.0


def _key(model: Path, size: int) -> str:
    return f"{model}:{size}"
