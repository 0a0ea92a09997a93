"""What is known of a suggestion before it is shown, as named numbers. None of them holds text of the document."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from hearth.features.completion.request import Request, indentation

Signs = Mapping[str, float]
"""Name to value, most of them within 0..1. A name that is absent counts as 0, but for how sure the model was."""

_NAME = re.compile(r"[^\W\d]\w+")
_LANGUAGE = re.compile(r"[a-z0-9+#_-]{1,20}")
_NEAR_CHARS = 8_000
"""Text around the cursor in which names are looked for: what a reader has in mind, and microseconds to search."""
_OPENERS, _CLOSERS, _OPERATORS = "([{", ")]}", "=+-*/<>!&|%^,:"

TOLD, FIRST, ALL, LEAST = SURENESS = ("sureness told", "sure of the first", "sure of all", "sure of the least")
"""How likely the model held its own tokens: 1 where it tells that, the first one, their geometric mean, the least. All
are absent where it does not tell."""


def language_of(request: Request) -> str:
    """The language's identifier as it may be kept; "other" for what is no usual identifier."""
    return request.language if _LANGUAGE.fullmatch(request.language) else "other"


def signs(
    request: Request,
    text: str,
    *,
    known: bool,
    since_key_s: float | None,
    inside: Literal["string", "comment"] | None = None,
    logprobs: Sequence[float] = (),
) -> Signs:
    """The signs of ``text`` at the cursor of ``request``.

    ``known``: it came without a call of the model. ``since_key_s``: seconds between the last two keys. ``inside``: the
    kind of token that the cursor stands in. ``logprobs``: natural logarithms of the probabilities of its tokens.
    """
    before = request.line_before
    last = before[-1:]
    names = set(_NAME.findall(text))
    start = max(0, request.offset - _NEAR_CHARS)
    near = request.text[start : request.offset + _NEAR_CHARS] if names else ""
    around = set(_NAME.findall(near))
    found: dict[str, float] = {
        "length": math.log1p(len(text)) / 6,
        "short": float(len(text.strip()) <= 3),
        "lines": math.log1p(text.count("\n")) / 3,
        "column": min(1.0, len(before) / 80),
        "depth": min(1.0, indentation(before) / 24),
        "blank line": float(not before.strip()),
        "text behind": float(bool(request.line_after.strip())),
        "opens block": float(request.opens_block),
        "known": float(known),
        "by hand": float(not request.automatic),
        "names": min(1.0, len(names) / 8),
        "names known": len(names & around) / len(names) if names else 1.0,
        f"behind {_kind(last)}": 1.0,
        f"language {language_of(request)}": 1.0,
    }
    if since_key_s is not None:
        found["pause"] = min(1.0, math.log1p(max(0.0, since_key_s)) / 3)
    if logprobs:
        found |= {
            TOLD: 1.0,
            FIRST: math.exp(logprobs[0]),
            ALL: math.exp(sum(logprobs) / len(logprobs)),
            LEAST: math.exp(min(logprobs)),
        }
    if inside is not None:
        found[f"in {inside}"] = 1.0
    return found


def _kind(char: str) -> str:
    if not char:
        return "nothing"
    if char.isalnum() or char == "_":
        return "word"
    if char.isspace():
        return "space"
    if char == ".":
        return "dot"
    kinds = {"opener": _OPENERS, "closer": _CLOSERS, "operator": _OPERATORS}
    return next((kind for kind, chars in kinds.items() if char in chars), "other")
