"""Does search find the right code: functions by their docstrings, and files by the lines that use what they define."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs

from hearth.core.aio import closing
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.embedding import install
from hearth.embedding.minilm import MiniLM
from hearth.features.indexing.once import bring_up_to_date
from hearth.index.place import Place
from hearth.index.records import Filter, Why
from hearth.index.search import Searcher

from . import context, corpus, homes, packages
from .peer_index import Embedder, Prototype
from .result import Figure, Of, Result, at_least

NAME = "index-quality"
TITLE = "Search quality"
QUESTIONS = 2_000
LINES = 500
FILES: int | None = None
"""Files of the standard library; None for all."""
_TOP = 10
_SPARE = 40
"""More results that are asked of the peer, which has no filter for the asking file."""
_WAYS: dict[str, tuple[Why, ...]] = {
    "words": (Why.WORDS,),
    "symbols": (Why.SYMBOL,),
    "vectors": (Why.MEANING,),
    "all": tuple(Why),
}
_PEERS = {"words": False, "all": True}
"""The ways that the peer has too, and whether it takes a vector for them."""


@attrs.frozen
class Question:
    """What is asked, and what is right."""

    text: str
    right: Callable[[str, int, int], bool]
    """Whether a chunk (path, first line, last line) is."""
    not_in: str = ""
    """A file that may not answer."""


Ranks = dict[str, list[int]]


def run() -> Result:
    """Ask ours and the prototype the same, of the same files."""
    installed = install.folder(Paths.of_user())
    model = installed if installed.is_dir() else None
    with homes.scratch(model) as scratch:
        work = scratch / "stdlib"
        asked = [_of_docstring(each) for each in corpus.copy_without_docstrings(work, FILES)]
        chosen = random.Random(1).sample(asked, min(QUESTIONS, len(asked)))  # noqa: S311
        docstrings, chunks = asyncio.run(_ask(work, chosen, model))
    with homes.scratch(model) as scratch:
        work = packages.fetch("django")
        cases = list(context.cases(work))
        drawn = random.Random(1).sample(cases, min(LINES, len(cases)))  # noqa: S311
        lines, _ = asyncio.run(_ask(work, [_of_line(work, each) for each in drawn], model))
    figures = _figures("docstring", docstrings) | _figures("line", lines)
    return Result(
        figures,
        note=(
            "*docstring*: the standard library of this Python without its tests, "
            f"{chunks:,} chunks, with the docstrings of functions taken out. A question is the first sentence of one, "
            f"{len(chosen):,} of {len(asked):,} drawn at random; right is the chunk that holds that function's `def`, "
            f"among all chunks. *line*: {len(drawn)} lines of Django that are the first in their function to use a "
            "class or function which the file imports from another file of Django; the question is the line, right "
            "is any chunk of the defining file. All of it runs through the product's own walk, chunks, index and "
            "search. The peer is the prototype (`tests/bench/peer_index.py`) over the same files with the same "
            "embedding model: BM25 and vectors with equal weights."
            + ("" if model else " The embedding model is not installed, so vectors are missing.")
        ),
        target="All ways together find more than each alone, and more than the prototype.",
    )


def _figures(label: str, ranks: Mapping[str, list[int]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    alone = [_mrr(ranks[way]) for way in _WAYS if way != "all" and way in ranks]
    for way in _WAYS:
        if way not in ranks:
            continue
        mine, theirs = ranks[way], ranks.get(f"peer {way}")
        best = at_least(max(alone)) if way == "all" else None
        over = at_least(1.0, Of.RATIO) if way == "all" else None
        name = f"{label}: {way if way == 'all' else f'{way} alone'}"
        figures[f"{name}, MRR@10"] = Figure(_mrr(mine), "", _mrr(theirs) if theirs else None, best)
        figures[f"{name}, recall@10"] = Figure(_recall(mine), "", _recall(theirs) if theirs else None, over)
    return figures


def _of_docstring(question: corpus.Question) -> Question:
    return Question(question.text, lambda path, start, end: path == question.path and start <= question.line <= end)


def _of_line(root: Path, case: context.Case) -> Question:
    return Question(context.sides(root, case).line, lambda path, _start, _end: path == case.defined_in, case.path)


async def _ask(work: Path, questions: Sequence[Question], model: Path | None) -> tuple[Ranks, int]:
    """The ranks of what is right by way, and the number of chunks."""
    paths = Paths.of_user()
    settings = Settings(index=IndexSettings(embedder="minilm" if model else "none", threads=2))
    place = Place.of([work], paths)
    async with closing(bring_up_to_date(place, settings, paths)) as steps:
        async for _ in steps:
            pass
    embedder = await MiniLM.load(model, 2) if model else None
    peer = await Prototype.create(paths.state / "peer", Embedder(model, 2) if model else None)
    await peer.read(work)
    await peer.embed()
    searcher = await Searcher.open(place, MiniLM.key, MiniLM.dimensions)
    if searcher is None:
        raise RuntimeError("there is no index")
    ranks: Ranks = {}
    try:
        for question in questions:
            vector = (await embedder.embed_question(question.text))[0] if embedder is not None else None
            for way, legs in _WAYS.items():
                if vector is not None or Why.MEANING not in legs:
                    only = Filter(not_paths=(question.not_in,) if question.not_in else ())
                    hits = await searcher.search(question.text, vector=vector, limit=_TOP, legs=legs, only=only)
                    found = [(hit.path, hit.start, hit.end) for hit in hits]
                    ranks.setdefault(way, []).append(_rank(found, question))
            for way, by_vector in _PEERS.items():
                if vector is not None or not by_vector:
                    rows = await peer.search(question.text, vector if by_vector else None, _TOP + _SPARE)
                    found = [(row["path"], row["start"], row["end"]) for row in rows if row["path"] != question.not_in]
                    ranks.setdefault(f"peer {way}", []).append(_rank(found[:_TOP], question))
        return ranks, (await searcher.count())[0]
    finally:
        searcher.close()
        if embedder is not None:
            await embedder.aclose()


def _rank(found: Sequence[tuple[str, int, int]], question: Question) -> int:
    return next((rank for rank, each in enumerate(found, 1) if question.right(*each)), _TOP + 1)


def _mrr(ranks: Sequence[int]) -> float:
    return sum(1 / rank for rank in ranks if rank <= _TOP) / len(ranks)


def _recall(ranks: Sequence[int]) -> float:
    return sum(rank <= _TOP for rank in ranks) / len(ranks)
