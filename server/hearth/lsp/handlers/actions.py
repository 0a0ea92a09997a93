"""Code actions, the next edit, and the commands that they are where a client does not resolve them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.lsp.methods import NEXT_EDIT

if TYPE_CHECKING:
    from hearth.lsp.clients.profile import Profile
    from hearth.lsp.protocol import NextEditParams, NextEditResult
    from hearth.lsp.server import HearthServer

RUN = "hearth.action.run"
"""Runs the action that its argument describes."""

OPEN_CHAT = "hearth.chatDocument.open"
"""Opens a new conversation."""
SEND = "hearth.chatDocument.send"
"""Answers the question of a conversation, by its URI; without one, of the one that was opened last."""
STOP = "hearth.chatDocument.stop"
"""Ends the answer that is being written into a conversation."""
APPLY_NEXT = "hearth.nextEdit.apply"
"""Makes the edit that likely follows the one that was just made."""

ACCEPTED = "hearth.completion.accepted"
"""Says that the completion with that id was accepted."""

COMMANDS = (RUN, OPEN_CHAT, SEND, STOP, ACCEPTED, APPLY_NEXT)
_KINDS = (
    lt.CodeActionKind.QuickFix,
    lt.CodeActionKind.RefactorExtract,
    lt.CodeActionKind.RefactorInline,
    lt.CodeActionKind.RefactorRewrite,
    "hearth",
)


def register(server: HearthServer) -> None:
    """Register the handlers."""

    @server.feature(lt.TEXT_DOCUMENT_CODE_ACTION, lt.CodeActionOptions(code_action_kinds=_KINDS))
    async def code_action(params: lt.CodeActionParams) -> list[lt.CodeAction | lt.Command]:
        actions = await server.session.actions()
        return await actions.offered(params)

    @server.feature(lt.CODE_ACTION_RESOLVE)
    async def resolve(action: lt.CodeAction) -> lt.CodeAction:
        actions = await server.session.actions()
        return await actions.resolved(action)

    @server.feature(lt.WORKSPACE_EXECUTE_COMMAND, lt.ExecuteCommandOptions(commands=COMMANDS))
    async def execute(params: lt.ExecuteCommandParams) -> None:
        if params.command == ACCEPTED:
            name = params.arguments[0] if params.arguments else None
            from hearth.lsp.protocol_completion import CompletionOutcome  # noqa: PLC0415  # Not needed for `initialize`.

            server.session.completions.told(str(name), CompletionOutcome.ACCEPTED)
            return
        actions = await server.session.actions()
        actions.executed(params.command, *(params.arguments or ()))

    @server.feature(NEXT_EDIT)
    async def next_edit(params: NextEditParams) -> NextEditResult:
        return await (await server.session.next_edits()).answered(params)

    @server.feature(lt.TEXT_DOCUMENT_CODE_LENS, lt.CodeLensOptions())
    async def code_lens(params: lt.CodeLensParams) -> list[lt.CodeLens]:
        actions = await server.session.actions()
        return actions.lenses(params)


def announce(capabilities: lt.ServerCapabilities, profile: Profile) -> None:
    """Correct what pygls announces: it counts its own commands, and asks nobody who cannot."""
    capabilities.execute_command_provider = lt.ExecuteCommandOptions(commands=COMMANDS)
    actions = capabilities.code_action_provider
    if isinstance(actions, lt.CodeActionOptions):
        actions.resolve_provider = profile.resolves_edits
