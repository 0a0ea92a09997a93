"""The doctor's checks, each a function that returns findings. None starts anything; none waits long."""

from __future__ import annotations

import asyncio
import enum
import importlib.metadata
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import attrs
import psutil

from hearth import __version__
from hearth.app import create_provider
from hearth.catalog.select import resolve_model
from hearth.catalog.verify import verify
from hearth.core import cores
from hearth.core.errors import HearthError
from hearth.core.options import USER_FILE
from hearth.engine import ladder, launch
from hearth.engine.ladder import Rung

from .context import Context

_PROVIDER_SECONDS = 5.0
_LOW_DISK_BYTES = 1_000_000_000
_ENGINE_PACKAGES = ("llama-cpp-python", "numpy", "jinja2", "prometheus-client", "starlette", "uvicorn")


class Level(enum.Enum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


@attrs.frozen
class Finding:
    """One thing that was looked at."""

    section: str
    level: Level
    text: str
    hint: str = ""
    """What to do; empty if nothing."""

    def facts(self) -> dict[str, Any]:
        """For ``--json``."""
        return attrs.asdict(self, value_serializer=lambda _i, _a, v: v.value if isinstance(v, enum.Enum) else v)


async def all_findings(context: Context) -> list[Finding]:
    """Everything, in the order it is shown."""
    found = [*machine(), *installation(), *settings(context)]
    found += await asyncio.to_thread(lambda: [*model(context), *safe_modes(context)])
    found += [finding async for finding in engines(context)]
    found += [finding async for finding in providers(context)]
    return found


def machine() -> Iterator[Finding]:
    """Processor, memory, disk."""
    memory = psutil.virtual_memory()
    text = f"{platform.system()} {platform.machine()}, {cores.physical()} cores"
    yield Finding("Machine", Level.OK, text)
    level = Level.OK if memory.available > 1e9 else Level.WARN
    hint = "" if level is Level.OK else "Close something, or choose a smaller model."
    yield Finding("Machine", level, f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB memory free", hint)
    free = shutil.disk_usage(Path.home() if Path.home().exists() else Path.cwd()).free
    if free < _LOW_DISK_BYTES:
        yield Finding("Machine", Level.WARN, f"only {free / 1e6:.0f} MB disk left", "Make room.")


def installation() -> Iterator[Finding]:
    """Python and packages."""
    version = platform.python_version()
    yield Finding("Installation", Level.OK, f"hearth {__version__} on Python {version} ({sys.executable})")
    missing = [name for name in _ENGINE_PACKAGES if _version(name) is None]
    if missing:
        yield Finding(
            "Installation",
            Level.WARN,
            f"the embedded engine is not installed ({', '.join(missing)} missing)",
            'pip install "hearth-ls[engine]", or set models.completion and models.chat to openai or ollama.',
        )
    else:
        yield Finding("Installation", Level.OK, f"llama-cpp-python {_version('llama-cpp-python')}")
    if shutil.which("git") is None:
        yield Finding(
            "Installation", Level.NOTE, "git is not on the PATH", "Ignore rules are then read by Hearth itself."
        )


def settings(context: Context) -> Iterator[Finding]:
    """Settings files and what is wrong in them."""
    for path in context.files:
        yield Finding("Settings", Level.OK, f"read {path}")
    if not context.files:
        yield Finding("Settings", Level.OK, f"defaults (no {context.paths.config / USER_FILE})")
    for warning in context.warnings:
        yield Finding("Settings", Level.WARN, warning, "Mend it; until then the default is used.")


def model(context: Context) -> Iterator[Finding]:
    """The embedded engine's model file."""
    try:
        path = resolve_model(context.settings.engine.model, context.paths)
        facts = verify(path)
    except HearthError as error:
        yield Finding("Model", Level.FAIL, error.message, error.hint)
        return
    size = f"{facts.parameters / 1e6:.1f} M parameters, {facts.quantization}, {facts.size_bytes / 1e6:.0f} MB"
    yield Finding("Model", Level.OK, f"{facts.name}: {size}, window {facts.context} tokens ({path})")
    if context.settings.engine.model == "bundled":
        yield Finding(
            "Model",
            Level.NOTE,
            "this is the bundled model, which is for trying things out",
            "docs/models.md tells how to get a real one.",
        )
    needed = facts.size_bytes * 1.2
    if needed > psutil.virtual_memory().available:
        yield Finding(
            "Model", Level.WARN, f"it needs about {needed / 1e9:.1f} GB, more than is free", "Choose a smaller one."
        )


def safe_modes(context: Context) -> Iterator[Finding]:
    """What was learnt from crashes."""
    for fall in ladder.falls(context.paths):
        yield Finding(
            "Safe mode",
            Level.NOTE,
            f"{Path(fall.model).name} runs in mode {fall.rung} on this machine since {fall.when}: {fall.cause}",
            'Nothing to do. A new llama-cpp-python is tried again by itself; engine.safe_mode = "fast" forces it.',
        )
    chosen = context.settings.engine.safe_mode
    if chosen == Rung.PLAIN.value:
        yield Finding("Safe mode", Level.NOTE, "engine.safe_mode is plain: no extra buffer types are used")


async def engines(context: Context) -> AsyncIterator[Finding]:
    """Engines that run."""
    running = launch.running(context.paths)
    for address in running:
        health = await launch.status(address)
        if health.get("status") == "ready":
            text = f"{health['model']} runs (pid {address.pid}, mode {health['mode']})"
            yield Finding("Engine", Level.OK, text)
        elif health:
            yield Finding("Engine", Level.NOTE, f"{Path(address.model).name} is {health.get('status')}")
        else:
            yield Finding(
                "Engine", Level.WARN, f"the engine with pid {address.pid} does not answer", "hearth engine stop"
            )
    if not running:
        yield Finding("Engine", Level.OK, "none runs; one starts when it is needed")


async def providers(context: Context) -> AsyncIterator[Finding]:
    """The configured providers that are servers of their own."""
    models = context.settings.models
    chosen = {spec for spec in (models.completion, models.chat, models.embedding) if spec}
    for spec in sorted(chosen):
        if spec.partition(":")[0] == "embedded":
            continue
        try:
            provider = create_provider(spec, context.settings, context.paths)
        except HearthError as error:
            yield Finding("Providers", Level.FAIL, f"{spec}: {error.message}", error.hint)
            continue
        try:
            async with asyncio.timeout(_PROVIDER_SECONDS):
                able = await provider.capabilities()
            skills = [
                name for name, has in (("fim", able.fim), ("chat", able.chat), ("embeddings", able.embeddings)) if has
            ]
            yield Finding("Providers", Level.OK, f"{spec}: {able.model} ({', '.join(skills) or 'nothing'})")
            for note in able.notes:
                yield Finding("Providers", Level.NOTE, f"{spec}: {note}")
        except HearthError as error:
            yield Finding("Providers", Level.FAIL, f"{spec}: {error.message}", error.hint)
        except TimeoutError:
            yield Finding("Providers", Level.FAIL, f"{spec}: no answer in {_PROVIDER_SECONDS:.0f} s", "Is it running?")
        finally:
            await provider.aclose()


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
