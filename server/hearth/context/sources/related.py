"""The file that a test tests, or the tests of a file, by their names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from hearth.context.kept import Kept
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Handle, Hit

_TEST = re.compile(r"^(?:test_(?P<a>.+)|(?P<b>.+?)(?:_test|_spec|\.test|\.spec|Tests?|Spec))$")
_FORMS = ("test_{}", "{}_test", "{}_spec", "{}.test", "{}.spec", "{}Test", "{}Tests", "{}Spec")
_SIGNATURES = 24
_LINES = 20
"""Of a test that is shown."""
_SCORE = 1.0


class Related:
    """Finds it for one document. The other file is read once while somebody types."""

    def __init__(self) -> None:
        self._tested: Kept[list[Snippet]] = Kept()
        self._tests: Kept[tuple[str, list[Hit]]] = Kept()

    async def find(self, path: str, scopes: Sequence[str], index: Handle) -> list[Snippet]:
        """At most one snippet: signatures of the tested file, or a test that names what the cursor is in.

        ``scopes`` are the names of the scopes around the cursor, the outermost first. Raises IndexUnavailable.
        """
        if _what_it_tests(path):
            return await self._tested.get((path, index), lambda: _tested(path, index))
        return _named(*await self._tests.get((path, index), lambda: _tests(path, index)), scopes)

    def forget(self) -> None:
        """Nothing is known any more, and nothing asked."""
        self._tested.forget()
        self._tests.forget()


def _what_it_tests(path: str) -> str:
    """The name without its ending of what a file tests; empty if it is no test."""
    found = _TEST.match(posixpath.splitext(posixpath.basename(path))[0])
    return (found["a"] or found["b"]) if found else ""


async def _tested(path: str, index: Handle) -> list[Snippet]:
    """What a test tests."""
    other = await _other(path, [_what_it_tests(path)], index)
    kept = (await index.headers([other])).get(other, []) if other else []
    kept = [each for each in kept if each.kind in ("function", "method", "class")][:_SIGNATURES]
    if not kept:
        return []
    text = "\n".join(dict.fromkeys("    " * each.symbol.count(".") + each.signature for each in kept))
    return [
        Snippet(other, text, kept[0].start, kept[-1].end, Origin.RELATED, _SCORE, "what this tests", shortened=True)
    ]


async def _tests(path: str, index: Handle) -> tuple[str, list[Hit]]:
    """The file that tests another, and the chunks that may be shown of it."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    other = await _other(path, [form.format(stem) for form in _FORMS], index)
    chunks = await index.chunks(other) if other else []
    return other, [each for each in chunks if each.kind in ("function", "method")]


async def _other(path: str, stems: Sequence[str], index: Handle) -> str:
    """The nearest file called like this; empty if there is none."""
    folder, name = posixpath.split(path)
    ending = posixpath.splitext(name)[1]
    found = await index.files_called([stem + ending for stem in stems])
    return max(found, key=lambda each: (_shared(folder, each), -len(each), each), default="")


def _named(path: str, chunks: Sequence[Hit], scopes: Sequence[str]) -> list[Snippet]:
    """The test of the innermost scope that has one."""
    for scope in reversed(scopes):
        called = re.compile(rf"\b{re.escape(scope)}\b") if scope else None
        for each in chunks:
            if called is not None and called.search(each.text):
                text = "\n".join(each.text.split("\n")[:_LINES])
                return [Snippet(path, text, each.start, each.end, Origin.RELATED, _SCORE, f"tests {scope}")]
    return []


def _shared(folder: str, other: str) -> int:
    """Parts that the two folders have in common: `src/a/b` and `tests/a/b` have two."""
    return len(set(folder.split("/")) & set(posixpath.dirname(other).split("/")))
