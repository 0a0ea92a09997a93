"""Does search find the right code: docstrings of the standard library, and the functions they were taken from."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hearth.core.aio import closing
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.embedding import install
from hearth.embedding.minilm import MiniLM
from hearth.features.indexing.once import bring_up_to_date
from hearth.index.place import Place
from hearth.index.records import Hit, Why
from hearth.index.search import Searcher

from . import corpus
from .result import Figure, Result, at_least

NAME = "index-quality"
TITLE = "Search quality"
QUESTIONS = 1_000
FILES: int | None = None
"""Files of the standard library; None for all."""
_TOP = 10
_WAYS: dict[str, tuple[Why, ...]] = {
    "words alone": (Why.WORDS,),
    "symbols alone": (Why.SYMBOL,),
    "vectors alone": (Why.MEANING,),
    "words and symbols": (Why.WORDS, Why.SYMBOL),
    "all": tuple(Why),
}


def run() -> Result:
    """Index the library without the docstrings, ask for each by its first sentence."""
    model = install.folder(Paths.of_user())
    with tempfile.TemporaryDirectory() as scratch:
        before = os.environ.get("HEARTH_HOME")
        os.environ["HEARTH_HOME"] = str(Path(scratch) / "home")
        try:
            questions = corpus.copy_without_docstrings(Path(scratch) / "work", FILES)
            chosen = random.Random(1).sample(questions, min(QUESTIONS, len(questions)))  # noqa: S311
            found, chunks = asyncio.run(_ask(Path(scratch) / "work", chosen, model if model.is_dir() else None))
        finally:
            os.environ.pop("HEARTH_HOME") if before is None else os.environ.update(HEARTH_HOME=before)
    figures: dict[str, Figure] = {}
    best = max((_mrr(ranks) for way, ranks in found.items() if way != "all"), default=0.0)
    for way, ranks in found.items():
        target = at_least(best) if way == "all" else None
        figures[f"{way}, MRR@10"] = Figure(_mrr(ranks), "", target=target)
        figures[f"{way}, recall@10"] = Figure(sum(rank <= _TOP for rank in ranks) / len(ranks), "")
    return Result(
        figures,
        note=(
            f"The standard library of this Python without its tests, {chunks:,} chunks, with the docstrings of "
            f"functions taken out. A question is the first sentence of one, {len(chosen):,} of "
            f"{len(questions):,} drawn at random; right is the chunk that holds that function's `def`, among all "
            "chunks. Everything runs through the product's own walk, chunks, index and search."
            + ("" if model.is_dir() else " The embedding model is not installed, so vectors are missing.")
        ),
        target="All ways together find more than each alone.",
    )


async def _ask(
    work: Path, questions: Sequence[corpus.Question], model: Path | None
) -> tuple[dict[str, list[int]], int]:
    paths = Paths.of_user()
    if model is not None:
        install.folder(paths).parent.mkdir(parents=True)
        install.folder(paths).symlink_to(model)
    settings = Settings(index=IndexSettings(embedder="minilm" if model else "none", threads=2))
    place = Place.of([work], paths)
    async with closing(bring_up_to_date(place, settings, paths)) as steps:
        async for _ in steps:
            pass
    embedder = await MiniLM.load(install.folder(paths), 2) if model else None
    searcher = await Searcher.open(place, MiniLM.key, MiniLM.dimensions)
    if searcher is None:
        raise RuntimeError("there is no index")
    ways = {way: legs for way, legs in _WAYS.items() if embedder is not None or Why.MEANING not in legs}
    ranks: dict[str, list[int]] = {way: [] for way in ways}
    try:
        for question in questions:
            vector = (await embedder.embed_question(question.text))[0] if embedder is not None else None
            for way, legs in ways.items():
                hits = await searcher.search(question.text, vector=vector, limit=_TOP, legs=legs)
                ranks[way].append(_rank(hits, question))
        return ranks, (await searcher.count())[0]
    finally:
        searcher.close()
        if embedder is not None:
            await embedder.aclose()


def _rank(hits: Sequence[Hit], question: corpus.Question) -> int:
    for rank, hit in enumerate(hits, 1):
        if hit.path == question.path and hit.start <= question.line <= hit.end:
            return rank
    return _TOP + 1


def _mrr(ranks: Sequence[int]) -> float:
    return sum(1 / rank for rank in ranks if rank <= _TOP) / len(ranks)
