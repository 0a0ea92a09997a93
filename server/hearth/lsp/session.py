"""One editor's session: what lives from ``initialize`` to ``exit``."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lt

from hearth.context.recent import History
from hearth.context.trees import Trees
from hearth.core.aio import Tasks, closing
from hearth.core.errors import (
    EngineError,
    HearthError,
    ModelError,
    ProviderAuth,
    ProviderBroken,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    SettingsError,
)
from hearth.core.options import Layer, Resolved
from hearth.core.settings import Settings
from hearth.providers.base import Loading, Provider
from hearth.workspace.roots import Roots

from . import convert, options
from .around import Around
from .chats import Chats
from .clients.profile import Profile
from .commits import Commits
from .completions import Completions
from .documents import Documents
from .errors import WireError
from .health import Health
from .indexing import Indexing
from .methods import STATUS
from .model_shelf import ModelShelf
from .models import READY_AT_ONCE, Model, Models, Use
from .progress import ProgressBoard
from .protocol import StatusResult
from .rpc import Protocol
from .services import Services
from .status import StatusBoard

if TYPE_CHECKING:
    from .actions import Actions
    from .next_edits import NextEdits

log = logging.getLogger(__name__)

_PULL_S = 3.0
"""Longest wait for ``workspace/configuration``."""
_READY_S = 10.0
"""Longest wait for the settings files; on a hanging network drive the defaults have to do."""
_REST_S = 5.0
"""A model that cannot run is not tried at each keystroke: to start an engine in vain takes seconds of all cores."""
_LASTING = (EngineError, ModelError, SettingsError, ProviderUnavailable, ProviderAuth)
"""Errors that the next keystroke will not mend."""
_STEP_S = 30.0
"""Beside the time that a model may take to load: longest silence between two steps of it."""


class Session:
    """The state of one editor's session. Nothing below ``lsp`` ever sees it."""

    def __init__(
        self, services: Services, wire: Protocol, profile: Profile, params: lt.InitializeParams, agreed: str | None
    ) -> None:
        self.profile = profile
        self.documents = Documents(convert.encoding(agreed))
        self.tasks = Tasks()
        self.models = Models(services.create_provider, self.tasks)
        self.status = StatusBoard(services.version, self._publish)
        self.progress = ProgressBoard(wire, announced=self.profile.progress)
        self.trees = Trees()
        self.around = Around(self)
        self.edited = History()
        self.completions = Completions(self, wire, services.paths)
        self.chats = Chats(self, wire)
        self.commits = Commits(self, wire)
        self.indexing = Indexing(self, wire, services.paths, can_watch=_can_watch(params))
        self.shelf = ModelShelf(self, wire, services.paths, services.create_provider)
        self.health = Health(self, services.paths, services.create_provider)
        self.settings = Settings()
        self.warnings: tuple[str, ...] = ()
        """What could not be used of the settings: a sentence each."""
        self.roots = Roots()
        self.is_ending = False
        """The editor goes."""
        self._services = services
        self._wire = wire
        self._folders = _folders(params)
        self._editor = options.editor_layer(params.initialization_options)
        self._trusted = options.trusted(params.initialization_options) is not False
        self._configured = asyncio.Event()
        self._was_configured = False
        self._initialized = asyncio.Event()
        self._told: set[str] = set()
        self._loading: asyncio.Task[Any] | None = None
        self._rest_until = 0.0
        self.tasks.start(self._begin(), "begin the session")
        log.debug("session with %s, positions in %s", profile.name, self.documents.encoding.value)

    async def ready(self) -> None:
        """Wait until the settings are known."""
        try:
            async with asyncio.timeout(_READY_S):
                await self._configured.wait()
        except TimeoutError:
            log.warning("the settings take too long to read")

    async def actions(self) -> Actions:
        """The code actions, made when they are first asked for: they bring the parsers."""
        if "_actions" not in vars(self):
            await asyncio.to_thread(_import_actions)
        return self._actions

    @functools.cached_property
    def _actions(self) -> Actions:
        return _import_actions()(self, self._wire, self._services.paths)

    def is_answering(self, uri: str) -> bool:
        """Whether an answer is being written into a document."""
        return "_actions" in vars(self) and self._actions.chats.is_answering(uri)

    async def next_edits(self) -> NextEdits:
        """What finds the next edit, made like the code actions and with them."""
        return (await self.actions()).next_edits

    def initialized(self) -> None:
        """The client is ready to hear from us."""
        self._initialized.set()

    async def change_folders(self, added: Mapping[str, str], removed: set[str]) -> None:
        """Workspace folders (URI to name) came and went."""
        self._folders = {uri: name for uri, name in self._folders.items() if uri not in removed} | dict(added)
        await self._configure()

    async def change_settings(self, raw: Any) -> None:
        """The editor's settings changed; some clients send them along, others wait to be asked."""
        if not raw and self.profile.configuration:
            params = lt.ConfigurationParams(items=[lt.ConfigurationItem(section="hearth")])
            try:
                found = await self._wire.ask(lt.WORKSPACE_CONFIGURATION, params, _PULL_S)
            except (TimeoutError, WireError):
                return
            raw = found[0] if isinstance(found, list) and found else None
        if isinstance(raw, Mapping):
            self._editor = options.editor_layer(raw)
            said = options.trusted(raw)
            self._trusted = self._trusted if said is None else said
            await self._configure()

    async def about(self, model: Model, provider: Provider) -> None:
        """Learn what ``model`` can do, if that is not known yet.

        Raises errors that stand in the way of using it too. A server that answers but does not tell is no such error.
        """
        if model.capabilities is not None:
            return
        limit = self.settings.engine.start_timeout_s + _STEP_S
        try:
            async with asyncio.timeout(limit):
                model.capabilities = await provider.capabilities()
        except TimeoutError:
            raise _too_late(limit) from None
        except (ProviderRefused, ProviderBroken) as error:
            log.warning("what the model can do is not known: %s", error)
        self._named()
        if not self.profile.status:
            for note in model.capabilities.notes if model.capabilities is not None else ():
                self.tell(note, lt.MessageType.Info)

    def _named(self) -> None:
        """Show what is known of the models."""
        able = self.models.model(Use.CHAT).capabilities
        if able is None:
            self.status.sees(None, "")
        else:
            self.status.sees(able.images, "" if able.images else f"{able.blindness} {able.no_images}".rstrip())
        self.status.named(*(self.models.model(use).name for use in READY_AT_ONCE))
        known = [each.capabilities for each in map(self.models.model, READY_AT_ONCE) if each.capabilities is not None]
        self.status.noted(note for each in known for note in each.notes)

    def failed(self, error: HearthError, *, answered: bool = False) -> None:
        """Show that a model failed: in the status, or once as a message where there is none.

        ``answered`` says that the user gets to see it as the answer to a request anyway.
        """
        log.warning("%s: %s", error.code, error)
        self.status.failed(error, told=answered)
        if isinstance(error, _LASTING):
            self._rest_until = asyncio.get_running_loop().time() + _REST_S
        if not self.profile.status and not answered:
            self.tell(str(error), lt.MessageType.Warning)

    @property
    def resting(self) -> bool:
        """Whether the model failed in a lasting way just now: keystrokes leave it alone for a while."""
        return asyncio.get_running_loop().time() < self._rest_until

    def tell(self, text: str, kind: lt.MessageType) -> None:
        """Show a message to the user, unless it has been shown."""
        if text not in self._told:
            self._told.add(text)
            self._wire.notify(lt.WINDOW_SHOW_MESSAGE, lt.ShowMessageParams(type=kind, message=text))

    async def close(self) -> None:
        """End all work."""
        self.is_ending = True
        await self.indexing.close()
        await self.completions.close()
        await self.tasks.close()
        await self.models.close()

    async def _begin(self) -> None:
        await self._configure()
        await self._configured.wait()
        await self._initialized.wait()
        self._load()
        await self.indexing.configure()

    async def _configure(self) -> None:
        """Read all settings again and act on what changed."""
        folders, editor, trusted = self._folders, self._editor, self._trusted
        self._configured.clear()  # What is asked from now on waits for the new settings.
        try:
            roots, resolved = await asyncio.to_thread(_read, self._services, folders, editor, trusted)
        except Exception:
            log.exception("the settings cannot be read; the session goes on with those it has")
            self._configured.set()
            return
        if folders is not self._folders or editor is not self._editor or trusted is not self._trusted:
            return  # They changed again meanwhile; the later reading counts.
        if (resolved.settings.completion, resolved.settings.models) != (self.settings.completion, self.settings.models):
            self.completions.reset()
        self.roots, self.settings, self.warnings = roots, resolved.settings, resolved.warnings
        logging.getLogger("hearth").setLevel(resolved.settings.log.level.upper())
        others = self.models.configure(resolved.settings)
        self._rest_until = 0.0
        first, self._was_configured = not self._was_configured, True
        self._configured.set()
        if resolved.warnings:
            await self._initialized.wait()
            self.tell("Hearth settings: " + " ".join(resolved.warnings), lt.MessageType.Warning)
        if not first and self._initialized.is_set():
            await self.indexing.configure()
            if others:
                self._load()

    def _load(self) -> None:
        """Make the models ready in the background."""
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self.tasks.start(self._prepare(), "load the models")

    async def _prepare(self) -> None:
        failure: HearthError | None = None
        try:
            for use in {self.models.model(use): use for use in READY_AT_ONCE}.values():
                try:
                    async with self.models.use(use) as (model, provider):
                        async with closing(provider.prepare()) as steps:
                            await self._show(steps)
                        await self.about(model, provider)
                except HearthError as error:
                    failure = failure or error
        except asyncio.CancelledError:
            self.status.stopped()
            raise
        self._named()
        if failure is None:
            self.status.loaded()
        else:
            self.failed(failure)

    async def _show(self, steps: AsyncIterator[Loading]) -> None:
        """Show the steps of a model that loads. One that is ready has none, and nothing is shown."""
        limit = self.settings.engine.start_timeout_s + _STEP_S
        step = await _next(steps, limit)
        if step is None:
            return
        async with self.progress.work("Hearth: loading the model") as work:
            while step is not None:
                self.status.loading(step.message)
                work.report(step.message, step.fraction)
                step = await _next(steps, limit)

    def _publish(self, status: StatusResult) -> None:
        if self.profile.status and self._initialized.is_set():
            self._wire.notify(STATUS, status)


def _import_actions() -> type[Actions]:
    from .actions import Actions  # noqa: PLC0415

    return Actions


async def _next(steps: AsyncIterator[Loading], limit_s: float) -> Loading | None:
    try:
        async with asyncio.timeout(limit_s):
            return await anext(steps)
    except StopAsyncIteration:
        return None
    except TimeoutError:
        raise _too_late(limit_s) from None


def _too_late(limit_s: float) -> HearthError:
    hint = "`hearth doctor` tells what is wrong; engine.start_timeout_s sets how long to wait."
    return ProviderTimeout(f"The model was not ready after {limit_s:g} s.", hint=hint)


def _read(services: Services, folders: Mapping[str, str], editor: Layer, trusted: bool) -> tuple[Roots, Resolved]:
    roots = Roots.of_uris(folders.items(), trusted=trusted)
    return roots, options.load(services.paths(), roots, editor)


def _folders(params: lt.InitializeParams) -> dict[str, str]:
    """URI and name of each workspace folder; older clients tell one root only."""
    if params.workspace_folders:
        return {folder.uri: folder.name for folder in params.workspace_folders}
    return {params.root_uri: ""} if params.root_uri else {}


def _can_watch(params: lt.InitializeParams) -> bool:
    """Whether the client tells of changed files when it is asked to."""
    workspace = params.capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    return bool(watched and watched.dynamic_registration)
