"""Asks a next-edit model, where the settings name one: for one edit at a time, until the next key."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.core.errors import HearthError, ModelLacks
from hearth.features.next_edit import predict, window
from hearth.features.next_edit.predict import Predicted
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


class Predicting:
    """Finds what the model expects."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loading: asyncio.Task[None] | None = None
        self._ready: Model | None = None
        self._rest_until = 0.0

    async def get(self, snapshot: Snapshot, before: str) -> Predicted | None:
        """What likely follows the edit that made the document of ``before``; None without a model, if it fails, if it
        is not ready yet, and as soon as a document changes."""
        session = self._session
        if not session.settings.models.next_edit or convert.is_private(snapshot):
            return None
        if session.is_answering(snapshot.uri) or asyncio.get_running_loop().time() < self._rest_until:
            return None
        asking = session.tasks.start(self._ask(snapshot, before), "ask a next-edit model")
        changing = asyncio.ensure_future(session.documents.change())
        try:
            await asyncio.wait({asking, changing}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() and not asking.cancelled() else None
        finally:
            asking.cancel()
            changing.cancel()

    async def _ask(self, snapshot: Snapshot, before: str) -> Predicted | None:
        try:
            async with self._session.models.use(Use.NEXT_EDIT) as (model, provider):
                form = await self._form(model, provider)
                made = await asyncio.to_thread(self._request, snapshot, before, form) if form is not None else None
                if form is None or made is None or not isinstance(provider, Speller):
                    return None
                found, request = made
                async with asyncio.timeout(_ANSWER_S):
                    answer = await predict.ask(provider, request)
        except TimeoutError:
            return None
        except HearthError as error:
            self._failed(error)
            return None
        lines = predict.lines(form, answer, found) if answer is not None else None
        return await asyncio.to_thread(predict.predicted, found, snapshot.text, lines) if lines is not None else None

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
        if form is None:
            known = ", ".join(next_edit.NAMES)
            raise ModelLacks(
                f"Hearth does not know how to ask {model.name or spec} for the next edit.",
                hint=f"`models.next_edit` must name a model of one of these families: {known}.",
            )
        return form

    async def _load(self) -> None:
        try:
            async with self._session.models.use(Use.NEXT_EDIT) as (model, provider):
                limit = self._session.settings.engine.start_timeout_s
                async with asyncio.timeout(limit):
                    async for step in provider.prepare():
                        log.debug("next-edit model: %s", step.message)
                    model.capabilities = await provider.capabilities()
                self._ready = model
        except TimeoutError:
            self._rest()
        except HearthError as error:
            self._failed(error)

    def _request(
        self, snapshot: Snapshot, before: str, form: NextEditFormat
    ) -> tuple[window.Window, SpelledRequest] | None:
        session = self._session
        found = window.window(snapshot.text, before, form)
        shown = window.shown(found, snapshot.text, convert.name(snapshot, session.roots), form) if found else None
        if found is None or shown is None:
            return None
        open_ = {each.uri: each for each in session.documents if not convert.is_private(each)}
        texts = {uri: each.text for uri, each in open_.items()}
        but = snapshot.uri if "{original}" in form.prompt else ""
        past = session.edited.past(texts, but)
        edits = [(convert.name(open_[each.key], session.roots), each.before, each.after) for each in past]
        return found, predict.request(form, shown, window.changes(edits, form))

    def _failed(self, error: HearthError) -> None:
        log.warning("%s: %s", error.code, error)
        self._session.tell(f"Next edit: {error}", lt.MessageType.Warning)
        self._rest()

    def _rest(self) -> None:
        self._rest_until = asyncio.get_running_loop().time() + _REST_S
