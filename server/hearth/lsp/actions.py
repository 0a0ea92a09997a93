"""Code actions: what is offered, and what becomes of the one that is chosen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lt

from hearth.core.errors import EditRefused, HearthError, InputError
from hearth.features.edits.changes import Change, applied
from hearth.features.edits.instruct import NAME
from hearth.features.edits.offer import Offer
from hearth.features.edits.offers import is_kind, offers
from hearth.features.edits.own import Own, OwnActions
from hearth.features.edits.spot import Place, Spot, Trouble

from . import action_data, convert, edits, kept_edits
from .action_data import ActionData
from .chat_documents import ChatDocuments, is_chat
from .errors import Code, WireError
from .handlers.actions import APPLY_NEXT, COMMANDS, OPEN_CHAT, RUN, SEND, STOP
from .methods import CHAT_OPEN
from .next_edits import Following, NextEdits
from .proposals import Proposal, Proposals
from .protocol_chat import ChatOpenParams
from .snapshots import Snapshot

if TYPE_CHECKING:
    from hearth.core.paths import Paths
    from hearth.syntax.parse import Tree

    from .rpc import Protocol
    from .session import Session

log = logging.getLogger(__name__)

_OFFER_S = 1.0
"""Longest wait for the syntax of a document. Editors ask for actions at every move of the cursor."""
_PARSE_S = 2.0
"""Longest parse of one. It goes on when nobody waits any more, and is there for the next move."""
_AFTER_S = 0.02
"""So much later is what was edited parsed, if it was not waited for."""
_MOST_CHARS = 1_000_000
"""Larger texts are data, and no person edits them function by function."""
_APPLY_S = 30.0
"""Longest wait for the editor to apply an edit; some ask the user first."""
_NEXT_S = 0.25
"""Longest wait for the next edit, beside the other actions, for a user who opens the menu. An editor that asks by
itself, at a move of the cursor, gets what is known; the search goes on for when it asks again."""
_TOLD_S = 1.0
"""Longest wait for the notice of a change that was applied. Some editors collect changes for a while."""
_TOLD_STEPS = 50
_SHOW_S = 10.0
_BY_ITSELF = lt.CodeActionTriggerKind.Automatic
_NEXT_KIND = "refactor.rewrite"
_ABOUT = ("explain", "ask")
"""Actions that are answered in a conversation."""
_CHAT_KIND = "hearth.chat"
_ANSWER_CHARS = 1200
"""Of an answer that was refused, as much as a message box holds."""


class Actions:
    """Offers code actions and runs them."""

    def __init__(self, session: Session, wire: Protocol, paths: Callable[[], Paths]) -> None:
        self._session = session
        self._wire = wire
        self._own = OwnActions(paths().config)
        self._state = paths().state
        self._proposals = Proposals(session, wire, self.spot, self.offers)
        self.chats = ChatDocuments(session, wire, self._state)
        self.next_edits = NextEdits(session)
        self._applying = asyncio.Lock()
        """Edits are applied one after the other: not every editor compares the version that an edit is for."""

    async def offered(self, params: lt.CodeActionParams) -> list[lt.CodeAction | lt.Command]:
        """Answer ``textDocument/codeAction``. Asks no model."""
        session = self._session
        snapshot = session.documents.snapshot(params.text_document.uri)
        await session.ready()
        if snapshot is not None and is_chat(snapshot.uri):
            return self._of_chat(snapshot, params.context.only)
        if snapshot is None or not session.settings.edits.enabled:
            return []
        session.around.viewed.at(snapshot.uri, params.range.start.line)
        session.around.wrong_at(snapshot.uri, params.range, params.context.diagnostics)
        kinds = None if params.context.only is None else [_value(kind) for kind in params.context.only]
        found = {
            Trouble(each.message, *convert.offsets(snapshot, each.range)): each for each in params.context.diagnostics
        }
        try:
            async with asyncio.timeout(_OFFER_S):
                spot = await self.spot(snapshot, params.range, tuple(found), now=True)
                made = await self.offers(spot, kinds)
        except TimeoutError:
            log.warning("the syntax of a document takes too long; no actions are offered")
            return []
        return [
            *await self._next_edit(kinds, 0 if params.context.trigger_kind == _BY_ITSELF else _NEXT_S),
            *(
                self._action(snapshot, params.range, offer, found.get(offer.trouble) if offer.trouble else None)
                for offer in made
                if self._can_run(offer)
            ),
        ]

    async def resolved(self, action: lt.CodeAction) -> lt.CodeAction:
        """Answer ``codeAction/resolve``: the action with its edit. Helix asks for those that are commands too."""
        if action.data is None:
            return action
        data = action_data.read(action.data, self._wire.converter)
        try:
            action.edit = self._edit(await self._proposals.make(data), data.title)
        except HearthError as error:
            # Who asks in words shows the error beside the words.
            if not self._session.profile.tells_errors and data.action != NAME:
                self._failed(error)
            elif isinstance(error, EditRefused):
                raise EditRefused(_with_answer(error), answer=error.answer) from None
            raise
        return action

    def executed(self, command: str, *arguments: Any) -> None:
        """Answer ``workspace/executeCommand``. Helix sends an empty list where a command was given no arguments.

        The work goes on in the background: some editors stand still until a command is answered.
        """
        first = arguments[0] if arguments else None
        if command == RUN:
            data = action_data.read(first, self._wire.converter)
            self._session.tasks.start(self._run(data), "run an action")
        elif command == OPEN_CHAT:
            self._session.tasks.start(self._ask(None), "open a conversation")
        elif command == APPLY_NEXT:
            self._session.tasks.start(self._apply_next(), "apply the next edit")
        elif command in (SEND, STOP):
            uri = first if isinstance(first, str) else self.chats.latest()
            (self.chats.send if command == SEND else self.chats.stop)(uri)
        else:
            there = ", ".join(COMMANDS)
            raise WireError(Code.INVALID_PARAMS, f"There is no command {command!r}. Those there are: {there}.")

    def lenses(self, params: lt.CodeLensParams) -> list[lt.CodeLens]:
        """Answer ``textDocument/codeLens``: what can be done with a conversation."""
        uri = params.text_document.uri
        return self.chats.lens(uri, SEND, STOP) if is_chat(uri) else []

    async def _run(self, data: ActionData) -> None:
        try:
            if data.action in _ABOUT:
                await self._ask(data)
                return
            proposal = await self._proposals.make(data)
            async with self._applying:
                if not self._is_now(proposal.snapshot):
                    raise EditRefused(
                        "The document was changed meanwhile. Nothing was changed.", hint="Choose it again."
                    )
                try:
                    await self._apply(self._edit(proposal, data.title), data.title)
                except InputError as error:
                    raise await self._kept(proposal, error) from None
                await self._settled(proposal.snapshot)
        except HearthError as error:
            self._failed(error)
        except Exception:
            await self._tell("Hearth failed in a way it should not. The log of the language server has the details.")
            raise

    async def _kept(self, proposal: Proposal, error: InputError) -> InputError:
        """``error``, with where the change is now: an editor that has not answered yet may still make it."""
        snapshot = proposal.snapshot
        name, after = convert.name(snapshot, self._session.roots), applied(snapshot.text, proposal.changes)
        try:
            path = await asyncio.to_thread(kept_edits.keep, self._state, name, snapshot.text, after)
        except OSError as reason:
            log.warning("a change could not be kept: %s", reason)
            return error
        return InputError(f"{error.message} It is kept as a patch in {path}.", hint=error.hint)

    def _is_now(self, snapshot: Snapshot) -> bool:
        now = self._session.documents.snapshot(snapshot.uri)
        return now is None or now.text == snapshot.text

    async def _settled(self, snapshot: Snapshot) -> None:
        """Until the editor has told what it applied: another edit is made for the text that it has then."""
        for _ in range(_TOLD_STEPS):
            if not self._is_now(snapshot) or self._session.documents.snapshot(snapshot.uri) is None:
                return
            await asyncio.sleep(_TOLD_S / _TOLD_STEPS)

    async def _next_edit(self, kinds: Sequence[str] | None, wait_s: float) -> list[lt.CodeAction | lt.Command]:
        """The edit that likely follows the newest one, as an action; only right after one there is any wait for it."""
        profile = self._session.profile
        if kinds is not None and not any(is_kind(_NEXT_KIND, kind) for kind in kinds):
            return []
        following = await self.next_edits.get(wait_s) if profile.applies_edits else None
        if following is None:
            return []
        line = following.snapshot.position(following.next.place.start)[0] + 1
        where = convert.name(following.snapshot, self._session.roots)
        title = f"Apply the next edit: {following.next.title} ({where}, line {line})"
        command = lt.Command(title=title, command=APPLY_NEXT, arguments=[])
        if not profile.action_literals:
            return [command]
        return [lt.CodeAction(title=title, kind=_NEXT_KIND, command=command)]

    async def _apply_next(self) -> None:
        try:
            following = await self.next_edits.get()
            if following is None:
                raise InputError("Nothing is likely to follow the last edit.", hint="Edit something first.")
            edit = edits.workspace_edit(
                following.snapshot,
                [Change(following.next.place.start, following.next.place.end, following.next.place.text)],
                following.next.title,
                self._session.profile,
                stored=following.stored,
            )
            await self._apply(edit, f"Next edit: {following.next.title}")
            await self._show(following)
        except HearthError as error:
            self._failed(error)

    async def _show(self, following: Following) -> None:
        """Go to what was changed, in editors that can."""
        if not self._session.profile.show_document:
            return
        start = convert.position(following.snapshot, following.next.place.start)
        where = lt.Range(start=start, end=start)
        params = lt.ShowDocumentParams(uri=following.snapshot.uri, take_focus=True, selection=where)
        with contextlib.suppress(TimeoutError, WireError):
            await self._wire.ask(lt.WINDOW_SHOW_DOCUMENT, params, _SHOW_S, repeatable=True)

    async def _ask(self, data: ActionData | None) -> None:
        """Open a conversation, about the code that ``data`` names if it names any."""
        session = self._session
        snapshot = session.documents.snapshot(data.uri) if data is not None else None
        if data is None or snapshot is None:
            if session.profile.chat:
                self._wire.notify(CHAT_OPEN, ChatOpenParams(""))
            else:
                await self.chats.begin("Chat", "", None, None)
            return
        spot = await self.spot(snapshot, data.range, ())
        found = await self.offers(spot)
        offer = next((each for each in found if each.action == data.action), None)
        if offer is None:
            raise InputError("This is not offered here any more.", hint="Ask for the code actions again.")
        start, end = spot.lines(*spot.selection) if spot.is_part else (0, 0)
        if not end and spot.definition is not None:
            start, end = spot.lines(spot.definition.start, spot.definition.end)
        where = lt.Range(start=convert.position(snapshot, start), end=convert.position(snapshot, end)) if end else None
        if session.profile.chat:
            self._wire.notify(CHAT_OPEN, ChatOpenParams(offer.instruction, snapshot.uri, where))
            return
        await self.chats.begin(offer.title.replace("`", ""), offer.instruction, snapshot, where)

    async def spot(
        self, snapshot: Snapshot, where: lt.Range, troubles: tuple[Trouble, ...], *, now: bool = False
    ) -> Spot:
        """The place of a range, with its syntax; ``now`` with that from before the last edits if need be."""
        start, end = convert.offsets(snapshot, where)
        roots = self._session.roots
        place = Place(
            snapshot.text,
            convert.name(snapshot, roots),
            snapshot.language,
            start,
            end,
            troubles,
            convert.is_private(snapshot),
        )
        tree = await self._session.trees.near(snapshot.uri, snapshot.text, snapshot.language) if now else None
        if tree is None:
            tree = await self._tree(snapshot)
        elif self._session.trees.held(snapshot.uri, snapshot.text) is None:
            self._session.tasks.start(self._parse(snapshot), "parse what was edited")
        return Spot(place, tree)

    async def _tree(self, snapshot: Snapshot) -> Tree | None:
        return await self._session.trees.get(
            snapshot.uri, snapshot.text, snapshot.language, most_chars=_MOST_CHARS, deadline=_PARSE_S
        )

    async def _parse(self, snapshot: Snapshot) -> None:
        """After the answer, for a parser holds the interpreter."""
        await asyncio.sleep(_AFTER_S)
        if self._session.documents.snapshot(snapshot.uri) == snapshot:
            await self._tree(snapshot)

    async def offers(self, spot: Spot, kinds: Sequence[str] | None = None) -> list[Offer]:
        """What is offered at a place, the user's own actions last."""
        own, made = await asyncio.to_thread(self._offers, spot, kinds)
        if own.warnings:
            self._session.tell(" ".join(own.warnings), lt.MessageType.Warning)
        return made

    def _offers(self, spot: Spot, kinds: Sequence[str] | None) -> tuple[Own, list[Offer]]:
        own = self._own.get()
        return own, offers(spot, kinds, own.actions)

    def _of_chat(
        self, snapshot: Snapshot, only: Sequence[lt.CodeActionKind | str] | None
    ) -> list[lt.CodeAction | lt.Command]:
        command = self.chats.command(snapshot, SEND, STOP)
        if command is None or (only is not None and not any(is_kind(_CHAT_KIND, _value(kind)) for kind in only)):
            return []
        profile = self._session.profile
        if not profile.action_literals:
            return [command]
        preferred = True if profile.prefers_actions else None
        return [lt.CodeAction(title=command.title, kind=_CHAT_KIND, command=command, is_preferred=preferred)]

    def _can_run(self, offer: Offer) -> bool:
        profile = self._session.profile
        return offer.target is None or profile.resolves_edits or profile.applies_edits

    def _action(
        self, snapshot: Snapshot, where: lt.Range, offer: Offer, diagnostic: lt.Diagnostic | None
    ) -> lt.CodeAction | lt.Command:
        data = ActionData(
            action=offer.action,
            title=offer.title,
            uri=snapshot.uri,
            version=snapshot.version,
            range=where,
            problem=diagnostic.message if diagnostic else "",
            problem_range=diagnostic.range if diagnostic else None,
        )
        raw = action_data.write(data, self._wire.converter)
        command = lt.Command(title=offer.title, command=RUN, arguments=[raw])
        profile = self._session.profile
        if not profile.action_literals:
            return command
        resolves = profile.resolves_edits and offer.target is not None
        return lt.CodeAction(
            title=offer.title,
            kind=offer.kind,
            diagnostics=[diagnostic] if diagnostic else None,
            command=None if resolves else command,
            data=raw if resolves else None,
        )

    def _edit(self, proposal: Proposal, title: str) -> lt.WorkspaceEdit:
        profile = self._session.profile
        return edits.workspace_edit(proposal.snapshot, proposal.changes, title, profile, stored=proposal.stored)

    async def _apply(self, edit: lt.WorkspaceEdit, title: str) -> None:
        params = lt.ApplyWorkspaceEditParams(edit=edit, label=title)
        hint = "Try again, and make sure that the file can be written."
        try:
            result = await edits.apply(self._wire, params, self._session.profile, _APPLY_S)
        except (TimeoutError, WireError):
            raise InputError("The editor did not apply the change.", hint=hint) from None
        if isinstance(result, dict) and result.get("applied") is False:
            reason = result.get("failureReason")
            told = f": {reason}" if isinstance(reason, str) and reason else ""
            raise InputError(f"The editor did not apply the change{told}.", hint=hint)

    def _failed(self, error: HearthError) -> None:
        """Say why there is no edit, and show what the model wrote instead of one."""
        if not isinstance(error, InputError | EditRefused):
            self._session.failed(error, answered=True)
        text = _with_answer(error) if isinstance(error, EditRefused) else str(error)
        self._session.tasks.start(self._tell(text), "tell why there is no edit")

    async def _tell(self, text: str) -> None:
        await self._session.progress.settled()
        self._wire.notify(lt.WINDOW_SHOW_MESSAGE, lt.ShowMessageParams(type=lt.MessageType.Error, message=text))


def _with_answer(error: EditRefused) -> str:
    answer = error.answer.strip()
    more = "…" if len(answer) > _ANSWER_CHARS else ""
    return f"{error}\n\nThe model answered:\n{answer[:_ANSWER_CHARS]}{more}" if answer else str(error)


def _value(kind: lt.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, lt.CodeActionKind) else kind
