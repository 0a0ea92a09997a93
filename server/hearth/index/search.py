"""Questions to the index: full text, names of symbols and vectors, fused."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hearth.core.errors import IndexUnavailable

from . import definitions, naming, symbol_names, tokens
from .conditions import Condition
from .definitions import Definition, Wanted
from .fusion import fuse
from .lance import match
from .merging import merged
from .place import Place
from .records import Filter, Header, Hit, Reason, Why
from .shadows import NO_SHADOWS, Shadows
from .store import Store
from .symbol_names import Named
from .vectors import Vectors

log = logging.getLogger(__name__)

LEG = 50
"""Results of each way of searching that are fused: more cost time and change nothing."""
_PROSE = {Why.SYMBOL.value: 0.5, Why.WORDS.value: 1.0, Why.MEANING.value: 1.5}
"""Weights for a question in words. On 600 questions to 4,600 chunks of the standard library: MRR@10 0.400; 0.368 with
equal weights, 0.377 with vectors alone, 0.282 with words alone."""
_NAME = {Why.SYMBOL.value: 2.0, Why.WORDS.value: 1.0, Why.MEANING.value: 0.5}
"""Weights for a question that is a name: who writes one wants its definition first."""
_SEARCH_S = 10.0
"""Longest wait for an answer. A search takes milliseconds; a disk that sleeps takes seconds."""
_AMONG = 2_000
"""Chunks that a filter leaves, up to which their vectors are compared alone."""
_WIDER = 6
"""With a filter that leaves more: how many times more nearest vectors are looked at."""
_SPARE = 10
"""More nearest vectors than are fused, for those whose chunk is gone. Each costs ten exact comparisons."""
_SHOWN_WORDS = 6
_COLUMNS = ["path", "gen", "language", "kind", "symbol", "start", "end", "hash", "text"]

_Row = dict[str, Any]
_Key = tuple[str, int, int, str]


class Searcher:
    """Searches one index, which another process may be writing."""

    def __init__(self, store: Store, vectors: Vectors | None) -> None:
        self._store = store
        self._vectors = vectors

    @classmethod
    async def open(cls, place: Place, embedder_key: str = "", dimensions: int = 0) -> Self | None:
        """None if there is no index yet. ``embedder_key`` names the embedder whose vectors are asked."""
        store = await Store.open(place.uri)
        if store is None:
            return None
        vectors = await Vectors.open(store.connection, embedder_key, dimensions) if embedder_key else None
        return cls(store, vectors)

    async def search(
        self,
        question: str,
        *,
        vector: npt.NDArray[np.float32] | None = None,
        limit: int = 10,
        only: Filter = Filter(),  # noqa: B008 - frozen
        legs: Sequence[Why] = tuple(Why),
        shadows: Shadows = NO_SHADOWS,
    ) -> list[Hit]:
        """The best ``limit`` chunks for ``question``, best first. ``vector`` is the question's, if there is one.

        Of files that ``shadows`` holds its chunks are searched, and not those of the index. Raises IndexUnavailable if
        the database does not answer.
        """
        where = Condition.of(shadows.hide(only))
        open_rows = shadows.rows(only)
        ways = {
            Why.SYMBOL: self._symbols(question, where, open_rows),
            Why.WORDS: self._words(question, where, open_rows),
            Why.MEANING: self._meaning(vector, where, open_rows),
        }
        chosen = {why: way for why, way in ways.items() if why in legs}
        for why, way in ways.items():
            if why not in chosen:
                way.close()
        async with _answering():
            found = dict(zip(chosen, await asyncio.gather(*chosen.values()), strict=True))
        return _hits(found, limit, question)

    async def definitions(self, wanted: Wanted, shadows: Shadows = NO_SHADOWS) -> dict[str, list[Definition]]:
        """Where symbols are defined: name → its definitions, best first; without the names that have none.

        Raises IndexUnavailable if the database does not answer.
        """

        async def match(names: Sequence[str], where: Condition, limit: int) -> list[_Row]:
            return await self._match(" ".join(names), "defines", where, definitions.COLUMNS, limit)

        async with _answering():
            return await definitions.find(match, wanted, shadows)

    async def symbols(self, typed: str, limit: int) -> list[Named]:
        """Symbols whose names hold ``typed``, the likeliest first. Raises IndexUnavailable."""
        where = symbol_names.condition(typed)
        if where is None:
            return []
        async with _answering():
            query = self._store.chunks.query().where(where).select(symbol_names.COLUMNS).limit(symbol_names.ROWS)
            return symbol_names.ranked((await query.to_arrow()).to_pylist(), typed, limit)

    async def chunks(self, path: str) -> list[Hit]:
        """All chunks of a file in order. Raises IndexUnavailable if the database does not answer."""
        async with _answering():
            return [_hit(row, 0.0, []) for row in await self._store.of_file(path)]

    async def headers(self, paths: Sequence[str]) -> dict[str, list[Header]]:
        """Headers of the functions and classes of files. Raises IndexUnavailable if the database does not answer."""
        async with _answering():
            return await self._store.headers(paths)

    async def count(self) -> tuple[int, int]:
        """Chunks and vectors. Raises IndexUnavailable if the database does not answer."""
        async with _answering():
            return await self._store.count(), await self._vectors.count() if self._vectors is not None else 0

    @property
    def has_vectors(self) -> bool:
        """Whether there is a table of vectors to ask."""
        return self._vectors is not None

    async def open_vectors(self, embedder_key: str, dimensions: int) -> None:
        """Ask the vectors of this embedder from now on, if there are any yet."""
        async with _answering():
            opened = await Vectors.open(self._store.connection, embedder_key, dimensions)
        before, self._vectors = self._vectors, opened
        if before is not None:
            before.close()

    def close(self) -> None:
        """Close the tables."""
        if self._vectors is not None:
            self._vectors.close()
        self._store.close()

    async def _words(self, question: str, where: Condition, open_rows: Sequence[_Row]) -> list[tuple[_Row, str]]:
        words = tokens.question_words(question)
        rows = await self._match(" ".join(words), "words", where, [*_COLUMNS, "words"])
        rows = merged(rows, open_rows, words)
        return [(row, _common(words, row)) for row in rows]

    async def _symbols(self, question: str, where: Condition, open_rows: Sequence[_Row]) -> list[tuple[_Row, str]]:
        keys = tokens.question_keys(question)
        rows = [*open_rows] + await self._match(" ".join(keys), "names", where, [*_COLUMNS, "names"])
        # A name of several words says more than one of its words alone, whatever their frequencies.
        found = [(row, key) for row in rows if (key := _defined(keys, row)) is not None]
        return sorted(found, key=lambda pair: -_parts(pair[1], question))

    async def _match(
        self, text: str, column: str, where: Condition, columns: Sequence[str], limit: int = LEG
    ) -> list[_Row]:
        if not text:
            return []
        query: Any = self._store.chunks.query().nearest_to_text(match(text, column))
        if where.where:
            query = query.where(where.where)
        try:
            found = await query.select([*columns, "_score"]).limit(where.spare(limit)).to_arrow()
            return where.seen(found.to_pylist())[:limit]
        except (RuntimeError, ValueError) as error:
            # Before the first batch is indexed there is nothing to search, which is no fault.
            if "INVERTED index" in str(error) or "no index" in str(error).lower():
                return []
            raise

    async def _meaning(
        self, vector: npt.NDArray[np.float32] | None, where: Condition, open_rows: Sequence[_Row]
    ) -> list[tuple[_Row, str]]:
        if vector is None or self._vectors is None:
            return []
        found = await self._near_in_tables(self._vectors, vector, where)
        if open_rows:
            # What did not change in an open file has its vector; what did has none until it is saved.
            near = dict(await self._vectors.nearest(vector, LEG, list({row["hash"] for row in open_rows})))
            found = [(row, near[row["hash"]]) for row in open_rows if row["hash"] in near] + found
            found.sort(key=lambda pair: -pair[1])
        return [(row, f"{similarity:.2f}") for row, similarity in found[:LEG]]

    async def _near_in_tables(
        self, vectors: Vectors, vector: npt.NDArray[np.float32], where: Condition
    ) -> list[tuple[_Row, float]]:
        among: list[str] | None = None
        if where.where and await self._store.chunks.count_rows(where.where) <= _AMONG:
            rows = await self._store.chunks.query().where(where.where).select(["hash"]).to_arrow()
            among = list(dict.fromkeys(rows["hash"].to_pylist()))
            if not among:
                return []
        wanted = LEG * _WIDER if where.where and among is None else where.spare(LEG) + _SPARE
        nearest = await vectors.nearest(vector, wanted, among)
        near = dict(nearest)
        order = {content: rank for rank, (content, _) in enumerate(nearest)}
        chunks = where.seen(await self._store.by_hash(list(near), where.where))
        chunks.sort(key=lambda row: (order[row["hash"]], row["path"], row["start"]))
        return [(row, near[row["hash"]]) for row in chunks[:LEG]]


@contextlib.asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """What the database does while the block runs ends in time, and its faults are told as IndexUnavailable."""
    try:
        async with asyncio.timeout(_SEARCH_S):
            yield
    except TimeoutError:
        raise IndexUnavailable("The index did not answer in time.", hint="Ask again.") from None
    except (OSError, RuntimeError, ValueError) as error:
        log.warning("a search failed: %s: %s", type(error).__name__, str(error)[:500])
        raise IndexUnavailable(
            "The index could not be searched.", hint="`hearth index` repairs it or builds it again."
        ) from error


def _hits(found: dict[Why, list[tuple[_Row, str]]], limit: int, question: str) -> list[Hit]:
    """Fuse what each way found. Of a file that is being replaced only the newest generation counts."""
    newest: dict[str, int] = {}
    for rows in found.values():
        for row, _ in rows:
            newest[row["path"]] = max(newest.get(row["path"], 0), row["gen"])
    lists: dict[str, list[_Key]] = {}
    rows_by_key: dict[_Key, _Row] = {}
    details: dict[tuple[_Key, str], str] = {}
    for why, rows in found.items():
        for row, detail in rows:
            if row["gen"] == newest[row["path"]]:
                key = (row["path"], row["start"], row["end"], row["hash"])
                rows_by_key[key] = row
                details[key, why.value] = detail
                lists.setdefault(why.value, []).append(key)
    is_name = tokens.is_name(question)
    fused = fuse(lists, _NAME if is_name else _PROSE)
    if not is_name:
        bonus = naming.bonus(tokens.question_words(question), rows_by_key.values())
        scored = [(key, score + bonus(rows_by_key[key]), ranks) for key, score, ranks in fused]
        fused = sorted(scored, key=lambda each: -each[1])
    return [
        _hit(rows_by_key[key], score, [Reason(Why(why), rank, details[key, why]) for why, rank in ranks.items()])
        for key, score, ranks in fused[:limit]
    ]


def _hit(row: _Row, score: float, reasons: list[Reason]) -> Hit:
    fields = {name: row[name] for name in ("path", "language", "kind", "symbol", "start", "end", "text")}
    return Hit(**fields, score=score, reasons=tuple(reasons))


def _common(words: list[str], row: _Row) -> str:
    """The words of the question that are in a chunk, as they stand there; stemmed forms are not told."""
    there = set(row["words"].split())
    common = [word for word in words if word in there]
    return ", ".join(common[:_SHOWN_WORDS])


def _defined(keys: list[str], row: _Row) -> str | None:
    """The longest name of the question that a chunk defines."""
    there = set(row["names"].split())
    return next((key for key in keys if key in there), None)


def _parts(key: str, question: str) -> int:
    """How many words of the question a name stands for."""
    parts = tokens.question_words(question)
    return sum(1 for part in parts if part in key and part != key) or 1
