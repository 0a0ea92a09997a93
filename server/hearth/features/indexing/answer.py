"""A question to the index of a workspace, with the vectors of whatever embedder made them."""

from __future__ import annotations

import attrs

from hearth.core.errors import HearthError
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.index.loading import load
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


async def ask(place: Place, question: Question, settings: Settings, paths: Paths) -> Found | None:
    """Search once; None if there is no index yet. Raises IndexUnavailable."""
    await load()
    from hearth.index.search import Searcher  # noqa: PLC0415

    notes: list[str] = []
    embedder = None
    try:
        embedder = await embedders.load(settings, paths)
        if embedder is None:
            notes.append(embedders.NO_VECTORS)
    except HearthError as error:
        notes.append(f"Search is by words and symbols only: {error}")
    try:
        key, dimensions = (embedder.key, embedder.dimensions) if embedder is not None else ("", 0)
        searcher = await Searcher.open(place, key, dimensions)
        if searcher is None:
            return None
        try:
            vector = (await embedder.embed_question(question.text))[0] if embedder is not None else None
            hits = await searcher.search(question.text, vector=vector, limit=question.limit, only=question.only)
            chunks, vectors = await searcher.count()
            if embedder is not None and vectors == 0 and chunks:
                notes.append("There are no vectors yet: `hearth index` makes them.")
            return Found(tuple(hits), tuple(notes))
        finally:
            searcher.close()
    finally:
        if embedder is not None:
            await embedder.aclose()
