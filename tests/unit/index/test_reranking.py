"""A reranker orders what a search found; what goes wrong with it costs nothing but the order."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hearth.core.errors import ModelNotFound, ProviderUnavailable
from hearth.index.handle import Handle, Why
from hearth.index.opening import Opened
from hearth.index.place import Place
from unit.index.test_handle import put, record


class Ranker:
    """Likes the texts best that stand last."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.read: list[Sequence[str]] = []
        self.closed = 0

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        if self.fails:
            raise ProviderUnavailable("Nobody answers.", hint="")
        self.read.append(texts)
        return [float(number) for number, _ in enumerate(texts)]

    async def aclose(self) -> None:
        self.closed += 1


@pytest.fixture
async def filled(opened: Opened) -> Opened:
    await put(opened, *(record(f"{name}.py", f"apple_{name}", "apple") for name in "abcd"))
    return opened


def handle(place: Place, ranker: Ranker) -> Handle:
    async def load() -> Ranker:
        return ranker

    return Handle(place, None, load)


async def symbols(index: Handle, limit: int, *legs: Why) -> list[str]:
    return [hit.symbol for hit in await index.search("apple", limit=limit, legs=legs or tuple(Why))]


async def test_its_order_is_taken_and_it_sees_more_than_is_shown(place: Place, filled: Opened) -> None:
    plain = Handle(place)
    before = await symbols(plain, 4)
    await plain.aclose()
    ranker = Ranker()
    index = handle(place, ranker)
    assert await symbols(index, 2) == before[::-1][:2]
    (read,) = ranker.read
    assert len(read) == 4
    assert read[0].startswith(f"{before[0].removeprefix('apple_')}.py {before[0]}\n")
    hit = (await index.search("apple", limit=1))[0]
    assert hit.reranked == 3.0
    await index.aclose()
    assert ranker.closed == 1


async def test_who_wants_no_meaning_does_not_wait_for_it(place: Place, filled: Opened) -> None:
    ranker = Ranker()
    index = handle(place, ranker)
    await symbols(index, 2, Why.WORDS)
    assert ranker.read == []
    await index.aclose()
    assert ranker.closed == 0


async def test_a_reranker_that_fails_costs_the_order_only(place: Place, filled: Opened) -> None:
    index = handle(place, Ranker(fails=True))
    assert len(await symbols(index, 2)) == 2
    assert index.note == "Results are not reranked: Nobody answers."
    await index.aclose()


async def test_a_reranker_that_cannot_be_had_is_told(place: Place, filled: Opened) -> None:
    async def load() -> Ranker:
        raise ModelNotFound("There is none.", hint="")

    index = Handle(place, None, load)
    assert len(await symbols(index, 4)) == 4
    assert index.note == "Results are not reranked: There is none."
    await index.aclose()


async def test_nothing_found_is_not_ranked(place: Place, filled: Opened) -> None:
    ranker = Ranker()
    index = handle(place, ranker)
    assert await index.search("zebra") == []
    assert ranker.read == []
    await index.aclose()
