"""Any document, any text of a model: nothing breaks, and how the text is cut into chunks does not matter."""

from __future__ import annotations

import asyncio

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hearth.core.settings import CompletionSettings
from hearth.features.completion import stop
from hearth.features.completion.request import CompletionState, Request
from hearth.features.completion.run import Desk, complete
from hearth.providers.base import Reason
from unit.features.test_golden import Writer

PIECE = st.sampled_from(
    [
        "\n",
        "\r\n",
        "    ",
        "  ",
        "\t",
        "x = 1",
        "return y",
        "if a:",
        "{",
        "}",
        "(",
        ")",
        '"',
        "'",
        "\\'",
        ");",
        "]",
        ":",
        "é",
        "# c",
        "\u2028",
    ]
)
CODE = st.lists(PIECE, max_size=25).map("".join)
LANGUAGE = st.sampled_from(["python", "typescript", "go", ""])
SETTINGS = CompletionSettings(check_syntax=False)


async def states(request: Request, raw: str, size: int, reason: Reason) -> list[CompletionState]:
    return [state async for state in complete(request, Desk(Writer(raw, size, reason)), SETTINGS)]


@settings(max_examples=200, deadline=None)
@given(CODE, CODE, CODE, LANGUAGE, st.sampled_from(list(Reason)))
@example("def f():\n    ", "\n", "a = 1\n\n\nb", "python", Reason.STOP)
def test_chunks_do_not_matter(before: str, after: str, raw: str, language: str, reason: Reason) -> None:
    request = Request(before + after, len(before), language=language, automatic=False)
    runs = [asyncio.run(states(request, raw, size, reason)) for size in (1, 2, 5, 10_000)]
    for found in runs:
        assert [state.final for state in found] == [False] * (len(found) - 1) + [True] * bool(found)
        assert all(state.text.strip() for state in found[:-1])
        if not request.many_lines:
            assert all("\n" not in state.text for state in found)
    last = {found[-1].text if found else "" for found in runs}
    assert len(last) == 1


@settings(max_examples=200, deadline=None)
@given(CODE, CODE, CODE, LANGUAGE)
def test_what_is_kept_is_a_beginning_of_what_was_written(before: str, after: str, raw: str, language: str) -> None:
    request = Request(before + after, len(before), language=language, automatic=False)
    plain = raw.replace("\r\n", "\n")
    whole = stop.cut(raw, request, whole=True)
    assert whole.ended
    assert plain.startswith(whole.text)
    for length in range(len(plain)):
        part = stop.cut(plain[:length], request, whole=False)
        assert plain.startswith(part.text)
        if part.ended:
            assert part.text == whole.text


async def test_a_model_that_writes_nothing_but_escaped_quotes_breaks_nothing() -> None:
    """Each of them may be the end of a string that began before the cursor."""
    request = Request("x = (')", 6, language="python", automatic=False)
    (found,) = await states(request, "'" + "\\'" * 1_500, 10_000, Reason.LENGTH)
    assert found.text.startswith("'\\'")
