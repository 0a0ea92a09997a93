"""A completion, from the cursor to the last state: gate, window, stream, stop rules, filters, syntax."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import attrs

from hearth.context import truncate
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, ProviderTimeout
from hearth.core.settings import CompletionSettings
from hearth.core.text import well_formed
from hearth.providers.base import Completer, CompletionRequest, Delta, Done, Reason

from . import filters, stop
from .gate import refusal
from .request import CompletionState, Request
from .whole import checking

_CHARS_PER_TOKEN = 3
"""Code in a byte-level vocabulary has 3 to 4 characters a token; the lower end, so that prompts seldom are too long."""
_SPARE_TOKENS = 16
"""Control tokens and the path in a fill-in-the-middle prompt."""
_SMALLEST_CHARS = 200
"""When text is so dense that even this little does not fit, there is no use in asking."""


@attrs.frozen
class Step:
    """The model wrote more."""

    text: str
    """All of it, filtered, with the unfinished line."""
    state: CompletionState | None = None
    """If something new is worth showing."""


async def complete(
    request: Request, completer: Completer, settings: CompletionSettings, context: int | None = None
) -> AsyncIterator[CompletionState]:
    """Stream the states of a completion: at complete lines as it grows, then the final one.

    Nothing at all comes where there is nothing to suggest. ``context`` is the model's window in tokens, if known.
    Raises the errors of providers, and ProviderTimeout after ``settings.timeout_s``.
    """
    if refusal(request, settings) is not None:
        return
    async with closing(generate(request, completer, settings, context)) as steps:
        async for step in steps:
            if step.state is not None:
                yield step.state


async def generate(
    request: Request, completer: Completer, settings: CompletionSettings, context: int | None = None
) -> AsyncIterator[Step]:
    """Ask the model, whatever the gate says, and follow it token by token."""
    deadline = asyncio.get_running_loop().time() + settings.timeout_s
    chars = _budget(settings, context)
    while True:
        try:
            async with closing(_attempt(request, completer, settings, chars, deadline)) as steps:
                async for step in steps:
                    yield step
            return
        except ContextTooLong:  # Raised before the first token, so no state has been given yet.
            chars = min(chars, len(request.text)) // 2
            if chars < _SMALLEST_CHARS:
                raise


async def _attempt(
    request: Request, completer: Completer, settings: CompletionSettings, chars: int, deadline: float
) -> AsyncIterator[Step]:
    """One answer of the model, with at most ``chars`` of text around the cursor."""
    raw, shown, seen = "", "", ""
    async with (
        checking(request, wanted=settings.check_syntax) as check,
        closing(completer.complete(_prompt(request, settings, chars))) as stream,
    ):
        while True:
            chunk = await _before(deadline, stream, settings.timeout_s)
            if isinstance(chunk, Delta):
                raw += chunk.text
                kept = stop.cut(raw, request, whole=False)
                if not kept.ended:
                    text = _text(kept.text.rpartition("\n")[0], request)
                    news = text not in ("", seen) and (check is None or await check.longest(text) == text)
                    seen, shown = text, text if news else shown
                    yield Step(_text(kept.text, request), CompletionState(text) if news else None)
                    continue
            else:
                whole = stop.cut(raw, request, whole=True).text
                kept = stop.Cut(_drop_half_line(whole, request, chunk), ended=True)
            text = _text(kept.text, request)
            text = await check.longest(text) if check is not None else text
            if text or shown:
                done = chunk if isinstance(chunk, Done) else None
                final = CompletionState(
                    text, final=True, reason=done.reason if done else None, usage=done.usage if done else None
                )
                yield Step(text, final)
            return


async def _before(deadline: float, stream: AsyncIterator[Delta | Done], limit_s: float) -> Delta | Done:
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(stream)
    except TimeoutError:
        raise ProviderTimeout(
            f"The completion took longer than {limit_s:g} s.",
            hint="A smaller model answers faster; completion.timeout_s sets how long to wait.",
        ) from None
    except StopAsyncIteration:
        return Done(Reason.STOP)


def _prompt(request: Request, settings: CompletionSettings, chars: int) -> CompletionRequest:
    suffix_chars = min(settings.suffix_chars, chars // 4)
    prefix_chars = min(settings.prefix_chars, chars - suffix_chars)
    window = truncate.window(request.text, request.offset, prefix_chars, suffix_chars)
    return CompletionRequest(
        prefix=_plain(window.prefix),
        suffix=_plain(window.suffix),
        path=request.path,
        language=request.language,
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
        stop=() if request.many_lines else ("\n",),
    )


def _budget(settings: CompletionSettings, context: int | None) -> int:
    """Characters around the cursor that the settings allow and the model has room for."""
    wanted = settings.prefix_chars + settings.suffix_chars
    if context is None:
        return wanted
    room = (context - min(settings.max_tokens, context // 2) - _SPARE_TOKENS) * _CHARS_PER_TOKEN
    return max(_SMALLEST_CHARS, min(wanted, room))


def _text(text: str, request: Request) -> str:
    """The text as it would be inserted."""
    return filters.apply(text, request).replace("\n", request.newline)


def _drop_half_line(text: str, request: Request, done: Done) -> str:
    """Where the tokens ran out, the last of several lines is half a line."""
    head, newline, _ = text.rpartition("\n")
    return head if done.reason is Reason.LENGTH and newline and head.strip() else text


def _plain(text: str) -> str:
    """Text that every model and every encoder takes: line feeds only, and no halves of surrogate pairs."""
    return well_formed(text.replace("\r\n", "\n").replace("\r", "\n"))
