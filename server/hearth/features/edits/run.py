"""An edit, from the offer to the changes: ask, read, and ask once more if the answer cannot be used."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator

import attrs

from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, EditRefused, InputError
from hearth.core.settings import EditsSettings
from hearth.core.text import well_formed
from hearth.providers.base import ChatRequest, Chatter, Chunk, Done, Message, Reason, Usage
from hearth.providers.patience import patient

from . import addition, ask
from .edit import Edit, read
from .misfit import Misfit
from .offer import Offer
from .preview import Preview
from .spot import Spot
from .target import Form, Target

_TRIES = 2
_CHARS_PER_TOKEN = 3
"""Code in a byte-level vocabulary has 3 to 4 characters a token; the lower end, so that prompts seldom are too long."""
_SPARE_TOKENS = 96
"""Control tokens around the turns, and the words around the code of an answer."""
_GROWTH = 2
"""An answer may be so many times as long as the code that it is for."""
_LEAST_TOKENS = 256
_SMALLEST_CHARS = 200
"""When the prompt is too long with no more than this around the piece, the piece itself is."""


@attrs.frozen
class Begun:
    """The model is asked: the first time, or again because its answer could not be used."""

    reason: str = ""
    """Why it is asked again."""


@attrs.frozen
class Shown:
    """All of the new code so far, to look at. Nothing of it is certain."""

    code: str


@attrs.frozen
class Proposed:
    """The end: an edit that is safe for the text that it was made for."""

    edit: Edit
    usage: Usage


@attrs.frozen
class Into:
    """Another document than the one that the offer is about: what is written goes behind all that it holds."""

    spot: Spot
    holds: re.Pattern[str]
    """What the new code must hold."""


async def propose(
    spot: Spot,
    offer: Offer,
    chatter: Chatter,
    settings: EditsSettings,
    context: int | None = None,
    into: Into | None = None,
) -> AsyncIterator[Begun | Shown | Proposed]:
    """Stream an edit: for each answer :class:`Begun` and :class:`Shown`, and at the end one :class:`Proposed`.

    ``context`` is the model's window in tokens, if known; ``into`` is where the code goes, if it does not stay in its
    document. Raises EditRefused when the second answer cannot be used
    either, InputError for what no model may be shown or what is too long, ProviderTimeout when the next token takes
    longer than ``settings.timeout_s``, and the errors of providers.
    """
    target = offer.target
    if target is None:
        raise ValueError("the offer changes nothing")
    if spot.place.private:
        raise InputError(f"{spot.place.path} may hold secrets, so it is not shown to a model.")
    tokens = _tokens(spot, target, settings, context)
    chars = _room(spot, offer, target, settings, context, tokens)
    turns: tuple[Message, ...] = ()
    reason = ""
    for attempt in range(_TRIES):
        yield Begun(reason)
        answer = _Answer("", Done(Reason.STOP))
        async with closing(_answer(spot, offer, target, turns, (tokens, chars), chatter, settings)) as pieces:
            async for piece in pieces:
                if isinstance(piece, _Answer):
                    answer = piece
                else:
                    yield piece
        try:
            edit = await asyncio.to_thread(_read, answer, spot, target, into)
        except Misfit as misfit:
            reason = str(misfit)
            if attempt + 1 == _TRIES:
                raise _refused(reason, answer.text) from None
            turns = ask.again(answer.text, reason, target)
        else:
            yield Proposed(edit, answer.done.usage)
            return


@attrs.frozen
class _Answer:
    """An answer that has come to its end."""

    text: str
    done: Done

    @property
    def is_cut(self) -> bool:
        return self.done.reason is Reason.LENGTH


def _read(answer: _Answer, spot: Spot, target: Target, into: Into | None) -> Edit:
    if into is not None:
        return addition.read(answer.text, into.spot, into.holds, is_cut=answer.is_cut)
    return read(answer.text, spot, target, is_cut=answer.is_cut)


async def _answer(
    spot: Spot,
    offer: Offer,
    target: Target,
    turns: tuple[Message, ...],
    room: tuple[int, int],
    chatter: Chatter,
    settings: EditsSettings,
) -> AsyncIterator[Shown | _Answer]:
    """One answer, to a prompt that is made shorter until it fits. ``room`` is tokens to write and characters around."""
    tokens, chars = room
    while True:
        text, preview = "", Preview()
        asked = (*ask.messages(spot, offer, target, chars), *turns)
        try:
            async with closing(_stream(asked, tokens, chatter, settings)) as stream:
                async for chunk in stream:
                    if isinstance(chunk, Done):
                        yield _Answer(text, chunk)
                        return
                    text += chunk.text
                    code = preview.feed(chunk.text)
                    if code is not None:
                        yield Shown(code)
        except ContextTooLong:  # Raised before the first token.
            if chars <= _SMALLEST_CHARS and not turns:
                raise _too_long() from None
            chars, turns = (chars // 2, turns) if chars > _SMALLEST_CHARS else (chars, ())


async def _stream(
    messages: tuple[Message, ...], tokens: int, chatter: Chatter, settings: EditsSettings
) -> AsyncIterator[Chunk]:
    plain = tuple(attrs.evolve(each, content=well_formed(each.content)) for each in messages)
    request = ChatRequest(plain, max_tokens=tokens, temperature=settings.temperature, repeats=True)
    async with (
        closing(chatter.chat(request)) as stream,
        closing(patient(stream, settings.timeout_s, "edits.timeout_s")) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


def _tokens(spot: Spot, target: Target, settings: EditsSettings, context: int | None) -> int:
    """Tokens for an answer: what the code may grow to, and no more than half of the model's window."""
    size = math.ceil((target.end - target.start) / _CHARS_PER_TOKEN)
    wanted = max(_LEAST_TOKENS, size * _GROWTH + _SPARE_TOKENS)
    if target.form in (Form.BODY, Form.ADDITION):
        wanted = settings.max_tokens
    most = settings.max_tokens if context is None else min(settings.max_tokens, context // 2)
    return min(wanted, most)


def _room(spot: Spot, offer: Offer, target: Target, settings: EditsSettings, context: int | None, tokens: int) -> int:
    """Characters for what stands around the piece."""
    if context is None:
        return settings.surrounding_chars
    fixed = sum(len(each.content) for each in ask.messages(spot, offer, target, 0))
    left = (context - tokens - _SPARE_TOKENS) * _CHARS_PER_TOKEN - fixed
    return max(0, min(settings.surrounding_chars, left))


def _too_long() -> InputError:
    return InputError(
        "The code is too long for the model's context.",
        hint="Select fewer lines, or set engine.context higher if the model allows it.",
    )


def _refused(reason: str, answer: str) -> EditRefused:
    return EditRefused(
        f"The model's answer cannot be used: {reason}. Nothing was changed.",
        hint="Try again, select less, or choose a larger model.",
        answer=answer,
    )
