"""What is offered for what a model wrote: every case of ``tests/golden/completion``, in chunks of every size."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hearth.core.settings import CompletionSettings
from hearth.features.completion.request import CompletionState, Request
from hearth.features.completion.run import Desk, complete
from hearth.providers.base import Chunk, CompletionRequest, Delta, Done, Reason

FOLDER = Path(__file__).parents[2] / "golden" / "completion"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]


class Writer:
    """A model that writes what it is told to."""

    def __init__(self, text: str, size: int, reason: Reason) -> None:
        self.text, self.size, self.reason = text, size, reason

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        text = self.text
        for stop in request.stop:
            text = text.partition(stop)[0]
        for start in range(0, len(text), self.size):
            yield Delta(text[start : start + self.size])
        yield Done(self.reason)


async def states(language: str, case: dict[str, Any], size: int, newline: str = "\n") -> list[CompletionState]:
    before, _, rest = case["document"].partition("├")
    _, _, after = rest.partition("┤")
    text = (before + after).replace("\n", newline)
    request = Request(text, len(before.replace("\n", newline)), language=language, automatic=False)
    writer = Writer(case["model"], size, Reason.LENGTH if case.get("out_of_tokens") else Reason.STOP)
    return [state async for state in complete(request, Desk(writer), CompletionSettings())]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not change what is offered."""
    monkeypatch.setattr("hearth.features.completion.whole._WAIT_S", 60)
    monkeypatch.setattr("hearth.context.trees._PARSE_S", 60)
    monkeypatch.setattr("hearth.syntax.complete._DEADLINE", 60)


def test_there_are_cases_of_several_languages() -> None:
    assert len(CASES) >= 100
    assert len(list(FOLDER.glob("*.toml"))) >= 6


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(("language", "case"), CASES)
async def test_golden(language: str, case: dict[str, Any], size: int) -> None:
    wanted = case["document"].partition("├")[2].partition("┤")[0]
    found = await states(language, case, size)
    assert (found[-1].text if found else "") == wanted
    assert [state.final for state in found] == [False] * (len(found) - 1) + [True] * bool(found)
    for state in found[:-1]:
        taken_back = not wanted.startswith(state.text)
        assert not taken_back or "loop" in case["name"], "a state must not promise what the end takes back"
    windows = await states(language, case, size, "\r\n")
    assert (windows[-1].text if windows else "") == wanted.replace("\n", "\r\n")
