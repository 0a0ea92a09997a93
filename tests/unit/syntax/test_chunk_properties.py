"""The chunks of a file tile it: nothing lost, nothing twice, none too long; whatever the file holds."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.syntax import languages
from hearth.syntax.chunk import Chunk, ChunkLimits, chunks
from hearth.syntax.languages import Language
from hearth.syntax.plan import _LONGEST_CLOSER
from unit.syntax.files import real, samples, text_of

SMALL = ChunkLimits(most=300, small=80)
FILES = [*samples(), *real()]
PIECES = [
    "def f(a):\n    return a\n\n", "class A {\n  m() { return 1 }\n}\n", "if (x) {\n", "}\n", "end\n", "\n\n", "# a\n",
    "// b\n", "/* c */", "@decorator\n", "é" * 40, "\0", "\r\n", "\r", "\t", "    x = 1\n", "'''", '"', "(" * 60, "😀",
    "\ud800", "\u2028", "<div id='a'>", "- a: 1\n", "## Title\n", "x" * 500, ";", "fn g() {}", "\ufeff",
]  # fmt: skip


def check_tiling(text: str, found: list[Chunk], limits: ChunkLimits) -> None:
    data = text.encode("utf-8", "replace")
    at = 0
    for chunk in found:
        assert chunk.start_byte >= at, "twice"
        assert not data[at : chunk.start_byte].decode().strip(), "lost"
        assert chunk.text == data[chunk.start_byte : chunk.end_byte].decode("utf-8")
        assert chunk.text.strip()
        assert chunk.end_byte - chunk.start_byte <= limits.most + _LONGEST_CLOSER * 2
        at = chunk.end_byte
    assert not data[at:].decode().strip(), "lost at the end"


@pytest.mark.parametrize("limits", [ChunkLimits(), SMALL], ids=["usual", "small"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_chunks_of_real_files_tile_them(path: Path, limits: ChunkLimits) -> None:
    text = text_of(path)
    language = languages.of_path(path, text)
    found = chunks(text, path.name, language, limits)
    check_tiling(text, found, limits)
    assert found == chunks(text, path.name, language, limits), "not the same again"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for chunk in found:
        first = chunk.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[0]
        assert lines[chunk.start_line].endswith(first) or first in lines[chunk.start_line]
        assert chunk.end_line - chunk.start_line == len(
            chunk.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )


def test_real_files_of_several_languages_were_there() -> None:
    there = {language.name for path in FILES if (language := languages.of_path(path))}
    assert there == set(languages.every())


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=40),
    language=st.sampled_from([None, *languages.every().values()]),
    limits=st.sampled_from([ChunkLimits(), SMALL]),
)
def test_chunks_of_any_text_tile_it(pieces: list[str], language: Language | None, limits: ChunkLimits) -> None:
    text = "".join(pieces)
    check_tiling(text, chunks(text, "x", language, limits), limits)


HOSTILE = {
    "parentheses": "(" * 100_000 + ")" * 100_000,
    "open": "(" * 100_000,
    "braces": "{" * 50_000,
    "functions": "function f(){" * 3_000 + "}" * 3_000,
    "classes": "class A {\n" * 3_000 + "}\n" * 3_000,
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(800)),
    "one line": "".join(f"a{number}+" for number in range(60_000)),
    "minified": "".join(f"function f{number}(b){{return b.c(function(d){{return d+1}})}};" for number in range(3_000)),
    "one string": '"' + "a" * 300_000 + '"',
    "zeros": "def f():\n\0\0 pass\n" * 500,
    "less": "a<" * 50_000,
    "marks": "#" * 100_000,
    "crlf": "".join(f"def f{number}():\r\n    pass\r\n\r\n" for number in range(2_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["python", "javascript", "java", "c", "lua", "markdown", "swift", ""])
def test_hostile_texts_are_cut_like_others(name: str, language: str) -> None:
    text = HOSTILE[name]
    check_tiling(text, chunks(text, "x", languages.by_name(language)), ChunkLimits())


def test_nothing_gives_nothing() -> None:
    python = languages.of_path(PurePath("a.py"))
    for text in ("", "\n\n", " \t\r\n", "\x0c"):
        assert chunks(text, "a.py", python) == []
        assert chunks(text, "a.py", None) == []
