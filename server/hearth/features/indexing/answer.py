"""A question to the index of a workspace, with the vectors of whatever embedder made them."""

from __future__ import annotations

import attrs

from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.index.handle import Handle
from hearth.index.place import Place
from hearth.index.records import Filter, Hit

from . import embedders


@attrs.frozen
class Question:
    """What is searched."""

    text: str
    limit: int = 10
    only: Filter = attrs.field(factory=Filter)


@attrs.frozen
class Found:
    """What was found."""

    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()
    """Sentences that say what the answer lacks."""


def handle(place: Place, settings: Settings, paths: Paths) -> Handle:
    """The index of a workspace, to be held open and closed by whoever asks more than once."""
    return Handle(place, lambda: embedders.load(settings, paths), lambda: embedders.load_reranker(settings, paths))


async def ask(place: Place, question: Question, settings: Settings, paths: Paths) -> Found | None:
    """Search once; None if there is no index yet. Raises IndexUnavailable."""
    index = handle(place, settings, paths)
    try:
        hits = await index.search(question.text, limit=question.limit, only=question.only)
        if not hits and await index.count() is None:
            return None
        return Found(tuple(hits), (index.note,) if index.note else ())
    finally:
        await index.aclose()
