"""Nothing is not a suggestion."""

from __future__ import annotations

from hearth.features.completion.request import Request


def drop_blank(text: str, request: Request) -> str:
    """Drop text without anything visible, and text that only repeats the rest of the line."""
    return "" if not text.strip() or text.strip() == request.line_after.strip() else text
