"""What the indexer tells about itself."""

from __future__ import annotations

import enum
import json
import time
from typing import Any, Self

import attrs


class Phase(enum.Enum):
    """What the indexer does."""

    STARTING = "starting"
    SCANNING = "scanning"
    """Looks for files that are new, changed or gone."""
    READING = "reading"
    """Reads and writes changed files; what is written can be searched by words and symbols."""
    EMBEDDING = "embedding"
    """All files can be searched; vectors are made."""
    IDLE = "idle"
    """Everything is done."""
    PAUSED = "paused"
    FAILED = "failed"


@attrs.frozen
class IndexProgress:
    """Where the indexer stands."""

    phase: Phase
    files_done: int = 0
    files_total: int = 0
    """Files of this pass that have to be read."""
    chunks_done: int = 0
    chunks_total: int = 0
    """Chunks that need a vector."""
    seconds_left: float | None = None
    """Of this phase; None while it cannot be told."""
    message: str = ""
    """One line for a person: why it is paused (empty if the user wants it) or failed, what was repaired."""

    @property
    def fraction(self) -> float | None:
        """0..1 of this phase; None if it cannot be told."""
        done, total = self.files_done, self.files_total
        if self.phase is Phase.EMBEDDING:
            done, total = self.chunks_done, self.chunks_total
        return min(1.0, done / total) if total else None

    def to_json(self) -> str:
        """One line."""
        return json.dumps(attrs.asdict(self, value_serializer=_plain), ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """From :meth:`to_json`. Raises ValueError, TypeError or KeyError for anything else."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "phase": Phase(values["phase"])})


@attrs.define
class Clock:
    """Estimates how long a phase still takes, from its speed so far."""

    began: float = attrs.field(factory=time.monotonic)

    def left(self, done: int, total: int) -> float | None:
        """Seconds; None before anything is done."""
        return (time.monotonic() - self.began) * (total - done) / done if done else None


def _plain(_instance: object, _field: object, value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
