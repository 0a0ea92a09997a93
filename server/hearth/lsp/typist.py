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

_APPLY_S = 10.0
"""Longest wait for the editor to apply a piece."""
_ECHO_S = 10.0
"""Longest wait for the editor to tell of a change that it applied. Neovim gathers changes for 150 ms."""
_TRIES = 3
"""An edit is refused when the user writes at the same moment; it is then made for what stands there."""


_ANCHOR_CHARS = 200
"""What stands before the place at the beginning. With what is written since, the place is found again by it."""


class Typist:
    """Writes at one place of one document. What comes while an edit is under way is written together."""

    def __init__(self, session: Session, wire: Protocol, uri: str) -> None:
        self._session = session
        self._wire = wire
        self._uri = uri
        self._waiting = ""
        self._written = ""
        self._anchor = ""
        self._task: asyncio.Task[None] | None = None

    def add(self, text: str) -> None:
        """Write ``text`` soon."""
        self._waiting += text
        if self._waiting and (self._task is None or (self._task.done() and not self._task.exception())):
            self._task = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Wait until all is written. Raises InputError if the editor does not take it, or the place is gone."""
        if self._task is not None:
            await self._task

    def abandon(self) -> None:
        """Write nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _write(self) -> None:
        while True:
            if not self._waiting:
                await self._current()
                if not self._waiting:
                    return
            text, self._waiting = self._waiting, ""
            for _ in range(_TRIES):
                snapshot = await self._current()
                newline = "\r\n" if "\r\n" in snapshot.text else "\n"
                piece = text.replace("\r\n", "\n").replace("\n", newline)
                if await self._applied(snapshot, piece):
                    self._written += piece
                    break
            else:
                raise InputError("The editor did not take the text.", hint="Is the document writable?")

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

    async def _applied(self, snapshot: Snapshot, piece: str) -> bool:
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
            result = await edits.apply(self._wire, params, self._session.profile, _APPLY_S)
        except (TimeoutError, WireError):
            return False
        return not (isinstance(result, dict) and result.get("applied") is False)
