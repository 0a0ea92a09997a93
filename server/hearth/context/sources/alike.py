"""Code of the workspace that is like that around the cursor, from the index: what nobody has open is found too."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hearth.context.frame import Place
from hearth.context.kept import Kept
from hearth.context.snippet import Origin, Snippet
from hearth.context.words import alike, before, words
from hearth.index.handle import Filter, Handle, Hit, Why

_LOOKED_AT = 12
"""Chunks, the best by their words, that are compared with the lines before the cursor."""
_MOST = 2
_FEWEST = 16
"""Words before the cursor. Fewer are those of imports and headers, and among so many files something has them all."""
_LEAST = 0.2
"""Words in common. Less is chance."""
_LINES = 24
"""Of a chunk that is shown."""
_APART = 16
"""Lines that a cursor moves before the index is asked again."""


class Alike:
    """Finds it for one document."""

    def __init__(self) -> None:
        self._kept: Kept[list[Snippet]] = Kept()

    async def find(
        self, place: Place, seen: Sequence[str], languages: Collection[str], index: Handle, *, patient: bool
    ) -> list[Snippet]:
        """The chunks that have most in common with the lines before ``place``, in ``languages``. Raises
        IndexUnavailable.

        ``seen`` are the file itself and those that are open: :mod:`.similar` sees them as they are now. Who is not
        ``patient`` gets what was found for the lines before: to look through all words of a large workspace takes
        longer than all other sources.
        """
        here = before(place.text, place.offset)
        if len(here) < _FEWEST:
            return []
        about = (index, place.line // _APART)

        async def ask() -> list[Snippet]:
            return await _found(here, seen, languages, index)

        return await self._kept.get(about, ask) if patient else self._kept.soon(about, ask) or []

    def forget(self) -> None:
        """Nothing is known any more, and nothing asked."""
        self._kept.forget()


async def _found(here: frozenset[str], seen: Sequence[str], languages: Collection[str], index: Handle) -> list[Snippet]:
    only = Filter(languages=tuple(languages), not_paths=tuple(seen))
    hits = await index.search(" ".join(sorted(here)), limit=_LOOKED_AT, only=only, legs=(Why.WORDS,))
    found = [each for hit in hits if (each := _snippet(hit, here)) is not None]
    return sorted(found, key=lambda each: -each.score)[:_MOST]


def _snippet(hit: Hit, here: frozenset[str]) -> Snippet | None:
    lines = hit.text.split("\n")[:_LINES]
    shown = "\n".join(lines).strip("\n")
    score = alike(words(shown), here)
    if score <= _LEAST:
        return None
    why = f"{score:.0%} of its words are here too"
    return Snippet(hit.path, shown, hit.start, hit.start + len(lines) - 1, Origin.SIMILAR, score, why)
