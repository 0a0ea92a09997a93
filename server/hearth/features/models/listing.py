"""Which models are installed, which could be, and what each would be on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from hearth.catalog import known, machine, select
from hearth.catalog.machine import Machine
from hearth.catalog.speeds import Speeds
from hearth.catalog.verify import ModelFacts, verify
from hearth.core.errors import HearthError
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.embedding import install as embedder
from hearth.engine import launch
from hearth.providers.base import Provider

from .entry import Entry, Fit, Use
from .served import served

_TIGHT = 0.85
"""Share of all memory that a model may take at most beside an editor."""
_QUICK = 12.0
"""Tokens a second from which a completion comes while somebody still wants it."""
_ENOUGH = 4.0
"""And an answer to a question."""
_EMBEDDER_BYTES, _EMBEDDER_MEMORY = 23_000_000, 128_000_000


@attrs.frozen
class Listing:
    """All of them, and the machine they are to run on."""

    machine: Machine
    folder: Path
    entries: tuple[Entry, ...]


async def models(
    settings: Settings,
    paths: Paths,
    heard: Mapping[Path, float] | None = None,
    create: Callable[[str], Provider] | None = None,
) -> Listing:
    """What is there and what could be.

    ``heard``: tokens a second of models whose answers were just measured. ``create`` makes the provider of a
    specification; with it, servers that the settings name are asked what they have.
    """
    others = [] if create is None else await served(settings, create)
    told = {
        Path(address.model): float(health.get("decode_tokens_per_second") or 0)
        for address in await asyncio.to_thread(launch.running, paths)
        if (health := await launch.status(address))
    }
    for path, speed in (heard or {}).items():
        told[path] = max(speed, told.get(path, 0))
    return await asyncio.to_thread(_models, settings, paths, told, others)


def _models(settings: Settings, paths: Paths, told: Mapping[Path, float], others: list[Entry]) -> Listing:
    folder = select.models_folder(paths)
    here = machine.look(folder)
    speeds = Speeds.load(paths).note(dict(told), paths)
    look = _Look(here, speeds, _chosen(settings, paths))
    entries, taken = [], set()
    catalogue = {known.file_of(each, folder): each for each in known.known(paths)}
    for name in select.installed(paths):
        try:
            path = select.resolve_model(name, paths)
        except HearthError:
            continue
        taken.add(path)
        entries.append(look.installed(name, path, catalogue.get(path)))
    own = [path for path in look.chosen if path not in taken]
    entries += [look.installed(str(path), path, None, own=True) for path in own]
    entries += others
    vectors = _embedder(settings, paths)
    entries += [vectors] if vectors.installed else []
    entries += [look.available(each) for path, each in catalogue.items() if path not in taken]
    entries += [] if vectors.installed else [vectors]
    return Listing(here, folder, _recommended(entries))


@attrs.frozen
class _Look:
    """What makes entries."""

    machine: Machine
    speeds: Speeds
    chosen: dict[Path, tuple[Use, ...]]

    def installed(self, name: str, path: Path, entry: known.Known | None, *, own: bool = False) -> Entry:
        bundled = name == select.BUNDLED
        uses = (Use.COMPLETION, Use.CHAT)
        about = (
            "Part of Hearth, for trying things out: what it writes looks right and mostly is not." if bundled else ""
        )
        title = entry.title if entry else ("Bundled model" if bundled else Path(name).stem if own else name)
        try:
            facts: ModelFacts | None = verify(path)
            problem = ""
        except HearthError as error:
            facts, problem = None, str(error)
        size = facts.size_bytes if facts else 0
        seen = self.speeds.of(path, size)
        return Entry(
            name=name,
            title=title,
            installed=True,
            uses=() if problem else tuple(map(Use, entry.uses)) if entry else uses,
            chosen=self.chosen.get(path, ()),
            about=entry.about if entry else about,
            size=size,
            memory=machine.memory_of(size),
            # It is there, so whether it fits is asked of the memory that it would have if it ran alone.
            fit=self._fit(machine.memory_of(size)),
            tokens_per_second=seen or self._predicted(entry.token_bytes if entry else size),
            measured=seen is not None,
            parameters=round((facts.parameters if facts else 0) / 1e6, 1),
            context=facts.context if facts else 0,
            quantization=facts.quantization if facts else "",
            licence=(entry.licence if entry else "") or _spelt(facts.licence if facts else ""),
            path=str(path),
            problem=problem,
            removable=not (bundled or own),
        )

    def available(self, entry: known.Known) -> Entry:
        return Entry(
            name=entry.name,
            title=entry.title,
            installed=False,
            uses=tuple(map(Use, entry.uses)),
            about=entry.about,
            size=entry.size,
            memory=machine.memory_of(entry.size),
            fit=self._fit(machine.memory_of(entry.size)),
            tokens_per_second=self._predicted(entry.token_bytes),
            parameters=entry.parameters,
            context=entry.context,
            quantization=entry.quantization,
            licence=entry.licence,
            host=entry.host,
        )

    def _fit(self, memory: int) -> Fit:
        if memory > self.machine.memory * _TIGHT:
            return Fit.TOO_LARGE
        return Fit.FITS if memory <= self.machine.free_memory else Fit.TIGHT

    def _predicted(self, token_bytes: int) -> float | None:
        # A small file is read from the processor's caches: how fast is not known.
        if token_bytes < machine.LEAST_BYTES:
            return None
        if bandwidth := self.speeds.bandwidth():
            return bandwidth / token_bytes
        return machine.predicted(token_bytes, self.machine.bandwidth)


def _spelt(licence: str) -> str:
    """As its SPDX identifier; model files have it in small letters."""
    return {"apache-2.0": "Apache-2.0", "mit": "MIT"}.get(licence, licence)


def _chosen(settings: Settings, paths: Paths) -> dict[Path, tuple[Use, ...]]:
    """Model files that the settings name, and what for."""
    found: dict[Path, tuple[Use, ...]] = {}
    models = settings.models
    for use, spec in ((Use.COMPLETION, models.completion), (Use.CHAT, models.chat)):
        path = embedded_file(spec, settings, paths)
        if path is not None:
            found[path] = (*found.get(path, ()), use)
    return found


def embedded_file(spec: str, settings: Settings, paths: Paths) -> Path | None:
    """The file that the engine would load for ``spec``; None if another server answers, or there is no such file."""
    provider, _, model = spec.strip().partition(":")
    if provider != "embedded":
        return None
    try:
        return select.resolve_model(model.strip() or settings.engine.model, paths)
    except HearthError:
        return None


def _embedder(settings: Settings, paths: Paths) -> Entry:
    installed = embedder.is_installed(paths)
    chosen = settings.index.embedder == "minilm" or (settings.index.embedder == "auto" and installed)
    return Entry(
        name=embedder.NAME,
        title="all-MiniLM-L6-v2",
        installed=installed,
        uses=(Use.EMBEDDING,),
        chosen=(Use.EMBEDDING,) if chosen and installed else (),
        recommended=(Use.EMBEDDING,),
        about="Search by meaning: makes the vectors of the index.",
        size=_EMBEDDER_BYTES if installed else embedder.MEGABYTES * 1_000_000,
        memory=_EMBEDDER_MEMORY,
        parameters=22.7,
        context=256,
        quantization="int8",
        licence="Apache-2.0",
        host="" if installed else "PyPI",
        path=str(embedder.folder(paths)) if installed else "",
        removable=installed,
    )


def _recommended(entries: list[Entry]) -> tuple[Entry, ...]:
    best: dict[Use, str] = {}
    for use, least in ((Use.COMPLETION, _QUICK), (Use.CHAT, _ENOUGH)):
        good = [
            each
            for each in entries
            if use in each.uses and each.fit is Fit.FITS and (each.tokens_per_second or 0) >= least and each.size
        ]
        if good:
            # More parameters, then a model that can do more.
            best[use] = max(good, key=lambda each: (each.parameters, len(each.uses), each.installed)).name
    return tuple(
        attrs.evolve(each, recommended=(*each.recommended, *(use for use, name in best.items() if name == each.name)))
        for each in entries
    )
