"""How a document is written: what ends its lines and what indents them. New code is made to fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

import attrs

_NEWLINE = re.compile(r"\r\n|\r|\n")
_SAMPLE_CHARS = 200_000
_TAB_COLUMNS = 8
_UNIT = "    "
"""Where neither the document nor the new code says."""


@attrs.frozen
class Style:
    """What new lines look like."""

    newline: str = "\n"
    unit: str = ""
    """One step of indentation; empty where nothing is indented that could tell."""


def style_of(text: str, near: int = 0) -> Style:
    """The style of a document; where its line ends are mixed, that of the line at the offset ``near``."""
    match = _NEWLINE.search(text, near) or _NEWLINE.search(text)
    return Style(match.group() if match else "\n", unit_of(text[:_SAMPLE_CHARS]))


def unit_of(text: str) -> str:
    """One step of indentation, by what most steps in ``text`` are; empty where nothing is indented."""
    steps: Counter[str] = Counter()
    above = 0
    for line in _NEWLINE.split(text):
        code = line.lstrip(" \t")
        if not code or code.startswith("*"):  # In a block comment of C and its like.
            continue
        blank = line[: len(line) - len(code)]
        if blank.startswith("\t"):
            steps["\t"] += 1
        elif 1 < len(blank) - above <= _TAB_COLUMNS:
            steps[" " * (len(blank) - above)] += 1
        above = len(blank)
    return steps.most_common(1)[0][0] if steps else ""


def lines_of(text: str) -> list[str]:
    """Lines without their ends, as editors count them."""
    return _NEWLINE.split(text)


def indentation(line: str) -> str:
    """The blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def reindent(
    code: str,
    base: str,
    style: Style,
    *,
    strings: Collection[int] = (),
    known: Collection[str] = (),
    lift: bool = False,
) -> list[str]:
    """``code`` moved to the indentation ``base``, in the document's own steps; lines without ends, no blanks at theirs.

    ``strings`` are numbers of lines that begin inside a string: what such a line begins with is text, so it stays if
    the document has the line as it is (it is in ``known``), or if it stands further left than the code. ``lift`` says
    that the first line was written without the indentation that the others have.
    """
    lines = lines_of(code)
    own = unit_of(code) or style.unit or _UNIT
    unit = style.unit or own
    width = _TAB_COLUMNS if own == "\t" else len(own)
    columns = [len(indentation(line).expandtabs(width)) for line in lines]
    counted = [index for index, line in enumerate(lines) if line.strip() and index not in strings]
    least = min((columns[index] for index in counted[lift:]), default=0)
    if lift and counted:
        least = min(least, columns[counted[-1]])
        columns[counted[0]] = least = max(0, least - (width if _opens_only(lines, counted, columns) else 0))
    moved = []
    for index, line in enumerate(lines):
        if index in strings and (line in known or columns[index] < least):
            moved.append(line)
        elif not line.strip():
            moved.append("")
        else:
            steps, rest = divmod(max(0, columns[index] - least), width)
            text = line.lstrip(" \t") if index in strings else line.strip(" \t")
            moved.append(base + unit * steps + " " * rest + text)
    return moved


def _opens_only(lines: list[str], counted: list[int], columns: list[int]) -> bool:
    """Whether the first line is a header whose block goes on to the end, with nothing that closes it."""
    last = counted[-1]
    closes = lines[last].strip().startswith(("}", "end", ")"))
    return len(counted) > 1 and not closes and columns[last] >= min(columns[index] for index in counted[1:])
