"""How many tokens a text has in the model's own vocabulary."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from hearth.core.errors import HearthError, ModelLacks

from . import estimate

log = logging.getLogger(__name__)

Count = Callable[[Sequence[str]], Awaitable[list[int]]]

_CHARS = 3.0
"""Characters a token before anything is counted: the lower end of what code has in byte-level vocabularies."""
_KEPT = 4_000
"""Texts whose counts are kept."""
_COUNT_S = 0.25
"""Longest wait for the server that counts; an estimate has to do then."""
_SAMPLE_CHARS = 6_000
"""Text from which the estimate for a language is made."""
_MARKS = 8
"""Tokens that mark the parts of a prompt, and its path."""
_TELLING = 100
"""Tokens of a prompt that says something about the vocabulary."""
_FADING = 0.8
"""What a prompt counts beside the one after it."""


class Tokens:
    """Counts of texts: exact where they were counted; else estimates, corrected by what was counted or answered in
    texts of that language."""

    def __init__(self, count: Count | None = None) -> None:
        """``count`` asks the model's server; None where it cannot count."""
        self._count = count
        self._known: OrderedDict[str, int] = OrderedDict()
        self._ratios: dict[str, float] = {}
        self._scales: dict[str, float] = {}
        """What the estimate is multiplied by."""
        self._told: dict[str, tuple[float, ...]] = {}
        self._is_slow = False
        self.calls = 0

    @property
    def exact(self) -> bool:
        """Whether the server counts."""
        return self._count is not None

    async def learn(self, texts: Sequence[str]) -> None:
        """Count the texts that are not known, in one call. Where that fails, estimates stay."""
        unknown = list(dict.fromkeys(text for text in texts if text and text not in self._known))
        if not unknown or self._count is None or (self._is_slow and len(unknown) > 1):
            return
        self.calls += 1
        try:
            async with asyncio.timeout(_COUNT_S):
                counts = await self._count(unknown)
        except ModelLacks:
            self._count = None
            return
        except TimeoutError:
            # Some servers count one text a call.
            self._is_slow = True
            return
        except HearthError as error:
            log.debug("tokens are estimated: %s", error)
            return
        for text, count in zip(unknown, counts, strict=True):
            self._known[text] = count
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    async def sample(self, language: str, text: str) -> None:
        """Learn the characters a token has in a language, once, from the first text of it."""
        if language in self._ratios or len(text) < _SAMPLE_CHARS // 20 or self._count is None:
            return
        some = text[:_SAMPLE_CHARS]
        await self.learn([some])
        if some in self._known:
            self._ratios[language] = max(1.0, len(some) / max(1, self._known.pop(some)))

    def told(self, language: str, texts: Sequence[str], tokens: int | None) -> None:
        """An answer says how many tokens its prompt had, which was made of ``texts``. Only servers that cannot count
        are learned from in this way: a prompt also has the tokens that mark its parts."""
        if self.exact or tokens is None or tokens - _MARKS < _TELLING:
            return
        before = self._told.get(language, (0.0, 0.0, 0.0))
        now = (float(sum(map(len, texts))), sum(map(estimate.tokens, texts)), float(tokens - _MARKS))
        self._told[language] = tuple(_FADING * old + new for old, new in zip(before, now, strict=True))
        chars, guessed, right = self._told[language]
        self._ratios[language] = max(1.0, chars / right)
        self._scales[language] = right / max(1.0, guessed)

    def of(self, text: str, language: str = "") -> int:
        """Tokens of a text: counted, or an estimate, rounded up."""
        known = self._known.get(text)
        if known is not None:
            return known
        if self.exact:
            return self.of_chars(len(text), language)
        return math.ceil(estimate.tokens(text) * self._scales.get(language, 1.0))

    def of_chars(self, chars: int, language: str = "") -> int:
        """About as many tokens as so many characters have, rounded up."""
        return math.ceil(chars / self._ratios.get(language, _CHARS))

    def chars(self, tokens: int, language: str = "") -> int:
        """About as many characters as ``tokens`` tokens have."""
        return int(tokens * self._ratios.get(language, _CHARS))
