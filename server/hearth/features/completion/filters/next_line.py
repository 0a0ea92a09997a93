"""The line below the cursor, written once more."""

from __future__ import annotations

from hearth.features.completion.request import Request


def drop_next_line(text: str, request: Request) -> str:
    """Drop the last line of the text if it is the next line of the document, or all of it if that is all it says."""
    following = request.next_line.strip()
    body = text.rstrip()
    head, newline, last = body.rpartition("\n")
    if not following or last.strip() != following:
        return text
    if newline:
        return head
    return "" if not request.line_before.strip() else text
