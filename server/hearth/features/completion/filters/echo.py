"""Weak models begin the line again instead of going on with it."""

from __future__ import annotations

from hearth.features.completion.request import Request

_MIN_CHARS = 4
"""A shorter beginning may well stand twice, as in ``x = x + 1``."""


def drop_repeated_line_start(text: str, request: Request) -> str:
    """Drop what stands before the cursor if the text starts with the same."""
    before = request.line_before.strip()
    head = text.lstrip(" \t")
    if len(before) < _MIN_CHARS or not head.startswith(before) or "\n" in text[: len(text) - len(head)]:
        return text
    rest = head[len(before) :]
    return rest.lstrip(" ") if request.line_before.endswith(" ") else rest
