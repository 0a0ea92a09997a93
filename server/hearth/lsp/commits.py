"""Messages for commits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from hearth.core.aio import closing
from hearth.core.errors import HearthError, InputError, ProviderBroken
from hearth.features.commits.message import Staged, write
from hearth.workspace import changes, git
from hearth.workspace.uris import to_path

from .methods import COMMIT_DELTA
from .models import Use
from .protocol_chat import CommitDeltaParams, CommitMessageParams, CommitMessageResult

if TYPE_CHECKING:
    from .rpc import Protocol
    from .session import Session


class Commits:
    """Writes them for one session."""

    def __init__(self, session: Session, wire: Protocol) -> None:
        self._session = session
        self._wire = wire

    async def message(self, params: CommitMessageParams, request_id: str) -> CommitMessageResult:
        """Answer ``hearth/commit/message``."""
        await self._session.ready()
        folder = self._folder(params.root)
        staged = Staged(*await asyncio.to_thread(lambda: (changes.diff(folder, staged=True), git.subjects(folder))))
        try:
            return await self._write(staged, params.token or request_id)
        except InputError:
            raise
        except HearthError as error:
            self._session.failed(error, answered=True)
            raise

    async def _write(self, staged: Staged, token: str) -> CommitMessageResult:
        session = self._session
        async with session.models.use(Use.CHAT) as (model, provider):
            await session.about(model, provider)
            with session.status.busy(), session.indexing.busy():
                tokens = model.counting(provider)
                async with closing(write(staged, provider, session.settings.chat, model.context, tokens)) as drafts:
                    async for draft in drafts:
                        if draft.done:
                            return CommitMessageResult(draft.message, model.name, draft.notes)
                        self._wire.notify(COMMIT_DELTA, CommitDeltaParams(token, draft.message))
        raise ProviderBroken("The message has no end.", hint="Ask again.")

    def _folder(self, root: str) -> Path:
        """The folder that is asked about; nothing outside of the workspace is."""
        roots = self._session.roots
        if not roots.trusted:
            raise InputError("The workspace is not trusted, so git is not run in it.", hint="Trust it first.")
        if not root:
            if not roots.folders:
                raise InputError("There is no workspace folder.", hint="Open the folder of the repository.")
            return roots.folders[0].path
        path = to_path(root)
        # A repository may lie around the folder that is open, as its own client knows it.
        if path is None or not any(
            roots.of(path) or each.path.is_relative_to(path.resolve()) for each in roots.folders
        ):
            raise InputError("That repository is outside this workspace.", hint="Open its folder.")
        return path
