"""The file that a test tests, or the tests of a file, by their names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from hearth.context import digest
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Handle, Hit

_TEST = re.compile(r"^(?:test_(?P<a>.+)|(?P<b>.+?)(?:_test|_spec|\.test|\.spec|Tests?|Spec))$")
_FORMS = ("test_{}", "{}_test", "{}_spec", "{}.test", "{}.spec", "{}Test", "{}Tests", "{}Spec")
_SIGNATURES = 24
_LINES = 20
"""Of a test that is shown."""
_SCORE = 1.0


async def find(path: str, scopes: Sequence[str], index: Handle) -> list[Snippet]:
    """At most one snippet: signatures of the tested file, or a test that names what the cursor is in.

    ``scopes`` are the names of the scopes around the cursor, the outermost first. Raises IndexUnavailable.
    """
    folder, name = posixpath.split(path)
    stem, ending = posixpath.splitext(name)
    test = _TEST.match(stem)
    wanted = [(test["a"] or test["b"]) + ending] if test else [form.format(stem) + ending for form in _FORMS]
    found = await index.files_called(wanted)
    if not found:
        return []
    other = max(found, key=lambda each: (_shared(folder, each), -len(each), each))
    chunks = await index.chunks(other)
    return _tested(other, chunks) if test else _tests(other, scopes, chunks)


def _tested(path: str, chunks: Sequence[Hit]) -> list[Snippet]:
    kept = [each for each in chunks if each.symbol and each.kind in ("function", "method", "class")][:_SIGNATURES]
    if not kept:
        return []
    lines = ["    " * each.symbol.count(".") + digest.header(each.text) for each in kept]
    text = "\n".join(dict.fromkeys(lines))
    return [Snippet(path, text, kept[0].start, kept[-1].end, Origin.RELATED, _SCORE, "what this tests", shortened=True)]


def _tests(path: str, scopes: Sequence[str], chunks: Sequence[Hit]) -> list[Snippet]:
    for scope in reversed(scopes):
        called = re.compile(rf"\b{re.escape(scope)}\b") if scope else None
        for each in chunks:
            if called is not None and each.kind in ("function", "method") and called.search(each.text):
                text = "\n".join(each.text.split("\n")[:_LINES])
                return [Snippet(path, text, each.start, each.end, Origin.RELATED, _SCORE, f"tests {scope}")]
    return []


def _shared(folder: str, other: str) -> int:
    """Parts that the two folders have in common: `src/a/b` and `tests/a/b` have two."""
    return len(set(folder.split("/")) & set(posixpath.dirname(other).split("/")))
