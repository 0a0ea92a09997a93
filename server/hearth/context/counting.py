"""How many tokens a text has in the model's own vocabulary."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from hearth.core.errors import HearthError, ModelLacks

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


class Tokens:
    """Counts of texts: exact where they were counted, else by the characters a token has in texts of that language."""

    def __init__(self, count: Count | None = None) -> None:
        """``count`` asks the model's server; None where it cannot count."""
        self._count = count
        self._known: OrderedDict[str, int] = OrderedDict()
        self._ratios: dict[str, float] = {}
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

    def of(self, text: str, language: str = "") -> int:
        """Tokens of a text: counted, or an estimate, rounded up."""
        known = self._known.get(text)
        return known if known is not None else math.ceil(len(text) / self._ratios.get(language, _CHARS))

    def chars(self, tokens: int, language: str = "") -> int:
        """About as many characters as ``tokens`` tokens have."""
        return int(tokens * self._ratios.get(language, _CHARS))
