"""Whether to ask the model at all."""

from __future__ import annotations

import enum
import re

from hearth.core.settings import CompletionSettings

from .request import Request

_VISIBLE = re.compile(r"\S")
_MAX_DOCUMENT_CHARS = 5_000_000
"""A larger document is generated or data; to look at its lines on each keystroke would take tens of milliseconds."""


class Refusal(enum.Enum):
    """Why there is no completion."""

    DISABLED = "completions are switched off"
    LANGUAGE = "completions are switched off for this language"
    TOO_LARGE = "the document is too large"
    PRIVATE = "the document may hold secrets"
    MID_WORD = "the cursor is inside a word"
    EMPTY = "the document is empty"


def refusal(request: Request, settings: CompletionSettings) -> Refusal | None:
    """The reason not to complete here, or None. What follows from a keystroke alone does not stop an explicit ask."""
    if not settings.enabled:
        return Refusal.DISABLED
    if request.language in settings.disabled_languages:
        return Refusal.LANGUAGE
    if len(request.text) > _MAX_DOCUMENT_CHARS:
        return Refusal.TOO_LARGE
    if request.private:
        return Refusal.PRIVATE
    if request.automatic and _is_word(request.line_after[:1]):
        return Refusal.MID_WORD
    if request.automatic and not _VISIBLE.search(request.text):
        return Refusal.EMPTY
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
