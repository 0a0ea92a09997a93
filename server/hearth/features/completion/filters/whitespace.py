"""White space that nobody wants to accept."""

from __future__ import annotations

from hearth.features.completion.request import Request


def trim(text: str, request: Request) -> str:
    """Drop white space at the end, and a second space where the cursor stands behind one already.

    A space before something that follows the cursor may be wanted, as before the brace of ``{ return 1; }``.
    """
    body = text.rstrip()
    follows = request.line_after[:1].strip() and "\n" not in text[len(body) :]
    text = text if body and follows else body
    if request.line_before.strip() and request.line_before[-1] in " \t":
        return text.lstrip(" \t")
    return text
