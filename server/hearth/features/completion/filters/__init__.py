"""What is done to generated text before anybody sees it: one file per filter, run in the order of ``FILTERS``."""

from __future__ import annotations

from collections.abc import Callable

from hearth.features.completion.request import Request

from . import blank, brackets, echo, next_line, overlap, whitespace

Filter = Callable[[str, Request], str]

FILTERS: tuple[Filter, ...] = (
    echo.drop_repeated_line_start,
    overlap.drop_rest_of_line,
    brackets.drop_doubled_closers,
    next_line.drop_next_line,
    whitespace.trim,
    blank.drop_blank,
)


def apply(text: str, request: Request) -> str:
    """``text`` after all filters; empty if nothing useful is left."""
    for each in FILTERS:
        text = each(text, request)
    return text
