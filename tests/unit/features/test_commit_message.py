"""Messages for commits: what is shown of a diff, and what is made of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from hearth.context.counting import Tokens
from hearth.core.errors import ContextTooLong, InputError, ModelLacks
from hearth.core.settings import ChatSettings
from hearth.features.commits.message import Draft, Staged, tidy, write
from hearth.providers.base import ChatRequest, Chunk, Delta, Done, Reason

DIFF = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-one = 1\n+one = 2\n"
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


class Model:
    """Answers in pieces of three characters; the first ``refused`` prompts are too long for it."""

    def __init__(self, text: str, refused: int = 0) -> None:
        self.text, self.refused = text, refused
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        if len(self.asked) <= self.refused:
            raise ContextTooLong("too long")
        for at in range(0, len(self.text), 3):
            yield Delta(self.text[at : at + 3])
        yield Done(Reason.STOP)

    @property
    def prompt(self) -> str:
        return self.asked[-1].messages[-1].content


async def drafts(staged: Staged, model: Model, context: int | None = None, tokens: Tokens | None = None) -> list[Draft]:
    return [draft async for draft in write(staged, model, ChatSettings(), context, tokens)]


async def test_a_message_grows_and_ends() -> None:
    model = Model("Set one to two\n\nBecause it is.\n")
    found = await drafts(Staged(DIFF, ("Add one", "Begin")), model)
    assert found[0].message == "Set"
    assert found[-1] == Draft("Set one to two\n\nBecause it is.", (), done=True)
    assert [draft.done for draft in found].count(True) == 1
    assert "+one = 2" in model.prompt
    assert "- Add one\n- Begin" in model.prompt


async def test_secrets_stay_out_and_that_is_told() -> None:
    model = Model("Use a key")
    found = await drafts(Staged(DIFF.replace("one = 2", f'key = "{KEY}"'), (f"Add {KEY}",)), model)
    assert KEY not in model.prompt
    assert found[-1].notes == ("A secret in the changes is not shown to the model.",)


async def test_nothing_staged_is_told_before_a_model_is_asked() -> None:
    model = Model("x")
    with pytest.raises(InputError, match="Nothing is staged"):
        await drafts(Staged("\n"), model)
    assert model.asked == []


async def test_the_diff_fits_the_window_in_the_tokens_of_the_model() -> None:
    """Here a character is a token: an estimate would show three times as much."""

    async def count(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    model = Model("Change much")
    many = "".join(DIFF.replace("a.py", f"{name}.py") + "+line\n" * 400 for name in "abcde")
    await drafts(Staged(many), model, context=2000, tokens=Tokens(count))
    shown = model.prompt[model.prompt.index("diff --git") :]
    assert 600 < len(shown) <= 2000 - 320 - 400 + 20
    assert all(f"a/{name}.py" in shown for name in "abcde")


async def test_less_is_shown_when_the_model_takes_less() -> None:
    model = Model("Change", refused=2)
    await drafts(Staged(DIFF + "+line\n" * 5000), model)
    sizes = [len(request.messages[-1].content) for request in model.asked]
    assert sizes[0] > sizes[1] > sizes[2]


async def test_an_answer_without_a_message_is_an_error() -> None:
    with pytest.raises(ModelLacks):
        await drafts(Staged(DIFF), Model("```\n```"))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("```\nFix it\n```", "Fix it"),
        ("```text\nFix it\n\nFor good.  \n```\n", "Fix it\n\nFor good."),
        ('"Fix it"', "Fix it"),
        ("`a` and `b`", "`a` and `b`"),
        ("Commit message: Fix it", "Fix it"),
        ("  \n", ""),
    ],
)
def test_what_small_models_put_around_a_message_goes(answer: str, message: str) -> None:
    assert tidy(answer) == message
