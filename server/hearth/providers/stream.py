"""Streams of chunks: text filters that work on pieces, and the rules that every provider's stream keeps."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from hearth.core.errors import ProviderBroken

from .base import Chunk, Delta, Done, Reason

MAX_WIRE_STOPS = 4
"""As many stop texts as every OpenAI-compatible server takes; the rest is enforced here."""

LEAST_LOGPROB = -9999
"""What OpenAI tells of a token that is as good as impossible."""


class TextFilter(Protocol):
    """Changes an answer that comes in pieces. It may hold text back, and must give it out at the end."""

    def feed(self, text: str) -> str:
        """What is certain now."""
        ...

    def end(self) -> str:
        """What was held back."""
        ...


class Surrogates:
    """Joins halves of a character that a server escaped into two pieces; a half alone becomes U+FFFD."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Whole characters."""
        text, self._half = self._half + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return whole(text)

    def end(self) -> str:
        """U+FFFD for a half that found no other."""
        return whole(self._half)


class StopGuard:
    """Ends an answer at the first stop text, which may come in pieces; ``stopped`` says that it was met."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """Text that cannot be the start of a stop text."""
        if self.stopped or not self._stops:
            return "" if self.stopped else text
        text = self._held + text
        places = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if places:
            self.stopped, self._held = True, ""
            return text[: min(places)]
        keep = max(_overlap(text, stop) for stop in self._stops)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def end(self) -> str:
        """What turned out to be no stop text."""
        rest, self._held = self._held, ""
        return rest


class Unfenced:
    """Takes a Markdown fence off an answer that should have been bare code."""

    _FENCE = "```"

    def __init__(self) -> None:
        self._start: str | None = ""
        self._guard = StopGuard(())

    @property
    def stopped(self) -> bool:
        """The closing fence was met."""
        return self._guard.stopped

    def feed(self, text: str) -> str:
        """The code."""
        if self._start is None:
            return self._guard.feed(text)
        self._start += text
        begun = self._start.lstrip()
        if begun.startswith(self._FENCE):
            _, newline, rest = begun.partition("\n")
            if not newline:
                return ""
            self._start, self._guard = None, StopGuard((f"\n{self._FENCE}",))
            return self._guard.feed(rest)
        if self._FENCE.startswith(begun):
            return ""
        text, self._start = self._start, None
        return text

    def end(self) -> str:
        """What was held back."""
        begun = self._start or ""
        return self._guard.end() + ("" if begun.lstrip().startswith(self._FENCE) else begun)


async def shaped(chunks: AsyncGenerator[Chunk], filters: Sequence[TextFilter]) -> AsyncGenerator[Chunk]:
    """``chunks`` with all text passed through ``filters``; ends as soon as one of them has ``stopped``.

    Keeps a stream's promises whatever the server does: no empty Delta, exactly one Done, and it is last.
    """
    untold: list[float] = []
    async with aclosing(chunks):
        async for chunk in chunks:
            over = isinstance(chunk, Done)
            text, stopped = _pass(filters, "" if isinstance(chunk, Done) else chunk.text, over)
            untold += () if isinstance(chunk, Done) else chunk.logprobs
            if text:
                yield Delta(text, tuple(untold))
                untold.clear()
            if isinstance(chunk, Done):
                yield Done(Reason.STOP, chunk.usage) if stopped else chunk
                return
            if stopped:
                yield Done(Reason.STOP)
                return
    raise ProviderBroken("The answer ended before it was complete.", hint="Ask again.")


def logprobs(told: object) -> tuple[float, ...]:
    """What a server told of its tokens, within -9999..0; nothing where that is no list of numbers."""
    values = told if isinstance(told, list) else []
    if not all(isinstance(value, int | float) and value == value for value in values):  # noqa: PLR0124 (NaN)
        return ()
    return tuple(float(min(0, max(LEAST_LOGPROB, value))) for value in values)


def whole(text: str) -> str:
    """``text`` with pairs of surrogates joined and lone ones replaced, so that it can be encoded as UTF-8."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _pass(filters: Sequence[TextFilter], text: str, over: bool) -> tuple[str, bool]:
    """(text behind the last filter, whether one stopped). Behind a filter that stopped, the others are ended too."""
    stopped = False
    for each in filters:
        text = each.feed(text)
        if over or stopped:
            text += each.end()
        stopped = stopped or bool(getattr(each, "stopped", False))
    return text, stopped


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of ``text`` that ``stop`` begins with."""
    for size in range(min(len(stop) - 1, len(text)), 0, -1):
        if stop.startswith(text[-size:]):
            return size
    return 0
