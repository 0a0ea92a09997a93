"""A piece of text that a model is shown beside what it is asked."""

from __future__ import annotations

import attrs


@attrs.frozen
class Source:
    """Whole lines of one file."""

    uri: str
    title: str
    """Path within its workspace folder."""
    language: str
    """LSP language identifier, or empty."""
    text: str = attrs.field(repr=False)
    first_line: int = 0
    """From 0."""
    last_line: int = 0
    """The line behind the last one."""
    heading: str = ""
    """What a model is told that it is; empty for a file."""


def whole_lines(text: str, chars: int) -> str:
    """The beginning of ``text``, at most ``chars`` long and cut at a line end; empty if not even one line fits."""
    if len(text) <= chars:
        return text
    return text[: text.rfind("\n", 0, chars) + 1]
