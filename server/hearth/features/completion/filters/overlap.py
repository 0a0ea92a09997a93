"""Models that read the text after the cursor like to write it once more."""

from __future__ import annotations

from hearth.features.completion.request import Request

_BRACKETS_AND_QUOTES = ")]}>\"'`;,: \t"


def drop_rest_of_line(text: str, request: Request) -> str:
    """Drop the rest of the cursor's line from the end of the text.

    A rest of brackets and quotes alone is left to the next filter, which counts them.
    """
    rest = request.line_after.strip()
    if not rest.strip(_BRACKETS_AND_QUOTES):
        return text
    body = text.rstrip()
    return body[: -len(rest)] if body.endswith(rest) else text
