"""Whatever is typed while the model writes, and whoever goes away: what is answered is what the model meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.core.settings import CompletionSettings
from hearth.features.completion import run
from hearth.features.completion.request import Request
from hearth.providers.base import Chunk, CompletionRequest, Delta, Done, Reason
from unit.features.test_golden import Writer
from unit.features.typist import URI, Desk, Editor, stopped

PLAIN = CompletionSettings(check_syntax=False)
TEXT = "ab(a b)\n    ab = a"


class Slow:
    """Writes a token each time the others had a turn, and another text at each call. Remembers what it meant."""

    def __init__(self) -> None:
        self.calls = 0
        self.meant: list[tuple[CompletionRequest, str]] = []

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        self.calls += 1
        text = (TEXT if self.calls % 2 else TEXT.replace("a", "ba")).replace(")", f"{self.calls})")
        text = text.partition("\n")[0] if request.stop else text
        self.meant.append((request, text))
        for char in text:
            await asyncio.sleep(0)
            yield Delta(char)
        yield Done(Reason.STOP)

    async def documents(self) -> set[str]:
        """What accepting each of its completions gives."""
        found = set()
        for asked, text in self.meant:
            request = Request(asked.prefix + asked.suffix, len(asked.prefix), "a.py", "python", automatic=False)
            states = [state async for state in run.complete(request, run.Desk(Writer(text, 1, Reason.STOP)), PLAIN)]
            found.add(asked.prefix + (states[-1].text if states else "") + asked.suffix)
        return found


PIECE = st.sampled_from(["a", "b", "(", " ", "\n", "ab", "    "])
STEP = st.tuples(
    st.one_of(
        st.tuples(st.just("type"), PIECE),
        st.tuples(st.just("close"), st.just(")")),
        st.tuples(st.just("accept"), st.integers(1, 30)),
        st.tuples(st.just("delete"), st.integers(1, 3)),
        st.tuples(st.just("move"), st.integers(-4, 4)),
        st.tuples(st.just("behind"), PIECE),
    ),
    st.integers(0, 80),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["", "def f():\n    ", "x = "]),
    st.sampled_from(["", "\n", "\n\ny = 1\n"]),
    st.lists(STEP, max_size=20),
)
def test_nothing_stale_is_answered(
    before: str, after: str, steps: list[tuple[tuple[str, str | int], int, bool]]
) -> None:
    async def check() -> None:
        model = Slow()
        desk, editor, answer = Desk(model), Editor(before, after), ""
        shown: list[str] = []
        for (kind, value), turns, waits in steps:
            if kind == "type":
                editor.type(str(value))
            elif kind == "close":
                editor.type("", str(value))
            elif kind == "accept":
                editor.type(answer[: int(value)])
            elif kind == "delete":
                editor.delete(int(value))
            elif kind == "move":
                at = max(0, min(len(editor.text), len(editor.before) + int(value)))
                editor.before, editor.after = editor.text[:at], editor.text[at:]
            else:
                editor.after = str(value) + editor.after
            desk.suggestions.changed(URI, editor.text)
            task = desk.ask(editor.request(), prefetch=True)
            for _ in range(turns):
                await asyncio.sleep(0)
            answer = ""
            if waits or task.done():
                found = await task
                answer = found[-1].text if found else ""
                assert [state.final for state in found] == [False] * (len(found) - 1) + [True] * bool(found)
            else:
                await stopped(task)
            if answer:
                shown.append(editor.before + answer + editor.after)
        await desk.tasks.close()
        assert set(shown) <= await model.documents()

    asyncio.run(check())
