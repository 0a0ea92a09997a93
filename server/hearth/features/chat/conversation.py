"""A question and its conversation, and the prompt that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from hearth.context.source import Source
from hearth.context.sources.active import Active
from hearth.context.sources.attached import Attached
from hearth.prompts.render import fence, render
from hearth.providers.base import Message, Role
from hearth.workspace.read import Files

if TYPE_CHECKING:
    from hearth.index.handle import Handle


@attrs.frozen
class Ask:
    """A question about code."""

    question: str = attrs.field(repr=False)
    history: tuple[Message, ...] = attrs.field(default=(), repr=False)
    """Earlier turns, oldest first."""
    active: Active | None = None
    files: Files | None = None
    """What may be read for it; None for nothing."""
    index: Handle | None = None
    """What is searched for it."""
    attached: tuple[Attached, ...] = ()
    """What the editor says of things that are no files, such as its terminal."""


def system() -> Message:
    """The first message of every conversation."""
    return Message(Role.SYSTEM, render("chat/system"))


def turn(question: str, sources: tuple[Source, ...]) -> Message:
    """The question with its sources."""
    blocks = "\n\n".join(_block(source) for source in sources)
    return Message(Role.USER, render("chat/ask", question=question.strip(), sources=blocks))


def recent(history: tuple[Message, ...], chars: int) -> tuple[Message, ...]:
    """The latest turns that fit into ``chars``, from a user's turn on: an answer without its question misleads."""
    kept = len(history)
    while kept and len(history[kept - 1].content) <= chars:
        kept -= 1
        chars -= len(history[kept].content)
    while kept < len(history) and history[kept].role is not Role.USER:
        kept += 1
    return history[kept:]


def _block(source: Source) -> str:
    code = source.text.strip("\n").rstrip()
    if source.heading:
        return render("chat/attached", heading=source.heading, language=source.language, code=code, fence=fence(code))
    return render("chat/source", path=source.title, language=source.language, code=code, fence=fence(code))
