"""What was copied last, where the editor tells it and the user lets it be shown."""

from __future__ import annotations

from hearth.context.snippet import Origin, Snippet
from hearth.context.words import alike, before, words

_LINES = 40
_CHARS = 4_000
_LEAST = 0.05
"""Words in common with the lines before the cursor: what was copied for another place is no help here."""


def find(text: str, offset: int, copied: str) -> list[Snippet]:
    """At most one snippet."""
    copied = "\n".join(copied[:_CHARS].split("\n")[:_LINES]).strip("\n")
    if len(copied.split()) < 2:
        return []  # One word may be a password.
    score = alike(words(copied), before(text, offset))
    if score <= _LEAST or copied in text:
        return []
    return [
        Snippet("clipboard", copied, 1, copied.count("\n") + 1, Origin.CLIPBOARD, 0.5 + score, "copied a moment ago")
    ]
