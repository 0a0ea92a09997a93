"""A commit's message: diff, budget, prompt, stream."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import attrs

from hearth.context.counting import Tokens
from hearth.context.sources.attached import changes
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, InputError, ModelLacks
from hearth.core.settings import ChatSettings
from hearth.core.text import well_formed
from hearth.prompts.render import fence, render
from hearth.providers.base import ChatRequest, Chatter, Done, Message, Role
from hearth.providers.patience import patient
from hearth.workspace.redact import redact

_MOST_TOKENS = 320
"""Of a message: a line and some paragraphs."""
_DIFF_TOKENS = 6_000
"""Of the diff, where the model's window would take more: reading more takes longer than people wait for a message."""
_FIXED_TOKENS = 400
"""Instructions, earlier messages, control tokens."""
_LEAST_TOKENS = 64
"""With less of the diff than this there is nothing to write a message from."""
_SUBJECT_CHARS = 100
_FENCE = re.compile(r"^\s*```[\w-]*\s*\n|\n?```\s*$")
_LABEL = re.compile(r"^\s*(?:commit message|message|subject)\s*:\s*", re.IGNORECASE)


@attrs.frozen
class Staged:
    """What a commit would hold."""

    diff: str = attrs.field(repr=False)
    """In git's words."""
    subjects: tuple[str, ...] = ()
    """First lines of earlier messages, the last commit first."""


@attrs.frozen
class Draft:
    """The message so far; all of it, not what was added."""

    message: str
    notes: tuple[str, ...] = ()
    """What was kept from the model, in sentences."""
    done: bool = False


async def write(
    staged: Staged, chatter: Chatter, settings: ChatSettings, context: int | None = None, tokens: Tokens | None = None
) -> AsyncIterator[Draft]:
    """Stream a message; the last draft is ``done``. ``context`` is the model's window in tokens, if known.

    Raises InputError if nothing is staged, ModelLacks if the model writes nothing, and the errors of providers.
    """
    if not staged.diff.strip():
        raise InputError("Nothing is staged.", hint="Stage what belongs into the commit (`git add`), then ask again.")
    clean = redact(staged.diff)
    notes = ("A secret in the changes is not shown to the model.",) if clean.kinds else ()
    tokens = tokens or Tokens()
    await tokens.sample("diff", clean.text)
    room = _DIFF_TOKENS if context is None else min(_DIFF_TOKENS, context - _MOST_TOKENS - _FIXED_TOKENS)
    while True:
        diff = await _fitting(clean.text, max(room, _LEAST_TOKENS), tokens)
        try:
            async with closing(_stream(_messages(diff, staged.subjects), chatter, settings)) as drafts:
                async for draft in drafts:
                    yield attrs.evolve(draft, notes=notes)
            return
        except ContextTooLong:  # Raised before the first token.
            room //= 2
            if room < _LEAST_TOKENS:
                raise


async def _fitting(diff: str, room: int, tokens: Tokens) -> str:
    """The diff in at most ``room`` tokens, counted by the model's server where it counts."""
    chars = tokens.chars(room, "diff")
    while True:
        cut = changes(diff, chars)
        await tokens.learn([cut])
        count = tokens.of(cut, "diff")
        if count <= room or chars <= _LEAST_TOKENS:
            return cut
        chars = min(chars - 1, int(len(cut) * room / count))


def _messages(diff: str, subjects: tuple[str, ...]) -> tuple[Message, ...]:
    earlier = "\n".join(f"- {' '.join(redact(each).text.split())[:_SUBJECT_CHARS]}" for each in subjects)
    style = f"\n\n{render('commits/style', subjects=earlier)}" if earlier else ""
    asked = render("commits/ask", style=style, diff=diff.rstrip(), fence=fence(diff))
    return Message(Role.SYSTEM, render("commits/system")), Message(Role.USER, well_formed(asked))


async def _stream(messages: tuple[Message, ...], chatter: Chatter, settings: ChatSettings) -> AsyncIterator[Draft]:
    request = ChatRequest(messages, max_tokens=_MOST_TOKENS, temperature=settings.temperature)
    text = shown = ""
    async with (
        closing(chatter.chat(request)) as stream,
        closing(patient(stream, settings.timeout_s, "chat.timeout_s")) as chunks,
    ):
        async for chunk in chunks:
            if isinstance(chunk, Done):
                break
            text += chunk.text
            if (draft := tidy(text)) != shown:
                shown = draft
                yield Draft(shown)
    if not shown:
        raise ModelLacks("The model wrote no message.", hint="Ask again, or choose another chat model.")
    yield Draft(shown, done=True)


def tidy(text: str) -> str:
    """A message without what small models put around it: fences, a label, quotes around all of it."""
    text = _LABEL.sub("", _FENCE.sub("", _FENCE.sub("", text.strip())).strip())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" and text[0] not in text[1:-1]:
        text = text[1:-1]
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
