"""The index as a long-lived process holds it: one handle for a workspace, open from the first question to the end.

::

    index = Handle(place, embedder=lambda: embedders.load(settings, paths))   # nothing is opened or imported yet
    hits = await index.search("parse a header", only=Filter(languages=("python",)), limit=8)
    hits = await index.search("parse a header", open_texts={Path("/work/app/net.py"): text_that_is_not_saved})
    paths = await index.files_of(imports(tree), importer="app/main.py", language="python")   # one list for each import
    found = await index.definitions(Wanted(["Session", "retry"], prefer=paths[0], near="app/main.py"))
    await index.aclose()

Every method may be called from the event loop at any time, before there is an index too: it answers nothing then, and
sees the index as soon as it is there. What the indexer writes is seen by the next question. The first question waits
for LanceDB to be imported, about a second in a thread; :meth:`Handle.warm` does that ahead. Questions after it take
milliseconds; who cannot wait puts ``asyncio.timeout`` around one, which is safe.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from hearth.core.errors import HearthError, IndexUnavailable

from .buffers import Buffers
from .definitions import Definition, Wanted
from .loading import load
from .model import Model
from .place import Place
from .records import Filter, Header, Hit, Why
from .symbol_names import Named
from .tree import Tree

if TYPE_CHECKING:
    from hearth.syntax.imports import Import

    from .search import Searcher

__all__ = ["Definition", "Filter", "Handle", "Header", "Hit", "Named", "Questions", "Wanted", "Why"]

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_VECTORS = "Search is by words and symbols only: `hearth models install minilm` adds search by meaning."
_NOT_MADE = "There are no vectors yet: `hearth index` makes them."
_AGAIN_S = 5.0
"""Before vectors that were not there are looked for again."""
_RANKED = 30
"""Results that a reranker reads. Each costs it milliseconds, and what is right is among so many or not at all."""


_NONE_OPEN: Mapping[Path, str] = MappingProxyType({})


class Questions(Protocol):
    """What makes vectors of questions: any embedder."""

    key: str
    dimensions: int

    async def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """One vector, as one row. Raises HearthError."""
        ...

    async def aclose(self) -> None:
        """Free the model."""
        ...


class Ranker(Protocol):
    """What judges results beside their question: any reranker."""

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One number for each text, the higher the better. Raises HearthError."""
        ...

    async def aclose(self) -> None:
        """Free the model."""
        ...


class Handle:
    """The index of one workspace, for reading."""

    def __init__(
        self,
        place: Place,
        embedder: Callable[[], Awaitable[Questions | None]] | None = None,
        reranker: Callable[[], Awaitable[Ranker | None]] | None = None,
    ) -> None:
        """``embedder`` loads what makes vectors of questions, or gives None; it is asked at the first search that wants
        meaning. Without it search is by words and symbols. ``reranker`` is loaded then too."""
        self.place = place
        self.note = ""
        """What the last search lacked, as a sentence for a person; empty if nothing."""
        self._questions = Model(embedder)
        self._ranker = Model(reranker)
        self._searcher: Searcher | None = None
        self._tree = Tree(place.manifest)
        self._buffers = Buffers(place)
        self._opening = asyncio.Lock()
        self._vectors_after = 0.0
        self._closed = False

    async def warm(self) -> None:
        """Import, open and read what the first question needs. Errors are left to that question."""
        with contextlib.suppress(HearthError):
            await self._opened()
            await self._tree.modules()

    async def search(
        self,
        question: str,
        *,
        limit: int = 10,
        only: Filter = Filter(),  # noqa: B008 - frozen
        legs: Sequence[Why] = tuple(Why),
        open_texts: Mapping[Path, str] = _NONE_OPEN,
    ) -> list[Hit]:
        """The best chunks for a question, best first; empty if there is no index. Raises IndexUnavailable.

        ``open_texts`` are what an editor shows, by absolute path. What differs from what was indexed is cut, once, and
        searched in place of its file. Leave out, and put among ``not_paths``, the document that is being typed in.

        Without ``Why.MEANING`` among the ``legs`` no model is loaded and no vector made: 5 ms in place of 15.
        """
        by_meaning = Why.MEANING in legs
        vector = await self._vector(question) if by_meaning else None
        ranker = await self._rank_by() if by_meaning else None
        most = limit if ranker is None else max(limit, _RANKED)
        shadows = await self._buffers.shadows(open_texts)

        async def ask(searcher: Searcher) -> list[Hit]:
            if vector is not None:
                await self._join_vectors(searcher)
            return await searcher.search(question, vector=vector, limit=most, only=only, legs=legs, shadows=shadows)

        nothing: list[Hit] = []
        hits = await self._ask(ask, nothing)
        return (await self._ranked(ranker, question, hits))[:limit] if ranker is not None else hits

    async def definitions(
        self, wanted: Wanted, *, open_texts: Mapping[Path, str] = _NONE_OPEN
    ) -> dict[str, list[Definition]]:
        """Where symbols are defined, up to some 60 names at once: name → definitions, best first. A name that has none
        is left out. ``open_texts`` as in :meth:`search`. Raises IndexUnavailable."""
        shadows = await self._buffers.shadows(open_texts)
        return await self._ask(lambda searcher: searcher.definitions(wanted, shadows), {})

    async def symbols(self, typed: str, limit: int = 20) -> list[Named]:
        """Symbols whose names hold ``typed``, the likeliest first, of what is saved. Raises IndexUnavailable."""
        return await self._ask(lambda searcher: searcher.symbols(typed, limit), [])

    async def chunks(self, path: str) -> list[Hit]:
        """All chunks of a file in order. Raises IndexUnavailable."""
        return await self._ask(lambda searcher: searcher.chunks(path), [])

    async def headers(self, paths: Sequence[str]) -> dict[str, list[Header]]:
        """Headers of the functions and classes of files, each in order; without the files that have none, or are not in
        the index. Raises IndexUnavailable."""
        return await self._ask(lambda searcher: searcher.headers(paths), {}) if paths else {}

    async def files_of(self, imports: Sequence[Import], importer: str, language: str) -> list[list[str]]:
        """For each import the files that it may mean, the likeliest first, by their names in the index; an empty list
        for a module from outside. ``importer`` is the importing file, ``language`` its name in `grammars/`.

        Answered from memory: the names of all files are read again when the index has changed.
        """
        modules = await self._tree.modules()
        return [modules.files(each, importer, language) for each in imports]

    async def files_called(self, names: Sequence[str]) -> list[str]:
        """All files whose last part is one of ``names``, by their names in the index. Answered from memory."""
        return (await self._tree.modules()).called(names)

    async def count(self) -> tuple[int, int] | None:
        """Chunks and vectors; None if there is no index. Raises IndexUnavailable."""
        return await self._ask(lambda searcher: searcher.count(), None)

    async def aclose(self) -> None:
        """Close all; a question that runs is not waited for and may raise IndexUnavailable."""
        self._closed = True
        async with self._opening:
            self._drop(self._searcher)
        await self._tree.aclose()
        await self._questions.aclose()
        await self._ranker.aclose()

    async def _ask(self, ask: Callable[[Searcher], Awaitable[T]], nothing: T) -> T:
        """Ask; if that fails once more with the tables opened anew: they may have been moved aside or rebuilt."""
        searcher = await self._opened()
        if searcher is None:
            return nothing
        try:
            return await ask(searcher)
        except IndexUnavailable:
            self._drop(searcher)
            again = await self._opened()
            if again is None:
                return nothing
            return await ask(again)

    async def _opened(self) -> Searcher | None:
        async with self._opening:
            if self._searcher is None and not self._closed and await asyncio.to_thread(self._exists):
                await load()
                from .search import Searcher  # noqa: PLC0415

                self._searcher = await Searcher.open(self.place)
                self._vectors_after = 0.0
            return self._searcher

    def _exists(self) -> bool:
        """Connecting to a database that does not exist would create its folder."""
        try:
            return self.place.manifest.exists()
        except OSError:
            return False

    def _drop(self, searcher: Searcher | None) -> None:
        if searcher is not None:
            if searcher is self._searcher:
                self._searcher = None
            searcher.close()

    async def _vector(self, question: str) -> npt.NDArray[np.float32] | None:
        """The question's vector; None, with a note why, if there is nothing to make it."""
        self.note = ""
        try:
            embedder = await self._questions.get()
            if embedder is not None:
                vector: npt.NDArray[np.float32] = (await embedder.embed_question(question))[0]
                return vector
            self.note = NO_VECTORS
        except HearthError as error:
            self.note = f"Search is by words and symbols only: {error}"
        return None

    async def _rank_by(self) -> Ranker | None:
        try:
            return await self._ranker.get()
        except HearthError as error:
            self.note = f"Results are not reranked: {error}"
        return None

    async def _ranked(self, ranker: Ranker, question: str, hits: list[Hit]) -> list[Hit]:
        """The first hits in the ranker's order, the others behind them; as they were if it fails."""
        first = hits[:_RANKED]
        if not first:
            return hits
        try:
            scores = await ranker.scores(question, [f"{hit.path} {hit.symbol}\n{hit.text}" for hit in first])
        except HearthError as error:
            self.note = f"Results are not reranked: {error}"
            return hits
        judged = [attrs.evolve(hit, reranked=score) for hit, score in zip(first, scores, strict=True)]
        return sorted(judged, key=lambda hit: -(hit.reranked or 0.0)) + hits[_RANKED:]

    async def _join_vectors(self, searcher: Searcher) -> None:
        """Vectors come after the words: look for their table until it is there."""
        embedder = self._questions.held
        if searcher.has_vectors or embedder is None:
            return
        if time.monotonic() >= self._vectors_after:
            await searcher.open_vectors(embedder.key, embedder.dimensions)
            self._vectors_after = time.monotonic() + _AGAIN_S
        if not searcher.has_vectors:
            self.note = _NOT_MADE
