"""The wire between the engine and its clients, and the file that says where an engine runs.

Nothing heavy is imported here: the language server reads this too.
"""

from __future__ import annotations

import enum
import hashlib
import json
from pathlib import Path
from typing import Any, Self

import attrs

from hearth.core.errors import EngineError
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings

HOST = "127.0.0.1"
"""The only address an engine listens on."""

PRIORITY_HEADER = "x-hearth-priority"
"""Header with a :class:`Priority`; by default completions are interactive and chats are chat."""


def shutting_down() -> EngineError:
    """What whoever waits for a worker that ends is told."""
    return EngineError("the engine is shutting down.", hint="Ask again; it will be started anew.")


class Priority(enum.Enum):
    """Who waits for the tokens; a lower rank goes first."""

    INTERACTIVE = "interactive"
    CHAT = "chat"
    BACKGROUND = "background"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return list(Priority).index(self)


class Phase(enum.Enum):
    """What the engine does right now, as ``/health`` tells it."""

    LOADING = "loading"
    CHECKING = "checking"
    """The first decodes, which no client waits for in vain if they crash."""
    READY = "ready"
    FAILED = "failed"


@attrs.frozen
class EngineSpec:
    """Which engine: the model and how to run it. One engine runs per user and ``key``."""

    model: Path
    """Absolute path of a GGUF file."""
    context: int = 0
    slots: int = 4
    threads: int = 0
    batch: int = 512
    gpu_layers: int = -1
    port: int = 0
    idle_minutes: float = 30.0
    safe_mode: str = "auto"
    edit_cache: bool = True
    saved_mb: int = 256

    @classmethod
    def of(cls, model: Path, settings: EngineSettings) -> Self:
        """The engine that ``settings`` ask for, with ``model`` in place of its name."""
        names = {field.name for field in attrs.fields(cls)} - {"model"}
        return cls(model=model, **{name: getattr(settings, name) for name in names})

    @property
    def key(self) -> str:
        """Name of the engine in files: the model's path; other settings do not start a second engine for one model."""
        return hashlib.blake2b(str(self.model).encode(), digest_size=8).hexdigest()

    def to_json(self) -> str:
        """The specification as one line of JSON."""
        return json.dumps(attrs.asdict(self, value_serializer=lambda _i, _a, v: str(v) if isinstance(v, Path) else v))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "model": Path(values["model"])})


@attrs.frozen
class EngineAddress:
    """Where an engine runs; the contents of its runtime file (mode 0600, because of the token)."""

    pid: int
    """The supervisor, which restarts the worker; ending it ends the engine."""
    started: float
    """Creation time of that process in seconds since the epoch: tells it from a later process with the same pid."""
    port: int
    token: str = attrs.field(repr=False)
    model: str
    version: str
    """Hearth's version; an older engine is replaced."""
    log: str
    """Path of the engine's log."""

    @property
    def url(self) -> str:
        """Base address without a path."""
        return f"http://{HOST}:{self.port}"

    def to_json(self) -> str:
        """The runtime file's text."""
        return json.dumps(attrs.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a runtime file; ``ValueError`` if it is not one."""
        try:
            values: dict[str, Any] = json.loads(text)
            if not all(isinstance(values[name], kind) for name, kind in _ADDRESS_TYPES.items()):
                raise TypeError("a field has the wrong type")
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a runtime file: {error}") from error


_ADDRESS_TYPES = {"pid": int, "started": float, "port": int, "token": str, "model": str, "version": str, "log": str}


@attrs.frozen
class Launching:
    """A step on the way to a ready engine. ``fraction`` is in 0..1, None if unknown."""

    message: str
    fraction: float | None = None


def runtime_file(paths: Paths, spec: EngineSpec) -> Path:
    """Where the address of the engine for ``spec`` stands while it runs."""
    return paths.runtime / f"engine-{spec.key}.json"


def log_file(paths: Paths, spec: EngineSpec) -> Path:
    """Where that engine's log stands."""
    return paths.state / "log" / f"engine-{spec.key}.log"
