"""``hearth commit-message``: a message for what is staged, for editors and hooks."""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from rich.markup import escape

from hearth.context.counting import Tokens
from hearth.core.aio import closing
from hearth.core.errors import InputError
from hearth.features.commits.message import Draft, Staged, write
from hearth.workspace import changes, git

from . import context as contexts
from .output import err, run_async


def command(
    model: str | None = typer.Option(None, help="Provider, or provider:model, instead of models.chat."),
) -> None:
    """Write a commit message for what is staged: `git commit -e -m "$(hearth commit-message)"`."""
    context = contexts.load(model=model)
    staged = Staged(changes.diff(Path.cwd(), staged=True), git.subjects(Path.cwd()))
    draft = run_async(_run(context, staged))
    for note in draft.notes:
        err.print(f"[yellow]note:[/] {escape(note)}")
    sys.stdout.write(f"{draft.message}\n")


async def _run(context: contexts.Context, staged: Staged) -> Draft:
    if not staged.diff.strip():
        raise InputError("Nothing is staged.", hint="Stage what belongs into the commit (`git add`).")
    async with contexts.provider(context, context.settings.models.chat) as provider:
        window = (await provider.capabilities()).context
        tokens = Tokens(provider.count_tokens)
        async with closing(write(staged, provider, context.settings.chat, window, tokens)) as drafts:
            async for draft in drafts:
                if draft.done:
                    return draft
    raise InputError("The model gave no message.", hint="Ask again, or look at `hearth doctor`.")
