"""What is wrong near the place, as the editor shows it, whoever found it."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.context.frame import Problem
from hearth.context.snippet import Origin, Snippet

_NEAR = 12
"""Lines from the cursor."""
_MOST = 4
_CHARS = 240
"""Of one message: compilers explain themselves at length."""


def find(text: str, line: int, path: str, problems: Sequence[Problem]) -> list[Snippet]:
    """At most one snippet: the messages on the lines around ``line`` (from 0), each with the line that it is about.

    Line numbers are not told: each key in front of one would change the prompt.
    """
    near = sorted((each for each in problems if abs(each.line - line) <= _NEAR), key=lambda each: abs(each.line - line))
    if not near:
        return []
    lines = text.split("\n")
    shown = "\n".join(
        f"{' '.join(each.message.split())[:_CHARS]}: {lines[each.line].strip()}"
        for each in near[:_MOST]
        if each.line < len(lines)
    )
    first, last = min(each.line for each in near), max(each.line for each in near)
    why = "what is wrong here" if len(near) == 1 else f"{len(near)} things are wrong here"
    return [Snippet(f"{path}.problems", shown, first + 1, last + 1, Origin.PROBLEM, 1.0, why)] if shown else []
