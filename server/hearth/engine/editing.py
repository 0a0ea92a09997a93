"""Editing the cache in place: a typed character costs its own tokens, not those of all the text behind the cursor.

A fill-in-the-middle prompt ends with the text after the cursor, so every keystroke moves that text by a few positions.
llama.cpp can move cached cells to other positions (it turns the keys accordingly), but decodes nothing before a
sequence's last position. So the tail is *parked* on a second sequence, the new tokens are decoded where it stood, and
the tail is moved behind them. Its values were computed without the new tokens: they are *stale* by as many tokens as
were changed. That number is bounded, and :class:`Refresh` evaluates a stale tail again when nothing else is to do.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from .aside import Aside
from .native import Context

MAX_STALE = 16
"""Changed tokens after which a tail is evaluated anew: about 40 typed characters without a pause. Measured on the
bundled model by ``make bench ONLY=typing``."""

MIN_TAIL = 16
"""Tokens of the shortest tail worth moving: below it, evaluating them costs no more than the second decode."""


@attrs.frozen
class Tail:
    """Tokens on the parking sequence, and the position where they stand."""

    tokens: tuple[int, ...]
    start: int

    @property
    def end(self) -> int:
        """The position behind the last."""
        return self.start + len(self.tokens)


@attrs.define(eq=False)
class Held:
    """What one slot holds: tokens at positions from 0 on, and perhaps a parked tail."""

    sequence: int
    parking: int
    """The second sequence."""
    tokens: list[int] = attrs.field(factory=list)
    tail_end: int = 0
    """End of the part of ``tokens`` that may be moved; 0 if none may."""
    parked: Tail | None = None
    basis: list[int] | None = None
    """The tokens before the tail for which its values were computed; None if its values are exact."""
    aside: Aside | None = None
    """The state of ``tokens`` if they are not in the cache now."""

    @property
    def held(self) -> int:
        """Cells in use."""
        return len(self.tokens) + (len(self.parked.tokens) if self.parked else 0)


@attrs.frozen
class Plan:
    """How much of a prompt is held already: its first ``prefix`` tokens, and ``tail`` tokens before the last one."""

    prefix: int
    tail: int = 0

    @property
    def reused(self) -> int:
        """Tokens that need not be evaluated."""
        return self.prefix + self.tail


def plan(held: Held, prompt: Sequence[int], *, editable: bool, exact: bool) -> Plan:
    """The best reuse of ``held`` for ``prompt``; an ``exact`` one reuses nothing stale and moves nothing.

    At least the last token of the prompt is left to evaluate, because its logits choose the first new token. In an
    editable prompt that is the marker behind the tail.
    """
    prefix = min(common_prefix(held.tokens, prompt), len(prompt) - 1)
    if exact and held.basis is not None:
        prefix = min(prefix, common_prefix(held.basis, held.tokens))
    if exact or not editable or not held.tail_end:
        return Plan(prefix)
    end = len(prompt) - 1
    tail = _common_suffix(held.tokens, prefix, held.tail_end, prompt, prefix, end)
    if tail < MIN_TAIL or _staleness(held, held.tail_end - tail, prompt[: end - tail]) > MAX_STALE:
        return Plan(prefix)
    return Plan(prefix, tail)


def apply(context: Context, held: Held, chosen: Plan) -> bool:
    """Cut ``held`` to what ``chosen`` keeps; the tail is parked. False if this memory cannot, then nothing is held."""
    start = held.tail_end - chosen.tail
    if chosen.tail:
        if held.basis is None:
            held.basis = held.tokens[:start]
        held.parked = Tail(tuple(held.tokens[start : held.tail_end]), start)
        context.copy(held.sequence, held.parking, start, held.tail_end)
    elif held.basis is not None and chosen.prefix <= common_prefix(held.basis, held.tokens):
        held.basis = None
    held.tail_end = 0
    return cut(context, held, chosen.prefix)


def cut(context: Context, held: Held, length: int) -> bool:
    """Keep the first ``length`` tokens. False where the memory cannot forget its end only: then nothing is kept."""
    if length >= len(held.tokens) or context.keep(held.sequence, length):
        del held.tokens[length:]
        return True
    drop(context, held)
    return False


def drop(context: Context, held: Held) -> None:
    """Forget everything."""
    context.keep(held.sequence, 0)
    context.keep(held.parking, 0)
    held.tokens.clear()
    held.tail_end, held.parked, held.basis, held.aside = 0, None, None, None


def unpark(context: Context, held: Held) -> None:
    """Put the parked tail behind what is held now."""
    if (tail := held.parked) is None:
        return
    start = len(held.tokens)
    if start != tail.start:
        context.shift(held.parking, tail.start, tail.end, start - tail.start)
    context.copy(held.parking, held.sequence, start, start + len(tail.tokens))
    context.keep(held.parking, 0)
    held.tokens.extend(tail.tokens)
    held.tail_end, held.parked = len(held.tokens), None


class Refresh:
    """Evaluates the stale tail of an idle slot again, in steps; whoever interrupts it loses nothing.

    The old values wait on the parking sequence. After an interruption what is not yet done comes back from there.
    """

    def __init__(self, context: Context, held: Held) -> None:
        self._context, self._held = context, held
        basis = held.basis or []
        start = min(common_prefix(basis, held.tokens), held.tail_end)
        self._rest = held.tokens[start : held.tail_end]
        context.copy(held.sequence, held.parking, start, held.tail_end)
        cut(context, held, start)
        held.tail_end = 0

    def step(self, count: int) -> tuple[int, Sequence[int]]:
        """(position, tokens) of the next step, at most ``count``; no tokens at the end."""
        return len(self._held.tokens), self._rest[:count]

    def done(self, count: int) -> None:
        """``count`` tokens of the step are evaluated."""
        self._held.tokens.extend(self._rest[:count])
        del self._rest[:count]

    def close(self) -> None:
        """End it, complete or not."""
        held = self._held
        start, end = len(held.tokens), len(held.tokens) + len(self._rest)
        if self._rest:
            self._context.copy(held.parking, held.sequence, start, end)
        held.tokens.extend(self._rest)
        self._context.keep(held.parking, 0)
        held.tail_end = len(held.tokens)
        if not self._rest:
            held.basis = None


def common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """Number of equal tokens at the front."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


def _common_suffix(
    left: Sequence[int], left_start: int, left_end: int, right: Sequence[int], right_start: int, right_end: int
) -> int:
    """Number of equal tokens at the ends of two stretches."""
    most = min(left_end - left_start, right_end - right_start)
    for count in range(most):
        if left[left_end - 1 - count] != right[right_end - 1 - count]:
            return count
    return max(most, 0)


def _staleness(held: Held, start: int, before: Sequence[int]) -> int:
    """Tokens before the tail that differ from those its values were computed for."""
    basis = held.tokens[:start] if held.basis is None else held.basis
    return max(len(basis), len(before)) - common_prefix(basis, before)
