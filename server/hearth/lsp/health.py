"""Whether the installation is sound, as a session's settings have it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hearth.core.options import PROJECT_FILE, USER_FILE

from .protocol_health import (
    DoctorFinding,
    DoctorFixParams,
    DoctorFixResult,
    DoctorResult,
    FindingFix,
    FindingLevel,
    FixKind,
)

if TYPE_CHECKING:
    from hearth.core.paths import Paths
    from hearth.core.settings import Settings
    from hearth.features.doctor.checks import Finding
    from hearth.providers.base import Provider

    from .session import Session


class Health:
    """Answers ``hearth/doctor``. What it needs is imported when it is first asked."""

    def __init__(
        self, session: Session, paths: Callable[[], Paths], create: Callable[[str, Settings], Provider]
    ) -> None:
        self._session = session
        self._paths = paths
        self._create = create

    async def findings(self) -> DoctorResult:
        """Look at everything."""
        session = self._session
        await session.ready()
        await asyncio.to_thread(_import)
        from hearth.features.doctor.checks import Subject, all_findings  # noqa: PLC0415

        settings, paths = session.settings, self._paths()
        places = (paths.config / USER_FILE, *(root.path / PROJECT_FILE for root in session.roots.folders))
        files = await asyncio.to_thread(_existing, places)
        subject = Subject(settings, paths, session.warnings, files, lambda spec: self._create(spec, settings))
        return DoctorResult(tuple(_finding(each) for each in await all_findings(subject)))

    async def mend(self, params: DoctorFixParams) -> DoctorFixResult:
        """Mend one of them."""
        await asyncio.to_thread(_import)
        from hearth.features.doctor.fix import mend  # noqa: PLC0415

        return DoctorFixResult(await mend(params.argument, self._paths()))


def _finding(each: Finding) -> DoctorFinding:
    fix = None if each.fix is None else FindingFix(each.fix.title, FixKind(each.fix.kind.value), each.fix.argument)
    return DoctorFinding(each.section, FindingLevel(each.level.value), each.text, each.hint, fix)


def _existing(places: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(each for each in places if each.is_file())


def _import() -> None:
    from hearth.features.doctor import checks  # noqa: F401, PLC0415
