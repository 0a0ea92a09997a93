"""Asks a next-edit model, where the settings name one: for one edit at a time, until the next key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, HearthError, ModelLacks
from hearth.features.next_edit import predict, window
from hearth.features.next_edit.predict import Predicted
from hearth.features.next_edit.window import Window
from hearth.prompts import next_edit
from hearth.prompts.next_edit import NextEditFormat
from hearth.providers.base import Provider, SpelledRequest, Speller

from . import convert
from .models import Model, Use
from .snapshots import Snapshot

if TYPE_CHECKING:
    from .session import Session

log = logging.getLogger(__name__)

_ANSWER_S = 8.0
"""Longest wait for an answer, once the model is ready."""
_REST_S = 60.0
"""A model that failed is left alone for so long."""

_Edit = tuple[str, str, str]
"""Name of the document, its text before and after."""


class Predicting:
    """Finds what the model expects."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loading: asyncio.Task[None] | None = None
        self._ready: Model | None = None
        self._failed: Model | None = None
        self._rest_until = 0.0
        self._asking: asyncio.Task[Predicted | None] | None = None

    @property
    def is_asking(self) -> bool:
        """Whether a model is at work, or waited for."""
        return self._asking is not None and not self._asking.done()

    async def get(self, snapshot: Snapshot, before: str) -> Predicted | None:
        """What likely follows the edit that made the document of ``before``; None without a model, if it fails or says
        nothing of use, and as soon as a document changes."""
        session = self._session
        if not session.settings.models.next_edit or convert.is_private(snapshot):
            return None
        if session.is_answering(snapshot.uri) or self._rests(session.models.model(Use.NEXT_EDIT)):
            return None
        asking = session.tasks.start(self._ask(snapshot, before), "ask a next-edit model")
        changing = asyncio.ensure_future(session.documents.change())
        self._asking = asking
        try:
            await asyncio.wait({asking, changing}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() and not asking.cancelled() else None
        finally:
            asking.cancel()
            changing.cancel()

    async def _ask(self, snapshot: Snapshot, before: str) -> Predicted | None:
        session = self._session
        model = session.models.model(Use.NEXT_EDIT)
        try:
            async with session.models.use(Use.NEXT_EDIT) as (model, provider):
                form = await self._form(model, provider)
                if form is None or not isinstance(provider, Speller):
                    return None
                # It may run on the same cores, and whoever waits for a completion is more in a hurry.
                await session.completions.idle()
                name, edits = convert.name(snapshot, session.roots), self._edits(snapshot.uri, form)
                made = await asyncio.to_thread(_request, snapshot.text, before, name, edits, form)
                if made is None:
                    return None
                found, request = made
                answer = await predict.ask(provider, request, form, _ANSWER_S)
        except ContextTooLong as error:
            log.info("%s", error)
            return None
        except HearthError as error:
            self._fails(model, error)
            return None
        return await asyncio.to_thread(_read, form, answer, found, snapshot.text) if answer is not None else None

    async def _form(self, model: Model, provider: Provider) -> NextEditFormat | None:
        """How the model is asked, once it is ready: loading goes on when whoever asked has gone."""
        if self._ready is not model:
            if self._loading is None or self._loading.done():
                self._loading = self._session.tasks.start(self._load(), "load the next-edit model")
            await asyncio.shield(self._loading)
            if self._ready is not model:
                return None
        spec = self._session.settings.models.next_edit
        form = await asyncio.to_thread(next_edit.for_model, spec, model.name)
        if form is None or not isinstance(provider, Speller):
            raise ModelLacks(
                f"Hearth does not know how to ask {model.name or spec} for the next edit.",
                hint=f"`models.next_edit` must name a model of one of these families: {', '.join(next_edit.NAMES)}.",
            )
        return form

    async def _load(self) -> None:
        model = self._session.models.model(Use.NEXT_EDIT)
        try:
            async with (
                self._session.models.use(Use.NEXT_EDIT) as (model, provider),
                asyncio.timeout(self._session.settings.engine.start_timeout_s),
            ):
                async with closing(provider.prepare()) as steps:
                    async for step in steps:
                        log.debug("next-edit model: %s", step.message)
                model.capabilities = model.capabilities or await provider.capabilities()
                self._ready = model
        except TimeoutError:
            self._rest(model)
        except HearthError as error:
            self._fails(model, error)

    def _edits(self, uri: str, form: NextEditFormat) -> list[_Edit]:
        """What was edited in documents that may be shown. The last edit of ``uri`` is left out where the format shows
        the lines before it anyway."""
        session = self._session
        shown = {each.uri: each for each in session.documents if not convert.is_private(each)}
        past = session.edited.past({key: each.text for key, each in shown.items()}, uri if form.shows_original else "")
        return [(convert.name(shown[each.key], session.roots), each.before, each.after) for each in past]

    def _fails(self, model: Model, error: HearthError) -> None:
        log.warning("%s: %s", error.code, error)
        self._session.tell(f"Next edit: {error}", lt.MessageType.Warning)
        self._rest(model)

    def _rest(self, model: Model) -> None:
        self._failed, self._rest_until = model, asyncio.get_running_loop().time() + _REST_S

    def _rests(self, model: Model) -> bool:
        return self._failed is model and asyncio.get_running_loop().time() < self._rest_until


def _request(
    text: str, before: str, name: str, edits: Sequence[_Edit], form: NextEditFormat
) -> tuple[Window, SpelledRequest] | None:
    found = window.window(text, before, form)
    shown = window.shown(found, text, name, form) if found is not None else None
    if found is None or shown is None:
        return None
    return found, predict.request(form, shown, window.changes(edits, form))


def _read(form: NextEditFormat, answer: predict.Answer, found: Window, text: str) -> Predicted | None:
    lines = predict.lines(form, answer, found)
    return predict.predicted(found, text, lines) if lines is not None else None
