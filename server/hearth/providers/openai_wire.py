"""Answers of the OpenAI API, and of llama-server's own, as chunks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

import attrs

from .base import Chunk, Delta, Done, Reason, Usage
from .faults import Endpoint, broken
from .fim_way import Dialect
from .http import DONE
from .stream import logprobs


@attrs.frozen
class Piece:
    """What one event says."""

    text: str = ""
    logprobs: tuple[float, ...] = ()
    reason: Reason | None = None
    usage: Usage | None = None
    answers: bool = True
    """It is part of an answer, and not only of what is told about it."""


async def chunks(
    events: AsyncGenerator[Mapping[str, Any] | str], dialect: Dialect, where: Endpoint, tail_s: float
) -> AsyncGenerator[Chunk]:
    """The chunks of an event stream. Waits at most ``tail_s`` for what follows the end of the text.

    Raises ProviderBroken if the stream ends before the answer does.
    """
    read = _READERS[dialect]
    reason: Reason | None = None
    usage = Usage()
    answered = False
    async with aclosing(events):
        while True:
            try:
                async with asyncio.timeout(tail_s if reason else None):
                    event = await anext(events)
            except (StopAsyncIteration, TimeoutError):
                break
            if isinstance(event, str):
                # Some servers give no reason when the model ended by itself.
                reason = reason or (Reason.STOP if event == DONE and answered else None)
                break
            piece = _read(read, event, where)
            answered = answered or piece.answers
            if piece.text:
                yield Delta(piece.text, piece.logprobs)
            reason = piece.reason or reason
            usage = _merged(usage, piece.usage)
            if reason and dialect is Dialect.LLAMA:
                break
    if reason is None:
        raise broken(where, "ended its answer in the middle")
    yield Done(reason, usage)


def usage_of(event: Mapping[str, Any]) -> Usage | None:
    """Token counts and times out of ``usage`` and ``timings``; None if there is neither.

    llama-server's ``prompt_n`` counts evaluated tokens only, without those of its cache, ``cache_n``.
    """
    counts, timings = _object(event.get("usage")), _object(event.get("timings"))
    if not counts and not timings:
        return None
    details = _object(counts.get("prompt_tokens_details"))
    prompt, cached = _count(counts.get("prompt_tokens")), _count(details.get("cached_tokens"))
    if cached is None:
        cached = _count(timings.get("cache_n"))
    evaluated = _count(timings.get("prompt_n"))
    if prompt is None and evaluated is not None:
        prompt = evaluated + (cached or 0)
    answered = _count(counts.get("completion_tokens"))
    return Usage(
        prompt_tokens=prompt,
        cached_tokens=cached,
        completion_tokens=answered if answered is not None else _count(timings.get("predicted_n")),
        prompt_ms=_time(timings.get("prompt_ms")),
        completion_ms=_time(timings.get("predicted_ms")),
    )


def _merged(old: Usage, new: Usage | None) -> Usage:
    """What ``new`` knows, and the rest from ``old``: counts and times may come in different events."""
    known = {} if new is None else attrs.asdict(new, filter=lambda _field, value: value is not None)
    return attrs.evolve(old, **known)


def _read(read: Callable[[Mapping[str, Any]], Piece], event: Mapping[str, Any], where: Endpoint) -> Piece:
    try:
        return read(event)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise broken(where, "sent an answer of a shape that Hearth does not know") from error


def _completions(event: Mapping[str, Any]) -> Piece:
    return _choice(event, lambda choice: choice.get("text"))


def _chat(event: Mapping[str, Any]) -> Piece:
    return _choice(event, lambda choice: (choice.get("delta") or choice.get("message") or {}).get("content"))


def _choice(event: Mapping[str, Any], text_of: Callable[[Mapping[str, Any]], Any]) -> Piece:
    choices = event.get("choices")
    if not choices:
        return Piece(usage=usage_of(event), answers=False)
    text, ended = text_of(choices[0]) or "", choices[0].get("finish_reason")
    if not isinstance(text, str):
        raise TypeError("text must be a string")
    reason = None if not ended else Reason.LENGTH if ended == "length" else Reason.STOP
    # In the shape of completions; chats have another one, and are not asked.
    told = logprobs(_object(choices[0].get("logprobs")).get("token_logprobs"))
    return Piece(text, told, reason, usage_of(event))


def _llama(event: Mapping[str, Any]) -> Piece:
    text = event["content"]
    if not isinstance(text, str):
        raise TypeError("content must be a string")
    if not event.get("stop"):
        return Piece(text)
    reason = Reason.LENGTH if event.get("stop_type") == "limit" else Reason.STOP
    return Piece(text, reason=reason, usage=usage_of(event))


_READERS: Mapping[Dialect, Callable[[Mapping[str, Any]], Piece]] = {
    Dialect.LLAMA: _llama,
    Dialect.COMPLETIONS: _completions,
    Dialect.CHAT: _chat,
}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _time(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
