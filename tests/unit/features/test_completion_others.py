"""More than one completion to choose from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import attrs

from hearth.core.errors import ProviderBroken
from hearth.providers.base import Chunk, CompletionRequest, Delta, Done, Reason
from unit.features.typist import SETTINGS, URI, Desk, Editor

EDITOR = Editor("x = ")


class Varied:
    """Answers by the seed."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.asked: list[CompletionRequest] = []

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        text = self.texts[request.seed or 0]
        if text == "broken":
            raise ProviderBroken("It broke.")
        yield Delta(text)
        yield Done(Reason.STOP)


async def others(model: Varied) -> list[str]:
    settings = attrs.evolve(SETTINGS, candidates=len(model.texts))
    return await Desk(model).suggestions.others(URI, EDITOR.request(automatic=False), settings)


async def test_each_is_asked_for_with_a_seed_and_offered_once() -> None:
    model = Varied("1", "2", "3", "2")
    assert await others(model) == ["2", "3"]
    assert [asked.seed for asked in model.asked] == [1, 2, 3]
    assert all(asked.temperature > 0.5 for asked in model.asked)


async def test_what_fails_or_says_nothing_is_left_out() -> None:
    assert await others(Varied("1", "broken", "  ", "4")) == ["4"]


async def test_one_is_enough_if_the_settings_say_so() -> None:
    model = Varied("1")
    assert await others(model) == []
    assert model.asked == []
