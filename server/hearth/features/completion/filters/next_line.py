"""The line below the cursor, written once more."""

from __future__ import annotations

from hearth.features.completion.request import Request

_REPEATED_CHARS = 4
"""A shorter line, such as ``}``, has to stand at the same indentation: at another one it closes another block."""


def drop_next_line(text: str, request: Request) -> str:
    """Drop the last line of the text if it is the next line of the document, or all of it if that is all it says."""
    following = request.next_line.strip()
    body = text.rstrip()
    head, newline, last = body.rpartition("\n")
    if not following or last.strip() != following:
        return text
    if newline:
        same = len(following) > _REPEATED_CHARS or last.rstrip() == request.next_line.rstrip()
        return head if same else text
    return "" if not request.line_before.strip() else text
