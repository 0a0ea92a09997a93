"""Models of this machine, as the client asks for them: listed, installed, removed, chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hearth.core.aio import closing
from hearth.core.errors import ModelError

from .methods import MODELS_PROGRESS
from .models import Use
from .protocol_models import (
    ModelEntry,
    ModelFit,
    ModelsChooseParams,
    ModelsChooseResult,
    ModelsInstallParams,
    ModelsInstallResult,
    ModelsListResult,
    ModelsProgressParams,
    ModelsRemoveParams,
    ModelsRemoveResult,
    ModelUse,
    SettingChange,
)

if TYPE_CHECKING:
    from hearth.core.paths import Paths
    from hearth.core.settings import Settings
    from hearth.features.models.entry import Entry
    from hearth.features.models.listing import Listing
    from hearth.providers.base import Provider

    from .rpc import Protocol
    from .session import Session


class ModelShelf:
    """What one session does about models. What it needs is imported when it is first asked."""

    def __init__(
        self,
        session: Session,
        wire: Protocol,
        paths: Callable[[], Paths],
        create: Callable[[str, Settings], Provider],
    ) -> None:
        self._session = session
        self._wire = wire
        self._paths = paths
        self._create = create
        self._installing: set[str] = set()

    async def list(self) -> ModelsListResult:
        """Answer ``hearth/models/list``."""
        listing = await self._listing()
        here = listing.machine
        return ModelsListResult(
            models=tuple(_entry(each, installing=each.name in self._installing) for each in listing.entries),
            folder=str(listing.folder),
            cores=here.cores,
            memory_bytes=here.memory,
            free_memory_bytes=here.free_memory,
            free_disk_bytes=here.free_disk,
            others=self._others({each.name.partition(":")[0] for each in listing.entries}),
        )

    async def install(self, params: ModelsInstallParams) -> ModelsInstallResult:
        """Answer ``hearth/models/install``."""
        await asyncio.to_thread(_import)
        from hearth.features.models import install  # noqa: PLC0415

        if params.name in self._installing:
            raise ModelError(f"{params.name} is being installed already.", hint="Wait until it is done.")
        self._installing.add(params.name)
        message = ""
        try:
            async with closing(install.install(params.name, self._paths())) as steps:
                async for step in steps:
                    message = step.message
                    told = ModelsProgressParams(params.name, message, step.done, step.total, step.speed)
                    self._wire.notify(MODELS_PROGRESS, told)
        finally:
            self._installing.discard(params.name)
        return ModelsInstallResult(message)

    async def remove(self, params: ModelsRemoveParams) -> ModelsRemoveResult:
        """Answer ``hearth/models/remove``."""
        listing = await self._listing()
        from hearth.features.models import install  # noqa: PLC0415
        from hearth.features.models.choose import without  # noqa: PLC0415

        changes = without(params.name, listing)
        place = await install.remove(params.name, self._paths())
        return ModelsRemoveResult(str(place), tuple(SettingChange(name, value) for name, value in changes.items()))

    async def choose(self, params: ModelsChooseParams) -> ModelsChooseResult:
        """Answer ``hearth/models/choose``."""
        listing = await self._listing()
        from hearth.features.models.choose import choose  # noqa: PLC0415
        from hearth.features.models.entry import Use as For  # noqa: PLC0415

        chosen = choose(params.name, For(params.use.value), listing)
        return ModelsChooseResult(tuple(SettingChange(name, value) for name, value in chosen.items()))

    async def _listing(self) -> Listing:
        await asyncio.to_thread(_import)
        from hearth.features.models.listing import models  # noqa: PLC0415

        session = self._session
        await session.ready()
        settings = session.settings
        return await models(settings, self._paths(), self._heard(), lambda spec: self._create(spec, settings))

    def _heard(self) -> dict[Path, float]:
        """How fast answers of models that are files came."""
        from hearth.features.models.listing import embedded_file  # noqa: PLC0415

        settings, found = self._session.settings, dict[Path, float]()
        for use, spec in ((Use.COMPLETION, settings.models.completion), (Use.CHAT, settings.models.chat)):
            path, speed = embedded_file(spec, settings, self._paths()), self._session.models.model(use).heard
            if path is not None and speed is not None:
                found[path] = max(speed, found.get(path, 0))
        return found

    def _others(self, listed: set[str]) -> tuple[str, ...]:
        """What the settings name of servers that have told of no models."""
        models = self._session.settings.models
        named = (
            ("Completions", models.completion),
            ("Chat", models.chat),
            ("Vectors", models.embedding),
            ("Next edits", models.next_edit),
        )
        return tuple(
            f"{title} come from {spec}, as the settings say."
            for title, spec in named
            if spec and spec.partition(":")[0] not in ("embedded", *listed)
        )


def _entry(each: Entry, *, installing: bool) -> ModelEntry:
    return ModelEntry(
        name=each.name,
        title=each.title,
        installed=each.installed,
        installing=installing,
        uses=tuple(ModelUse(use.value) for use in each.uses),
        chosen=tuple(ModelUse(use.value) for use in each.chosen),
        recommended=tuple(ModelUse(use.value) for use in each.recommended),
        about=each.about,
        size_bytes=each.size,
        memory_bytes=each.memory,
        fit=ModelFit(each.fit.value),
        tokens_per_second=None if each.tokens_per_second is None else round(each.tokens_per_second, 1),
        measured=each.measured,
        parameters=each.parameters,
        context=each.context,
        quantization=each.quantization,
        licence=each.licence,
        host=each.host,
        path=each.path,
        problem=each.problem,
        removable=each.removable,
    )


def _import() -> None:
    from hearth.features.models import choose, install, listing  # noqa: F401, PLC0415
