"""Text that is written into an open document while it comes, by edits that the editor applies."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.core.errors import InputError
from hearth.features.edits.changes import Change

from . import edits
from .errors import WireError
from .snapshots import Snapshot

if TYPE_CHECKING:
    from .rpc import Protocol
    from .session import Session

_WAITS_S = (2.0, 4.0, 8.0, 16.0)
"""Waits for the editor to answer an edit that is bound to a version; after each it is sent again, with what came since.
An editor that has applied it refuses the second one."""
_APPLY_S = 10.0
"""The same for an edit that is not; the editor is unlikely to answer later."""
_ECHO_S = 10.0
"""Longest wait for the editor to tell of a change that it applied. Neovim gathers changes for 150 ms."""
_TRIES = 3
"""An edit is refused when the user writes at the same moment; it is then made for what stands there."""
_PAUSE_S = 0.5
"""Longest wait, after a refusal, for the change that it was refused for."""
_ANCHOR_CHARS = 200
"""What stands before the place at the beginning. With what is written since, the place is found again by it."""


class NotTaken(InputError):
    """The editor does not answer, or refuses the text."""


class Typist:
    """Writes at one place of one document. What comes while an edit is under way is written together."""

    def __init__(self, session: Session, wire: Protocol, uri: str) -> None:
        self._session = session
        self._wire = wire
        self._uri = uri
        self._waiting = ""
        self._written = ""
        self._anchor = ""
        self._sent: list[tuple[int, str]] = []
        """Edits that were not answered: how much of what waits each holds, and its text. Each begins like the next."""
        self._task: asyncio.Task[None] | None = None

    def add(self, text: str) -> None:
        """Write ``text`` soon."""
        self._waiting += text
        if self._waiting and (self._task is None or (self._task.done() and not self._task.exception())):
            self._task = asyncio.create_task(self._write())

    def check(self) -> None:
        """Raises InputError if the user has ended the text: the document was closed, or the place is gone."""
        failure = self._task.exception() if self._task is not None and self._task.done() else None
        if failure is not None and not isinstance(failure, NotTaken):
            raise failure

    async def close(self) -> None:
        """Wait until all is written. Raises NotTaken if the editor does not take it, InputError as :meth:`check`."""
        if self._task is not None:
            await self._task

    def abandon(self) -> None:
        """Write nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _write(self) -> None:
        silences = refusals = 0
        while True:
            snapshot = await self._current()
            if self._is_there(snapshot):
                silences = refusals = 0
            if not self._waiting:
                return
            count = len(self._waiting)
            newline = "\r\n" if "\r\n" in snapshot.text else "\n"
            piece = self._waiting.replace("\r\n", "\n").replace("\n", newline)
            is_bound = self._session.profile.document_changes
            self._sent.append((count, piece))
            try:
                is_applied = await self._apply(snapshot, piece, _WAITS_S[silences] if is_bound else _APPLY_S)
            except TimeoutError:
                silences += 1
                if silences == (len(_WAITS_S) if is_bound else _TRIES):
                    raise NotTaken("The editor does not answer.") from None
                continue
            if is_applied:
                self._take(count, piece)
                silences = refusals = 0
                continue
            self._sent.pop()
            refusals += 1
            if refusals == _TRIES:
                raise NotTaken("The editor did not take the text.", hint="Is the document writable?")
            await self._change(snapshot)

    def _is_there(self, snapshot: Snapshot) -> bool:
        """Whether an edit that was not answered stands in the document."""
        for count, piece in reversed(self._sent):
            if self._anchor + self._written + piece in snapshot.text:
                self._take(count, piece)
                return True
        return False

    def _take(self, count: int, piece: str) -> None:
        self._written += piece
        self._waiting = self._waiting[count:]
        self._sent.clear()

    async def _current(self) -> Snapshot:
        """The document with all in it that was written so far."""
        documents = self._session.documents
        try:
            async with asyncio.timeout(_ECHO_S):
                while True:
                    snapshot = documents.snapshot(self._uri)
                    if snapshot is None:
                        raise InputError("The document was closed.", hint="Open it and send the question again.")
                    if self._anchor + self._written in snapshot.text:
                        return snapshot
                    await documents.change()
        except TimeoutError:
            raise InputError("The answer was changed while it was written, so it ends here.") from None

    async def _change(self, snapshot: Snapshot) -> None:
        """Wait a moment for the document to become another one."""
        documents = self._session.documents
        try:
            async with asyncio.timeout(_PAUSE_S):
                while documents.snapshot(self._uri) == snapshot:
                    await documents.change()
        except TimeoutError:
            pass

    async def _apply(self, snapshot: Snapshot, piece: str, wait_s: float) -> bool:
        """Whether the editor applied a piece. Raises TimeoutError if it does not answer."""
        text = snapshot.text
        if self._written:
            behind = self._anchor + self._written
            start = end = text.rfind(behind) + len(behind)
        else:
            start, end = len(text.rstrip()), len(text)
            self._anchor = text[max(0, start - _ANCHOR_CHARS) : start]
        edit = edits.workspace_edit(
            snapshot, [Change(start, end, piece)], "Answer", self._session.profile, annotated=False
        )
        params = lt.ApplyWorkspaceEditParams(edit=edit)  # Neovim prints a label each time.
        try:
            result = await edits.apply(self._wire, params, self._session.profile, wait_s)
        except WireError:
            return False
        return not (isinstance(result, dict) and result.get("applied") is False)
