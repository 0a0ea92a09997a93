"""White space that nobody wants to accept."""

from __future__ import annotations

from hearth.features.completion.request import Request


def trim(text: str, request: Request) -> str:
    """Drop white space at the end, and a second space where the cursor stands behind one already."""
    text = text.rstrip()
    if request.line_before.strip() and request.line_before[-1] in " \t":
        return text.lstrip(" \t")
    return text
