"""Editing the cache in place: a typed character costs its own tokens, not those of all the text behind the cursor.

A fill-in-the-middle prompt ends with the text after the cursor, so every keystroke moves that text by a few positions.
llama.cpp can move cached cells to other positions (it turns the keys accordingly), but decodes nothing before a
sequence's last position. So the tail is *parked* on a second sequence, the new tokens are decoded where it stood, and
the tail is moved behind them. Its values were computed without the new tokens: they are *stale* by as many tokens as
were changed. That number is bounded, and :class:`Refresh` evaluates stale text again when nothing else is to do, a
part of it at a time: so a tail consists of parts, each stale by a number of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from .aside import Aside
from .native import Context

MAX_STALE = 32
"""Changed tokens from which on a request does not use a tail: some hundred characters without a pause. Twice as many
save nothing on typing traces. What it does to answers is measured on the bundled model: ``make bench ONLY=typing``."""

SOON_STALE = 16
"""Changed tokens after which a short pause is enough to evaluate a part again: see :mod:`hearth.engine.upkeep`."""

MIN_TAIL = 16
"""Tokens of the shortest tail worth moving: below it, evaluating them costs no more than the second decode."""


@attrs.frozen
class Part:
    """Text whose values were computed when other tokens stood before it; it ends where the next part begins."""

    start: int
    """Position of its first token."""
    basis: Sequence[int] = attrs.field(repr=False)
    """The tokens that stood before it."""

    def moved(self, by: int) -> Part:
        """The same, ``by`` positions on."""
        return Part(self.start + by, self.basis)


@attrs.frozen
class Tail:
    """Tokens on the parking sequence, the position where they stand, and how stale they are."""

    tokens: tuple[int, ...]
    start: int
    parts: tuple[Part, ...] = ()

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
    parts: list[Part] = attrs.field(factory=list)
    """What is stale, in order; all before the first of them is exact."""
    aside: Aside | None = None
    """The state of ``tokens`` if they are not in the cache now."""

    @property
    def held(self) -> int:
        """Cells in use."""
        return len(self.tokens) + (len(self.parked.tokens) if self.parked else 0)

    @property
    def exact(self) -> int:
        """Number of tokens at the front whose values are exact."""
        return self.parts[0].start if self.parts else len(self.tokens)

    def stalest(self) -> tuple[int, Part] | None:
        """The part before which most tokens have changed, and how many; None if nothing is stale."""
        found = [(_changed(part.basis, self.tokens[: part.start]), part) for part in self.parts]
        return max(found, key=lambda each: each[0], default=None)


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
    if exact:
        prefix = min(prefix, held.exact)
    if exact or not editable or not held.tail_end:
        return Plan(prefix)
    end = len(prompt) - 1
    tail = _common_suffix(held.tokens, prefix, held.tail_end, prompt, prefix, end)
    if tail >= MIN_TAIL:
        tail = _fresh(held, tail, prompt[:end])
    return Plan(prefix, tail) if tail >= MIN_TAIL else Plan(prefix)


def _fresh(held: Held, tail: int, prompt: Sequence[int]) -> int:
    """How many of the last ``tail`` tokens, which are held and end ``prompt``, are not too stale there."""
    kept = 0
    for part in reversed(_parts_from(held.parts, held.tokens, held.tail_end - tail)):
        length = held.tail_end - part.start
        if _changed(part.basis, prompt[: len(prompt) - length]) > MAX_STALE:
            break
        kept = length
    return kept


def apply(context: Context, held: Held, chosen: Plan) -> bool:
    """Cut ``held`` to what ``chosen`` keeps; the tail is parked. False if this memory cannot, then nothing is held."""
    if chosen.prefix and not context.reaches(held.sequence, chosen.prefix):
        drop(context, held)
        return False
    start = held.tail_end - chosen.tail
    if chosen.tail:
        parts = tuple(_parts_from(held.parts, held.tokens, start))
        held.parked = Tail(tuple(held.tokens[start : held.tail_end]), start, parts)
        context.copy(held.sequence, held.parking, start, held.tail_end)
    held.tail_end = 0
    return cut(context, held, chosen.prefix)


def cut(context: Context, held: Held, length: int) -> bool:
    """Keep the first ``length`` tokens. False where the memory cannot forget its end only: then nothing is kept."""
    if length >= len(held.tokens) or context.keep(held.sequence, length):
        del held.tokens[length:]
        held.parts = [part for part in held.parts if part.start < length]
        return True
    drop(context, held)
    return False


def drop(context: Context, held: Held) -> None:
    """Forget everything."""
    context.keep(held.sequence, 0)
    context.keep(held.parking, 0)
    held.tokens.clear()
    held.parts.clear()
    held.tail_end, held.parked, held.aside = 0, None, None


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
    held.parts.extend(part.moved(start - tail.start) for part in tail.parts)
    held.tail_end, held.parked = len(held.tokens), None


class Refresh:
    """Evaluates stale text of an idle slot again, in steps; whoever interrupts it loses nothing.

    The old values wait on the parking sequence. After an interruption what is not yet done comes back from there.
    """

    def __init__(self, context: Context, held: Held, part: Part) -> None:
        """``part`` of ``held``, to where the next begins."""
        self._context, self._held = context, held
        start = min(part.start, held.tail_end)
        later = [each for each in held.parts if each.start > part.start]
        self._end = min([held.tail_end, *(each.start for each in later)])
        self._exact = part.start <= held.exact
        self._parts = _parts_from(held.parts, held.tokens, start)
        self._start = start
        self._rest = held.tokens[start : held.tail_end]
        context.copy(held.sequence, held.parking, start, held.tail_end)
        cut(context, held, start)
        held.tail_end = 0

    def step(self, count: int) -> tuple[int, Sequence[int]]:
        """(position, tokens) of the next step, at most ``count``; no tokens at the end."""
        position = len(self._held.tokens)
        return position, self._rest[: max(0, min(count, self._end - position))]

    def done(self, count: int) -> None:
        """``count`` tokens of the step are evaluated."""
        self._held.tokens.extend(self._rest[:count])
        del self._rest[:count]

    @property
    def complete(self) -> bool:
        """Whether all of the part is evaluated."""
        return len(self._held.tokens) >= self._end

    def close(self) -> None:
        """End it, complete or not."""
        held = self._held
        start, end = len(held.tokens), len(held.tokens) + len(self._rest)
        if start > self._start and not self._exact:
            held.parts.append(Part(self._start, tuple(held.tokens[: self._start])))
        if self._rest:
            self._context.copy(held.parking, held.sequence, start, end)
            held.parts.extend(_parts_from(self._parts, held.tokens, start))
        held.tokens.extend(self._rest)
        self._context.keep(held.parking, 0)
        held.tail_end = len(held.tokens)


def _parts_from(parts: Sequence[Part], tokens: Sequence[int], start: int) -> list[Part]:
    """``tokens`` from ``start`` on as parts, whether that is stale yet or not."""
    behind = [part for part in parts if part.start >= start]
    if behind and behind[0].start == start:
        return behind
    over = next((part for part in reversed(parts) if part.start < start), Part(0, ()))
    return [Part(start, (*over.basis, *tokens[over.start : start])), *behind]


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


def _changed(old: Sequence[int], new: Sequence[int]) -> int:
    """Tokens of the stretch in which the two differ, where it is longer."""
    front = common_prefix(old, new)
    return max(len(old), len(new)) - front - _common_suffix(old, front, len(old), new, front, len(new))
