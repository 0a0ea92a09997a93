"""An answer, from the question to the last token: gather, prompt, stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import attrs

from hearth.context import marks
from hearth.context.gather import Gathered, gather
from hearth.context.source import Source
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, InputError
from hearth.core.settings import ChatSettings
from hearth.core.text import well_formed
from hearth.providers.base import ChatRequest, Chatter, Done, Message, Reason, Usage
from hearth.providers.patience import patient
from hearth.workspace.read import Files
from hearth.workspace.roots import Roots

from . import conversation, lookup
from .conversation import Ask
from .loop import looping

_CHARS_PER_TOKEN = 3
"""Code in a byte-level vocabulary has 3 to 4 characters a token; the lower end, so that prompts seldom are too long."""
_SPARE_TOKENS = 64
"""Control tokens around the turns."""
_HISTORY_SHARE = 1 / 3
"""Of the room beside the question: what was said before; the rest is for sources."""
_HISTORY_CHARS = 24_000
"""Most history where the model's context is not known."""
_GATHER_S = 5.0
"""Longest wait for the files that a question names: on a network drive that hangs it is answered without them."""
_SEARCH_SHARE = 0.4
"""Of the room for sources that is kept for what the index finds."""
_LOOP_CHECK_CHARS = 64
"""An answer is looked at for loops each time it has grown by so much."""
_SMALLEST_CHARS = 100
"""When not even this little fits beside the question, the question itself is too long."""


@attrs.frozen
class Shown:
    """What the model is shown beside the question. Comes first, and again if less fitted than was thought."""

    sources: tuple[Source, ...]
    notes: tuple[str, ...]


@attrs.frozen
class Text:
    """The next piece of the answer."""

    text: str


@attrs.frozen
class Answer:
    """The end."""

    text: str
    reason: Reason
    usage: Usage
    tokens_per_second: float | None
    looped: bool = False
    """It was ended because it repeated itself."""


async def answer(
    ask: Ask, chatter: Chatter, settings: ChatSettings, context: int | None = None
) -> AsyncIterator[Shown | Text | Answer]:
    """Stream an answer: :class:`Shown`, pieces of text, and one :class:`Answer`.

    ``context`` is the model's window in tokens, if known. Raises InputError for an empty question, the errors of
    providers, and ProviderTimeout when the next token takes longer than ``settings.timeout_s``.
    """
    if not marks.plain(ask.question).strip():
        raise InputError("The question is empty.", hint="Write what you want to know.")
    tokens = settings.max_tokens if context is None else min(settings.max_tokens, context // 2)
    room = _room(ask, context, tokens)
    while True:
        history = conversation.recent(ask.history, int(room * _HISTORY_SHARE))
        left = room - sum(map(conversation.size, history))
        left = min(settings.source_chars, left)
        kept = int(left * _SEARCH_SHARE) if ask.index is not None else 0
        gathered = await _gather(ask, left - kept)
        gathered = await lookup.defined(ask, gathered, left)
        gathered = await lookup.searched(ask, gathered, left)
        yield Shown(gathered.sources, gathered.notes)
        messages = (
            conversation.system(),
            *history,
            conversation.turn(marks.plain(ask.question), gathered.sources, ask.images),
        )
        try:
            async with closing(_stream(messages, tokens, chatter, settings)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        except ContextTooLong:  # Raised before the first token, so no text has been given yet.
            room = sum(len(each.content) for each in messages[1:]) - len(ask.question)
            if room < _SMALLEST_CHARS:
                raise
            room //= 2


async def _stream(
    messages: tuple[Message, ...], tokens: int, chatter: Chatter, settings: ChatSettings
) -> AsyncIterator[Text | Answer]:
    clock = asyncio.get_running_loop().time
    text, began, pieces = "", clock(), 0
    request = ChatRequest(tuple(map(_plain, messages)), max_tokens=tokens, temperature=settings.temperature)
    async with (
        closing(chatter.chat(request)) as stream,
        closing(patient(stream, settings.timeout_s, "chat.timeout_s")) as chunks,
    ):
        async for chunk in chunks:
            if isinstance(chunk, Done):
                yield Answer(text, chunk.reason, chunk.usage, _speed(chunk.usage, clock() - began))
                return
            began = began if text else clock()
            text, pieces = text + chunk.text, pieces + 1
            yield Text(chunk.text)
            grown = len(text) // _LOOP_CHECK_CHARS > (len(text) - len(chunk.text)) // _LOOP_CHECK_CHARS
            if grown and looping(text) < len(text):
                # Servers tell at the end only, which this answer does not see; they send a token at a time.
                usage = Usage(completion_tokens=pieces)
                yield Answer(text, Reason.STOP, usage, _speed(usage, clock() - began), looped=True)
                return


async def _gather(ask: Ask, chars: int) -> Gathered:
    files = ask.files or Files(Roots())
    try:
        async with asyncio.timeout(_GATHER_S):
            return await asyncio.to_thread(gather, ask.question, ask.active, files, max(0, chars), ask.attached)
    except TimeoutError:
        return Gathered(notes=("Reading files took too long, so the model is shown none.",))


def _room(ask: Ask, context: int | None, tokens: int) -> int:
    """Characters for history and sources together."""
    if context is None:
        return _HISTORY_CHARS * 3
    fixed = len(ask.question) + len(ask.images) * conversation.IMAGE_CHARS + len(conversation.system().content)
    return max(0, (context - tokens - _SPARE_TOKENS) * _CHARS_PER_TOKEN - fixed)


def _speed(usage: Usage, seconds: float) -> float | None:
    """Tokens per second: the provider's own figure, or counted tokens over the time since the first."""
    if usage.tokens_per_second is not None or not usage.completion_tokens or seconds <= 0:
        return usage.tokens_per_second
    return usage.completion_tokens / seconds


def _plain(message: Message) -> Message:
    return attrs.evolve(message, content=well_formed(message.content))
