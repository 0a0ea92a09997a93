"""The index of this session's workspace: follows the indexer, tells it what the editor knows, shows how it gets on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.core.aio import closing
from hearth.workspace.uris import to_path

from .errors import WireError
from .methods import INDEX_PROGRESS
from .protocol import IndexAction, IndexProgressParams

if TYPE_CHECKING:
    from hearth.core.paths import Paths
    from hearth.core.settings import Settings
    from hearth.features.indexing.progress import IndexProgress
    from hearth.features.indexing.run import Follower
    from hearth.index.handle import Handle
    from hearth.workspace.roots import Roots

    from .rpc import Protocol
    from .session import Session

log = logging.getLogger(__name__)

_AFTER_START_S = 1.5
"""The editor's first requests come before the indexer is started."""
_REGISTER_S = 3.0
_BUSY_S = 20.0
"""Longest time that a completion keeps the indexer waiting."""
_SHOWN_FILES, _SHOWN_CHUNKS = 40, 200
"""Work from which its progress is shown: nobody wants to see each save."""
_WATCHED = "hearth/watched-files"


class Indexing:
    """What one session does about its index."""

    def __init__(self, session: Session, wire: Protocol, paths: Callable[[], Paths], *, can_watch: bool) -> None:
        self._session = session
        self._wire = wire
        self._paths = paths
        self._can_watch = can_watch
        """The client tells of changed files if it is asked to."""
        self._follower: Follower | None = None
        self.handle: Handle | None = None
        """The index, to be asked; None until it is followed."""
        self._task: asyncio.Task[None] | None = None
        self._shown: asyncio.Task[None] | None = None
        self._running = 0
        self._news = asyncio.Event()
        self._chosen: object = None
        self.latest = IndexProgressParams(phase="off")

    async def configure(self) -> None:
        """Settings or folders changed: follow the index that they name, or none."""
        settings, roots = self._session.settings, self._session.roots
        chosen = (settings.index, settings.models.embedding, roots)
        if chosen == self._chosen:
            return
        self._chosen = chosen
        await self.close()
        indexable = tuple(root.path for root in roots.folders if not _is_too_much(root.path))
        if settings.index.enabled and roots.trusted and indexable:
            self._task = self._session.tasks.start(self._follow(indexable), "follow the index")
        else:
            self._publish(IndexProgressParams(phase="off", message=_why_off(roots) if settings.index.enabled else ""))

    def changed(self, uris: Iterable[str]) -> None:
        """Files were written, created or deleted."""
        if self._follower is not None:
            self._follower.changed(path for path in map(to_path, uris) if path is not None)

    def near(self) -> None:
        """Documents were opened or closed."""
        if self._follower is not None:
            self._follower.near(self._session.documents.paths())

    def act(self, action: IndexAction) -> IndexProgressParams:
        """Do what the user asks for."""
        follower = self._follower
        if follower is not None:
            if action is IndexAction.REFRESH:
                follower.rescan()
            elif action is IndexAction.REBUILD:
                follower.rebuild()
            elif action is not IndexAction.TELL:
                follower.pause(action is IndexAction.PAUSE)
        return self.latest

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """A model works for the user: the indexer waits while the block runs."""
        self._running += 1
        if self._follower is not None:
            self._follower.busy(_BUSY_S)
        try:
            yield
        finally:
            self._running -= 1
            if not self._running and self._follower is not None:
                self._follower.free()

    async def close(self) -> None:
        """Let go of the indexer; it ends by itself when no window follows it."""
        tasks = [task for task in (self._task, self._shown) if task is not None and not task.done()]
        handle, self.handle = self.handle, None
        self._task = self._shown = self._follower = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if handle is not None:
            await handle.aclose()

    async def _follow(self, roots: tuple[Path, ...]) -> None:
        await asyncio.sleep(_AFTER_START_S)
        settings, paths = self._session.settings, self._paths()
        handle, follower = await asyncio.to_thread(_open, roots, settings, paths)
        self.handle, self._follower = handle, follower
        self.near()
        if self._session.settings.completion.enabled and self._session.documents.paths():
            self._session.tasks.start(handle.warm(), "open the index")
        if not await self._client_watches():
            follower.watch()
        async with closing(follower.progress()) as steps:
            async for step in steps:
                self._tell(step)

    def _tell(self, step: IndexProgress) -> None:
        latest = IndexProgressParams(
            step.phase.value, step.files_done, step.files_total, step.chunks_done, step.chunks_total,
            step.seconds_left, step.message,
        )  # fmt: skip
        self._publish(latest)
        if _is_work(latest) and (self._shown is None or self._shown.done()):
            large = step.files_total >= _SHOWN_FILES or step.chunks_total >= _SHOWN_CHUNKS
            if large and self._session.profile.progress:
                self._shown = self._session.tasks.start(self._show(), "show the indexer's progress")

    def _publish(self, latest: IndexProgressParams) -> None:
        if latest == self.latest:
            return
        self.latest = latest
        self._news.set()
        if self._session.profile.status:
            self._wire.notify(INDEX_PROGRESS, latest)

    async def _show(self) -> None:
        """A progress bar until the indexer is done; stopping it pauses the indexer."""
        phase = ""
        try:
            while _is_work(self.latest):
                phase = self.latest.phase
                async with self._session.progress.work(f"Hearth: {_TITLES[phase]}") as work:
                    while self.latest.phase == phase:
                        work.report(_line(self.latest), _fraction(self.latest))
                        self._news.clear()
                        await self._news.wait()
        except asyncio.CancelledError:
            if self._follower is not None:  # Not because the session ends: the user pressed the button.
                self._follower.pause()
            raise

    async def _client_watches(self) -> bool:
        if not self._can_watch:
            return False
        watcher = lt.FileSystemWatcher(glob_pattern="**/*")
        registration = lt.Registration(
            id=_WATCHED,
            method=lt.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            register_options=lt.DidChangeWatchedFilesRegistrationOptions(watchers=[watcher]),
        )
        params = lt.RegistrationParams(registrations=[registration])
        try:
            await self._wire.ask(lt.CLIENT_REGISTER_CAPABILITY, params, _REGISTER_S)
        except (TimeoutError, WireError):
            return False
        return True


_TITLES = {"reading": "indexing", "embedding": "making vectors"}


def _open(roots: tuple[Path, ...], settings: Settings, paths: Paths) -> tuple[Handle, Follower]:
    from hearth.features.indexing.answer import handle  # noqa: PLC0415 (imports what the start does not need)
    from hearth.features.indexing.run import Follower  # noqa: PLC0415
    from hearth.index.place import Place  # noqa: PLC0415

    return handle(Place.of(roots, paths, settings.index.uri), settings, paths), Follower(roots, settings, paths)


def _why_off(roots: Roots) -> str:
    if not roots.trusted:
        return "The workspace is not trusted."
    if roots.folders:
        return "A home folder is not indexed: open a project."
    return "No folder of this workspace is on a disk." if roots.elsewhere else ""


def _is_work(progress: IndexProgressParams) -> bool:
    return progress.phase in _TITLES


def _line(progress: IndexProgressParams) -> str:
    done, total, unit = progress.files_done, progress.files_total, "files"
    if progress.phase == "embedding":
        done, total, unit = progress.chunks_done, progress.chunks_total, "chunks"
    left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
    return f"{done} of {total} {unit}{left}"


def _fraction(progress: IndexProgressParams) -> float | None:
    embeds = progress.phase == "embedding"
    total = progress.chunks_total if embeds else progress.files_total
    return (progress.chunks_done if embeds else progress.files_done) / total if total else None


def _is_too_much(root: Path) -> bool:
    """A home folder, or what holds one: whoever opens it means a file in it, not ten years of everything."""
    home = Path.home().resolve()
    return home.is_relative_to(root)
