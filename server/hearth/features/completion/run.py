"""A completion, from the cursor to the last state: gate, window, stream, stop rules, filters, syntax."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import attrs

from hearth.context.frame import Surroundings
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, ProviderTimeout
from hearth.core.settings import CompletionSettings
from hearth.providers.base import Completer, Delta, Done, Reason

from . import filters, stop
from .gate import refusal
from .prompt import SMALLEST_CHARS, Model, Prompt, Prompts, budget, narrow, rendered
from .request import CompletionState, Request, Token, within
from .whole import checking


@attrs.frozen
class Step:
    """The model wrote more."""

    text: str
    """All of it, filtered, with the unfinished line."""
    state: CompletionState | None = None
    """If something new is worth showing."""


@attrs.frozen
class Desk:
    """What a completion is made with."""

    completer: Completer
    model: Model = attrs.field(factory=Model)
    prompts: Prompts = attrs.field(factory=Prompts)
    around: Surroundings = attrs.field(factory=Surroundings)
    key: str = ""
    """Tells documents apart."""
    ahead: bool = False
    """Nobody has asked: it is what would follow when a suggestion is accepted."""
    seed: int | None = None
    """For another completion than the likeliest; None for that one."""
    logprobs: bool = False
    """Ask how likely the tokens are."""


async def complete(request: Request, desk: Desk, settings: CompletionSettings) -> AsyncIterator[CompletionState]:
    """Stream the states of a completion: at complete lines as it grows, then the final one.

    Nothing at all comes where there is nothing to suggest. Raises the errors of providers, and ProviderTimeout after
    ``settings.timeout_s``.
    """
    if refusal(request, settings) is not None:
        return
    async with closing(generate(request, desk, settings)) as steps:
        async for step in steps:
            if step.state is not None:
                yield step.state


async def generate(request: Request, desk: Desk, settings: CompletionSettings) -> AsyncIterator[Step]:
    """Ask the model, whatever the gate says, and follow it token by token."""
    deadline = asyncio.get_running_loop().time() + settings.timeout_s
    if desk.ahead:
        prompt = desk.prompts.ahead(desk.key, request)
    else:
        prompt = await desk.prompts.make(desk.key, request, settings, desk.model, desk.around)
    if prompt is None:
        return
    chars, refused = budget(settings, desk.model.window), False
    while True:
        try:
            async with closing(_attempt(request, prompt, desk, settings, deadline)) as steps:
                async for step in steps:
                    if refused:
                        desk.prompts.fitted(desk.key, chars)
                        refused = False
                    yield step
            return
        except ContextTooLong:  # Raised before the first token, so no state has been given yet.
            chars = min(chars, _size(prompt)) // 2
            if chars < SMALLEST_CHARS:
                raise
            prompt, refused = attrs.evolve(prompt, made=narrow(request, settings, chars)), True


async def _attempt(
    request: Request, prompt: Prompt, desk: Desk, settings: CompletionSettings, deadline: float
) -> AsyncIterator[Step]:
    """One answer of the model."""
    raw, shown, seen = "", "", ""
    heard: list[Token] = []
    asked = rendered(request, prompt.made, settings, prompt.max_tokens, seed=desk.seed, logprobs=desk.logprobs)
    async with (
        # A tree of its own for what is not in the document yet: the document's own is edited with the next key.
        checking(
            request, desk.prompts, f"{desk.key}+" if desk.ahead else desk.key, wanted=settings.check_syntax
        ) as check,
        closing(desk.completer.complete(asked)) as stream,
    ):
        while True:
            chunk = await _before(deadline, stream, settings.timeout_s)
            if not raw and prompt.is_whole:
                desk.prompts.answered(desk.key, prompt.made)
            if isinstance(chunk, Done):
                desk.prompts.pace.learn(chunk.usage)
                if chunk.usage is not None:
                    desk.model.tokens.told(request.language, asked.texts, chunk.usage.prompt_tokens)
            if isinstance(chunk, Delta):
                heard += [Token(len(raw), logprob) for logprob in chunk.logprobs]
                raw += chunk.text
                kept = stop.cut(raw, request, whole=False)
                if not kept.ended:
                    text = _text(kept.text.rpartition("\n")[0], request)
                    news = text not in ("", seen) and (check is None or await check.longest(text) == text)
                    seen, shown = text, text if news else shown
                    state = CompletionState(text, tokens=_of(heard, raw, text)) if news else None
                    yield Step(_text(kept.text, request), state)
                    continue
            else:
                whole = stop.cut(raw, request, whole=True).text
                kept = stop.Cut(_drop_half_line(whole, request, chunk), ended=True)
            text = _text(kept.text, request)
            text = await check.longest(text) if check is not None else text
            if text or shown:
                done = chunk if isinstance(chunk, Done) else None
                final = CompletionState(
                    text,
                    final=True,
                    tokens=_of(heard, raw, text),
                    reason=done.reason if done else None,
                    usage=done.usage if done else None,
                )
                yield Step(text, final)
            return


def _size(prompt: Prompt) -> int:
    """Characters of a prompt, those of other files among them: they go first."""
    made = prompt.made
    return len(made.prefix) + len(made.suffix) + sum(len(each.text) for each in made.others)


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


def _of(heard: Sequence[Token], raw: str, text: str) -> tuple[Token, ...]:
    """The tokens of ``text``, which filters cut at both ends out of ``raw``; in places of ``text``."""
    if not heard:
        return ()
    plain = text.replace("\r\n", "\n")
    found = within(heard, max(0, raw.find(plain)), len(plain))
    if len(plain) == len(text):
        return found
    return tuple(attrs.evolve(each, start=each.start + plain.count("\n", 0, each.start)) for each in found)


def _text(text: str, request: Request) -> str:
    """The text as it would be inserted."""
    return filters.apply(text, request).replace("\n", request.newline)


def _drop_half_line(text: str, request: Request, done: Done) -> str:
    """Where the tokens ran out, the last of several lines is half a line."""
    head, newline, _ = text.rpartition("\n")
    return head if done.reason is Reason.LENGTH and newline and head.strip() else text
