"""The doctor's checks, each a function that returns findings. None starts anything; none waits long."""

from __future__ import annotations

import asyncio
import enum
import importlib.metadata
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from hearth import __version__
from hearth.catalog.machine import memory_of
from hearth.catalog.select import BUNDLED, resolve_model
from hearth.catalog.verify import verify
from hearth.core import cores, limits
from hearth.core.errors import HearthError
from hearth.core.options import USER_FILE
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.embedding import install as embedder
from hearth.engine import ladder, launch
from hearth.engine.ladder import Rung
from hearth.prompts import next_edit as formats
from hearth.providers.base import Provider

from .fix import FORGET, STOP, Fix, Kind, shell

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
class Subject:
    """What is looked at."""

    settings: Settings
    paths: Paths
    warnings: tuple[str, ...]
    """What could not be used of the settings."""
    files: tuple[Path, ...]
    """Settings files that were read."""
    create_provider: Callable[[str], Provider]
    """The provider of a specification. Raises HearthError."""


@attrs.frozen
class Finding:
    """One thing that was looked at."""

    section: str
    level: Level
    text: str
    hint: str = ""
    """What to do; empty if nothing."""
    fix: Fix | None = None
    """What an editor can do about it."""

    def facts(self) -> dict[str, Any]:
        """For ``--json``."""
        return attrs.asdict(self, value_serializer=lambda _i, _a, v: v.value if isinstance(v, enum.Enum) else v)


async def all_findings(context: Subject) -> list[Finding]:
    """Everything, in the order it is shown."""
    found = [*machine(), *installation(), *settings(context)]
    found += await asyncio.to_thread(lambda: [*model(context), *safe_modes(context)])
    found += [finding async for finding in engines(context)]
    found += [finding async for finding in providers(context)]
    found += await asyncio.to_thread(lambda: [*next_edit(context)])
    found += search(context)
    return found


def machine() -> Iterator[Finding]:
    """Processor, memory, disk."""
    memory = limits.memory()
    text = f"{platform.system()} {platform.machine()}, {cores.physical()} cores"
    yield Finding("Machine", Level.OK, text)
    level = Level.OK if memory.available > 1e9 else Level.WARN
    hint = "" if level is Level.OK else "Close something, or choose a smaller model."
    fix = None if level is Level.OK else Fix("Choose a Model…", Kind.MODELS)
    yield Finding(
        "Machine", level, f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB memory free", hint, fix
    )
    free = shutil.disk_usage(Path.home() if Path.home().exists() else Path.cwd()).free
    if free < _LOW_DISK_BYTES:
        text = f"only {free / 1e6:.0f} MB disk left"
        yield Finding("Machine", Level.WARN, text, "Make room.", Fix("Remove a Model…", Kind.MODELS))


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
            Fix("Install It…", Kind.TERMINAL, shell(sys.executable, "-m", "pip", "install", "hearth-ls[engine]")),
        )
    else:
        yield Finding("Installation", Level.OK, f"llama-cpp-python {_version('llama-cpp-python')}")
    if shutil.which("git") is None:
        yield Finding(
            "Installation",
            Level.NOTE,
            "git is not on the PATH",
            "Ignore rules are then read by Hearth itself.",
            Fix("Get git", Kind.LINK, "https://git-scm.com/downloads"),
        )


def settings(context: Subject) -> Iterator[Finding]:
    """Settings files and what is wrong in them."""
    for path in context.files:
        yield Finding("Settings", Level.OK, f"read {path}")
    if not context.files:
        yield Finding("Settings", Level.OK, f"defaults (no {context.paths.config / USER_FILE})")
    for warning in context.warnings:
        yield Finding("Settings", Level.WARN, warning, "Mend it; until then the default is used.", _of_warning(warning))


def model(context: Subject) -> Iterator[Finding]:
    """The model files that the embedded engine is to run."""
    models, names = context.settings.models, list[str]()
    for spec in (models.completion, models.chat, models.embedding, models.next_edit):
        provider, _, name = spec.strip().partition(":")
        if provider == "embedded":
            names.append(name.strip() or context.settings.engine.model)
    for name in dict.fromkeys(names):
        yield from _model(name, context)


def _model(name: str, context: Subject) -> Iterator[Finding]:
    try:
        path = resolve_model(name, context.paths)
        facts = verify(path)
    except HearthError as error:
        yield Finding("Model", Level.FAIL, error.message, error.hint, Fix("Choose a Model…", Kind.MODELS))
        return
    size = f"{facts.parameters / 1e6:.1f} M parameters, {facts.quantization}, {facts.size_bytes / 1e6:.0f} MB"
    yield Finding("Model", Level.OK, f"{facts.name}: {size}, window {facts.context} tokens ({path})")
    if name == BUNDLED:
        yield Finding(
            "Model",
            Level.NOTE,
            "this is the bundled model, which is for trying things out",
            "`hearth models` lists real ones, and what each would be on this machine.",
            Fix("Get a Real One…", Kind.MODELS),
        )
    needed = memory_of(facts.size_bytes)
    if needed > limits.memory().available:
        yield Finding(
            "Model",
            Level.WARN,
            f"it needs about {needed / 1e9:.1f} GB, more than is free",
            "Choose a smaller one.",
            Fix("Choose a Model…", Kind.MODELS),
        )


def safe_modes(context: Subject) -> Iterator[Finding]:
    """What was learnt from crashes."""
    for fall in ladder.falls(context.paths):
        yield Finding(
            "Safe mode",
            Level.NOTE,
            f"{Path(fall.model).name} runs in mode {fall.rung} on this machine since {fall.when}: {fall.cause}",
            'Nothing to do. A new llama-cpp-python is tried again by itself; engine.safe_mode = "fast" forces it.',
            Fix("Try the Fastest Mode Again", Kind.SERVER, f"{FORGET}{fall.model}"),
        )
    chosen = context.settings.engine.safe_mode
    if chosen == Rung.PLAIN.value:
        text = "engine.safe_mode is plain: no extra buffer types are used"
        yield Finding("Safe mode", Level.NOTE, text, fix=Fix("Change It…", Kind.SETTING, "engine.safe_mode"))


async def engines(context: Subject) -> AsyncIterator[Finding]:
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
            text = f"the engine with pid {address.pid} does not answer"
            fix = Fix("Stop It", Kind.SERVER, f"{STOP}{address.pid}")
            yield Finding("Engine", Level.WARN, text, "hearth engine stop", fix)
    if not running:
        yield Finding("Engine", Level.OK, "none runs; one starts when it is needed")


async def providers(context: Subject) -> AsyncIterator[Finding]:
    """The configured providers that are servers of their own."""
    models = context.settings.models
    chosen = {spec for spec in (models.completion, models.chat, models.embedding, models.next_edit) if spec}
    for spec in sorted(chosen):
        if spec.partition(":")[0] == "embedded":
            continue
        try:
            provider = await asyncio.to_thread(context.create_provider, spec)
        except HearthError as error:
            yield Finding("Providers", Level.FAIL, f"{spec}: {error.message}", error.hint, _of_provider(spec))
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
            yield Finding("Providers", Level.FAIL, f"{spec}: {error.message}", error.hint, _of_provider(spec))
        except TimeoutError:
            text = f"{spec}: no answer in {_PROVIDER_SECONDS:.0f} s"
            yield Finding("Providers", Level.FAIL, text, "Is it running?", _of_provider(spec))
        finally:
            await provider.aclose()


def next_edit(context: Subject) -> Iterator[Finding]:
    """Whether it is known how to ask the model that predicts the next edit."""
    spec = context.settings.models.next_edit
    if not spec:
        return
    provider, _, model = spec.strip().partition(":")
    named = {"embedded": context.settings.engine.model, "ollama": context.settings.ollama.model}
    form = formats.for_model(spec, model or named.get(provider, context.settings.openai.model))
    if form is not None:
        yield Finding("Next edit", Level.OK, f"{spec} is asked as a model of the family {form.name}")
    elif provider in named:
        known = ", ".join(formats.NAMES)
        fix = Fix("Change It…", Kind.SETTING, "models.next_edit")
        hint = f"A file or model is known by its name; there are: {known}."
        yield Finding("Next edit", Level.WARN, f"it is not known how to ask {spec} for the next edit", hint, fix)


def search(context: Subject) -> Iterator[Finding]:
    """Whether search is by meaning, too."""
    settings = context.settings.index
    if not settings.enabled:
        fix = Fix("Change It…", Kind.SETTING, "index.enabled")
        yield Finding("Search", Level.NOTE, "workspaces are not indexed: index.enabled is off", fix=fix)
    elif settings.embedder not in ("auto", embedder.NAME):
        yield Finding("Search", Level.OK, f"vectors are made by {settings.embedder}")
    elif embedder.is_installed(context.paths):
        yield Finding("Search", Level.OK, "by words, names and meaning")
    else:
        level = Level.NOTE if settings.embedder == "auto" else Level.FAIL
        hint = f"`hearth models install {embedder.NAME}` adds search by meaning ({embedder.MEGABYTES} MB)."
        fix = Fix("Install It", Kind.INSTALL, embedder.NAME)
        yield Finding("Search", level, "by words and names: no model for meaning is installed", hint, fix)


def _of_warning(warning: str) -> Fix:
    """The file that it is about, or the editor's settings."""
    place = warning.partition(": ")[0]
    if Path(place).is_absolute() and Path(place).exists():
        return Fix("Open the File", Kind.FILE, place)
    return Fix("Open the Settings", Kind.SETTING, "")


def _of_provider(spec: str) -> Fix:
    section = spec.partition(":")[0]
    name = {"openai": "openai.base_url", "ollama": "ollama.host"}.get(section, "models")
    return Fix("Change Its Address…" if section in ("openai", "ollama") else "Open the Settings", Kind.SETTING, name)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
