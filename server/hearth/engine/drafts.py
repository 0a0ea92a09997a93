"""Prompt-lookup drafts: code repeats what stands before it, so the text after an earlier equal passage is a guess.

A guess is checked in the batch that decodes the next token; what the model would have chosen is kept, so greedy
answers stay what they are. The method is Saxena's *prompt lookup decoding* (2023), after *speculative decoding* by
Leviathan and others (2023). How far to guess follows from how often such guesses were right and from what the rows of
a batch cost on this machine, both measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import attrs

from .costs import SIZES, Costs

MAX_DRAFT = SIZES[-1] - 1
"""Most tokens of one guess: with the token before it, the largest batch whose cost is followed."""

_NEAR = 24
"""How far behind the place that was copied from a single equal token counts as the place to go on: an answer that left
out a few tokens goes on just there. Elsewhere two have to be equal."""

_PLACES = 32
"""Earlier passages that are compared, the latest ones: a token pair may be everywhere."""

_LONGEST = 64
"""Equal tokens after which two places are not told apart any more."""

_RIGHT = (0.45, 0.65, 0.8, 0.9, 0.94, 0.96, 0.985, 0.99)
"""How often the next token is as guessed after 1, 2, up to 4, 8, … equal ones, in edits and in answers of the bundled
model that repeat their prompt. Each answer begins with these."""

_TRUST = 10
"""Guessed tokens of an answer that weigh as much as those numbers."""


@attrs.frozen
class Match:
    """An earlier place that the text may go on from."""

    position: int
    length: int
    """Tokens before it that are the same as those at the end of the text, from 1 on."""


class Lookup:
    """Finds the earlier place that the end of a text is most like, and stays with it as long as it is right."""

    def __init__(self, prompt: Sequence[int]) -> None:
        self._tokens: list[int] = []
        self._after: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self._place: Match | None = None
        self._left = 0
        """Where the last passage was left, that a guess was taken from."""
        for token in prompt:
            self.add(token)

    def add(self, token: int) -> None:
        """``token`` comes next in the text."""
        place = self._place
        if place is not None:
            right = self._tokens[place.position] == token
            self._place = Match(place.position + 1, place.length + 1) if right else None
            self._left = place.position + right
        if self._tokens:
            self._after[self._tokens[-1], token].append(len(self._tokens) + 1)
        self._tokens.append(token)

    def find(self) -> Match | None:
        """Where the text may go on from; None if its end has not been seen before.

        Of the places with the most equal tokens before them, the one nearest to where the last passage was left.
        """
        if self._place is None:
            self._place = max(map(self._match, self._candidates()), key=self._merit, default=None)
        return self._place

    def after(self, match: Match, count: int) -> tuple[int, ...]:
        """At most ``count`` tokens that stand there."""
        return tuple(self._tokens[match.position : match.position + count])

    def _candidates(self) -> set[int]:
        end = len(self._tokens)
        if end < 2:
            return set()
        # The newest of a pair is the end of the text itself.
        found = set(self._after[self._tokens[-2], self._tokens[-1]][-_PLACES - 1 : -1])
        if self._left:
            near = range(self._left, min(end, self._left + _NEAR))
            found.update(at for at in near if self._tokens[at - 1] == self._tokens[-1])
        return found

    def _match(self, position: int) -> Match:
        length, most = 1, min(position, _LONGEST)
        while length < most and self._tokens[position - 1 - length] == self._tokens[-1 - length]:
            length += 1
        return Match(position, length)

    def _merit(self, match: Match) -> tuple[int, int]:
        return match.length, -abs(match.position - self._left) if self._left else match.position


class Drafter:
    """Guesses of one answer."""

    def __init__(self, prompt: Sequence[int], most: int) -> None:
        """``most`` tokens a guess."""
        self.drafted = self.right = 0
        """Tokens that were guessed, and those that were right."""
        self._most = most
        self._lookup = Lookup(prompt)
        self._rights = [right * _TRUST for right in _RIGHT]
        self._tries = [float(_TRUST)] * len(_RIGHT)
        self._length = 0

    def chose(self, token: int) -> None:
        """The model's choice of the next token."""
        self._lookup.add(token)

    def guess(self, spare: int, others: int, costs: Costs) -> tuple[int, ...]:
        """At most ``spare`` tokens that may follow, as many as make the step with ``others`` answers worth most."""
        spare = min(spare, self._most)
        if spare <= 0 or (match := self._lookup.find()) is None:
            return ()
        self._length = match.length
        best, count = (others + 1) / costs.of(others + 1), 0
        tokens = likely = 1.0
        for draft in range(1, spare + 1):
            # Each further token is right only if those before it are, and then more of the text is the same.
            level = _level(match.length + draft - 1)
            likely *= self._rights[level] / self._tries[level]
            tokens += likely
            if draft + 1 not in SIZES and draft != spare:
                continue
            if (worth := (others + tokens) / costs.of(others + 1 + draft)) > best:
                best, count = worth, draft
        if not count:
            costs.refused()
        guess = self._lookup.after(match, count)
        self.drafted += len(guess)
        return guess

    def checked(self, index: int, *, right: bool) -> None:
        """Whether the token at ``index`` of the last guess was right, as all before it were."""
        level = _level(self._length + index)
        self._tries[level] += 1
        self._rights[level] += right
        self.right += right


def _level(length: int) -> int:
    """Which of :data:`_RIGHT` is about ``length`` equal tokens."""
    return min((length - 1).bit_length(), len(_RIGHT) - 1)
