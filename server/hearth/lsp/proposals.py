"""Edits under way: the model's answer, made for one version of a document and fitted to the one that is there then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import attrs
from lsprotocol import types as lt

from hearth.core.aio import closing
from hearth.core.errors import EditRefused, InputError, ProviderBroken
from hearth.features.edits.changes import Change
from hearth.features.edits.edit import Edit
from hearth.features.edits.instruct import NAME, instructed
from hearth.features.edits.offer import Offer
from hearth.features.edits.rebase import carried, rebased
from hearth.features.edits.run import Begun, Into, Proposed, Shown, propose
from hearth.features.edits.spot import Spot, Trouble
from hearth.features.edits.target import Form

from . import beside, convert
from .action_data import ActionData
from .edits import Stored
from .methods import EDIT_DELTA
from .models import Use
from .progress import Work
from .protocol import EditDeltaParams
from .snapshots import Snapshot

if TYPE_CHECKING:
    from .rpc import Protocol
    from .session import Session

_TRIES = 2
"""When the user writes into the code while the model changes it, it is asked once more, with what stands there then."""

Look = Callable[[Snapshot, lt.Range, tuple[Trouble, ...]], Awaitable[Spot]]
Offers = Callable[[Spot], Awaitable[list[Offer]]]


@attrs.frozen
class Proposal:
    """Changes that are right for ``snapshot``."""

    snapshot: Snapshot
    changes: tuple[Change, ...]
    stored: Stored = Stored.OPEN


class Proposals:
    """Makes edits; any number at once."""

    def __init__(self, session: Session, wire: Protocol, look: Look, offers: Offers) -> None:
        self._session = session
        self._wire = wire
        self._look = look
        self._offers = offers

    async def make(self, data: ActionData) -> Proposal:
        """The edit of an action that was offered. Raises EditRefused, InputError, and the errors of providers."""
        session = self._session
        await session.ready()
        snapshot = self._snapshot(data.uri)
        if snapshot.version != data.version:
            raise EditRefused("The document has changed since the action was offered.", hint="Choose it again.")
        where, problem = data.range, data.problem_range
        async with session.progress.answering(f"Hearth: {data.title}") as work:
            for _ in range(_TRIES):
                spot, offer = await self._found(snapshot, data, where, problem)
                if offer.target is not None and offer.target.form is Form.ADDITION:
                    return await self._beside(snapshot, spot, offer, work)
                edit = await self._edit(snapshot, spot, offer, work)
                current = self._snapshot(data.uri)
                if current.text == snapshot.text:
                    return Proposal(current, edit.changes)
                here = await self._look(current, where, ())
                moved = await asyncio.to_thread(rebased, edit, snapshot.text, current.text, here.tree)
                if moved is not None and self._snapshot(data.uri).version == current.version:
                    return Proposal(current, moved.changes)
                where, problem = _moved(snapshot, current, where), problem and _moved(snapshot, current, problem)
                snapshot = current
        raise EditRefused(
            "The code was changed while the model was at work on it. Nothing was changed.", hint="Choose it again."
        )

    async def _found(
        self, snapshot: Snapshot, data: ActionData, where: lt.Range, problem: lt.Range | None
    ) -> tuple[Spot, Offer]:
        """The offer that was chosen, made again: what the client sent back is not what is run."""
        troubles = (Trouble(data.problem, *convert.offsets(snapshot, problem)),) if problem else ()
        spot = await self._look(snapshot, where, troubles)
        if data.action == NAME:
            made = list(instructed(data.instruction).offers(spot))
        else:
            made = [each for each in await self._offers(spot) if each.action == data.action]
        offer = next((each for each in made if each.title == data.title), made[0] if made else None)
        if offer is None or offer.target is None:
            raise InputError("This is not offered here any more.", hint="Ask for the code actions again.")
        return spot, offer

    async def _beside(self, snapshot: Snapshot, spot: Spot, offer: Offer, work: Work) -> Proposal:
        """New code in another file: its tests."""
        session = self._session
        there = await asyncio.to_thread(beside.find, snapshot, spot, session.roots, tuple(session.documents))
        if there.stored is Stored.NOWHERE and not session.profile.creates_files:
            raise InputError(
                f"The editor creates no files for others, and {there.name} does not exist.", hint="Make it."
            )
        asked = attrs.evolve(offer, instruction=there.instruction(spot, offer))
        edit = await self._edit(snapshot, spot, asked, work, there.into)
        now = session.documents.snapshot(there.snapshot.uri)
        if there.stored is Stored.OPEN and (now is None or now.text != there.snapshot.text):
            raise EditRefused(f"{there.name} was changed meanwhile. Nothing was changed.", hint="Choose it again.")
        return Proposal(now or there.snapshot, edit.changes, there.stored)

    async def _edit(self, snapshot: Snapshot, spot: Spot, offer: Offer, work: Work, into: Into | None = None) -> Edit:
        session = self._session
        # What goes into another document replaces nothing here.
        show = self._shower(snapshot, offer) if session.profile.edit_deltas and into is None else None
        async with session.models.use(Use.CHAT) as (model, provider):
            await session.about(model, provider)
            with session.status.busy(), session.indexing.busy():
                try:
                    stream = propose(spot, offer, provider, session.settings.edits, model.context, into)
                    async with closing(stream) as pieces:
                        async for piece in pieces:
                            if isinstance(piece, Begun):
                                work.report(f"Once more: {piece.reason}" if piece.reason else "The model reads.")
                            elif isinstance(piece, Shown):
                                work.report(f"Line {piece.code.count(chr(10)) + 1}")
                            elif isinstance(piece, Proposed):
                                session.status.answered(piece.usage.tokens_per_second)
                                return piece.edit
                            if show is not None:
                                show(piece.code if isinstance(piece, Shown) else "", False)
                finally:
                    if show is not None:
                        show("", True)
        raise ProviderBroken("The answer has no end.", hint="Try again.")

    def _shower(self, snapshot: Snapshot, offer: Offer) -> Callable[[str, bool], None]:
        target = offer.target
        if target is None:
            raise ValueError("the offer changes nothing")
        where = lt.Range(start=convert.position(snapshot, target.start), end=convert.position(snapshot, target.end))

        def show(code: str, done: bool) -> None:
            params = EditDeltaParams(snapshot.uri, snapshot.version, offer.title, where, code, done)
            self._wire.notify(EDIT_DELTA, params)

        return show

    def _snapshot(self, uri: str) -> Snapshot:
        snapshot = self._session.documents.snapshot(uri)
        if snapshot is None:
            raise InputError("The document is not open any more.", hint="Open it and choose the action again.")
        return snapshot


def _moved(old: Snapshot, new: Snapshot, where: lt.Range) -> lt.Range:
    start, end = (carried(offset, old.text, new.text) for offset in convert.offsets(old, where))
    return lt.Range(start=convert.position(new, start), end=convert.position(new, end))
