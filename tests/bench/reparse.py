"""A key in a large file: its syntax tree again, beside a parse from nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from hearth.core.text import difference
from hearth.syntax import languages
from hearth.syntax.parse import Tree, parse

from . import real_code
from .result import Figure, Result, at_most, percentile

NAME = "reparse"
TITLE = "A key in a file of 5,000 lines"
LINES = 5_000
KEYS = 200
WHOLE = 15
LANGUAGES = ("python", "typescript", "javascript", "c", "cpp", "css")
TYPED = "value = other.call(first, [1, 2]);"


def run() -> Result:
    """Type in the middle of a long file of each language."""
    figures: dict[str, Figure] = {}
    for language in LANGUAGES:
        text = long_file(language)
        tree = _parsed(text, language)
        keys, whole = (
            _typed(*_opened(tree)),
            _timed(lambda text=text, language=language: _parsed(text, language), WHOLE),
        )
        figures[f"{language}, p50"] = Figure(percentile(keys, 50), "ms", percentile(whole, 50))
        figures[f"{language}, p95"] = Figure(percentile(keys, 95), "ms", percentile(whole, 95), at_most(5))
    return Result(
        figures,
        note=(
            f"{KEYS} keys on lines of their own in the middle of {LINES:,} lines, made of real files of each language "
            "put behind one another. A key is all of it: finding the difference of the two texts, the edit, the parse, "
            "and the checks of what came out. The text has an error at most of the keys: a line is not finished yet, "
            "and in CSS and at the top of a C file it is none. The peer parses the whole text."
        ),
        target="Under 5 ms (p95) for a key.",
    )


def long_file(language: str) -> str:
    """Real files of a language behind one another, as many lines as the bench is about."""
    lines: list[str] = []
    for text in real_code.files(language, 40):
        lines += text.split("\n")
        if len(lines) >= LINES:
            break
    return "\n".join(lines[:LINES]) + "\n"


def _parsed(text: str, language: str) -> Tree:
    known = languages.by_name(language)
    tree = parse(text, known, deadline=60) if known is not None else None
    if tree is None:
        raise RuntimeError(f"a file in {language} does not parse")
    return tree


def _opened(tree: Tree) -> tuple[Tree, int]:
    """A line is begun in the middle, as far in as the line behind it; the offset of its end."""
    at = tree.text.index("\n", len(tree.text) // 2) + 1
    behind = next(line for line in tree.text[at:].split("\n") if line.strip())
    space = behind[: len(behind) - len(behind.lstrip())]
    opened = tree.edited(at, at, f"{space}\n")
    if opened is None:
        raise RuntimeError("an edit does not parse")
    return opened, at + len(space)


def _typed(tree: Tree, at: int) -> list[float]:
    times = []
    space = tree.text[tree.text.rfind("\n", 0, at) + 1 : at]
    for number in range(KEYS):
        key = TYPED[number % len(TYPED)] if (number + 1) % len(TYPED) else f"\n{space}"
        text = f"{tree.text[:at]}{key}{tree.text[at:]}"
        begun = time.perf_counter()
        start, end, new_end = difference(tree.text, text)
        edited = tree.edited(start, end, text[start:new_end])
        times.append(1000 * (time.perf_counter() - begun))
        if edited is None:
            raise RuntimeError("an edit does not parse")
        tree, at = edited, at + len(key)
    return times


def _timed(measure: Callable[[], object], times: int) -> list[float]:
    passed = []
    for _ in range(times):
        begun = time.perf_counter()
        measure()
        passed.append(1000 * (time.perf_counter() - begun))
    return passed
