"""A question and its conversation, and the prompt that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from hearth.context.source import Source
from hearth.context.sources.active import Active
from hearth.context.sources.attached import Attached
from hearth.prompts.render import fence, render
from hearth.providers.base import Image, Message, Role
from hearth.workspace.read import Files

if TYPE_CHECKING:
    from hearth.index.handle import Handle


IMAGE_CHARS = 4_500
"""Of text that take as much room as a picture: 1,500 tokens, which common models take at most."""


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
    images: tuple[Image, ...] = attrs.field(default=(), repr=False)
    """Pictures that the question is about."""


def system() -> Message:
    """The first message of every conversation."""
    return Message(Role.SYSTEM, render("chat/system"))


def turn(question: str, sources: tuple[Source, ...], images: tuple[Image, ...] = ()) -> Message:
    """The question with its sources and pictures."""
    blocks = "\n\n".join(_block(source) for source in sources)
    return Message(Role.USER, render("chat/ask", question=question.strip(), sources=blocks), images)


def recent(history: tuple[Message, ...], chars: int) -> tuple[Message, ...]:
    """The latest turns that fit into ``chars``, from a user's turn on: an answer without its question misleads."""
    kept = len(history)
    while kept and size(history[kept - 1]) <= chars:
        kept -= 1
        chars -= size(history[kept])
    while kept < len(history) and history[kept].role is not Role.USER:
        kept += 1
    return history[kept:]


def size(message: Message) -> int:
    """Characters that it takes the room of."""
    return len(message.content) + len(message.images) * IMAGE_CHARS


def _block(source: Source) -> str:
    code = source.text.strip("\n").rstrip()
    if source.heading:
        return render("chat/attached", heading=source.heading, language=source.language, code=code, fence=fence(code))
    return render("chat/source", path=source.title, language=source.language, code=code, fence=fence(code))
