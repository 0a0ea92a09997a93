"""Typing into real files: the beginning of the prompt is the same from key to key, so it is evaluated once."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import textwrap
from types import ModuleType

import pytest

from hearth.context.counting import Tokens
from hearth.context.frame import Surroundings
from hearth.core.settings import CompletionSettings
from hearth.core.text import common_start
from hearth.features.completion.prompt import Model, Prompts
from hearth.features.completion.request import Request
from hearth.syntax.parse import Tree

TYPED = 200
RESTARTS = 2
"""Keys of 200 after which the prompt may begin anew: the cursor went far, so another part of the file is shown."""


class Late(Prompts):
    """Its syntax is late at every third key, as on a machine with much to do."""

    asked = 0

    async def tree(self, key: str, request: Request) -> Tree | None:
        self.asked += 1
        if self.asked % 3 == 0:
            raise TimeoutError
        return await super().tree(key, request)


@pytest.mark.parametrize("module", [argparse, dataclasses, textwrap], ids=lambda each: each.__name__)
@pytest.mark.parametrize("place", [0.3, 0.8])
@pytest.mark.parametrize("make", [Prompts, Late])
async def test_two_hundred_characters_change_only_the_end_of_the_prompt(
    module: ModuleType, place: float, make: type[Prompts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.features.completion.prompt._TREE_S", 60.0)
    text = inspect.getsource(module)
    start = text.index("\n", int(len(text) * place)) + 1
    prompts, settings, count = make(), CompletionSettings(), Tokens()
    before: str | None = None
    changed: list[int] = []
    for typed in range(TYPED + 1):
        now = text[: start + typed] + text[start + TYPED :]
        request = Request(now, start + typed, "file.py", "python", automatic=True)
        made = await prompts.assemble("file.py", request, settings, Model(window=2048), Surroundings(name="file.py"))
        prompt = "".join(each.text for each in made.others) + made.prefix
        if before is not None:
            same = common_start(before, prompt)
            # The last token before the cursor is evaluated again, whatever stands there.
            changed.append(count.of(before[same:]) + count.of(prompt[same:]))
        before = prompt
    restarts = [tokens for tokens in changed if tokens > 8]
    assert len(restarts) <= RESTARTS, restarts
    assert sorted(changed)[len(changed) // 2] <= 2
