"""Pieces of the workspace that bear on a question, from the index."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from hearth.context.source import Source, whole_lines
from hearth.index.handle import Filter, Handle, Hit, Why
from hearth.workspace.uris import to_uri

_LIMIT = 12
"""Results that are looked at."""
_SHOWN = 6
_LEAST_WORDS = 2
"""Words in common with the question that make a result more than chance."""
_LEAST_SIMILARITY = 0.3
"""Cosine; with the bundled embedder unrelated code stays below it."""


async def find(
    question: str,
    index: Handle,
    open_texts: Mapping[Path, str],
    but: Collection[str],
    chars: int,
    *,
    sure: bool,
) -> list[Source]:
    """At most ``chars`` of what bears on ``question``, the best first; nothing of the files named (URIs) in ``but``.

    ``open_texts`` (by absolute path) go before what was indexed. Unless somebody is ``sure`` that the workspace has it,
    what may have been found by chance is left out.

    Raises IndexUnavailable.
    """
    if not question.strip() or chars <= 0:
        return []
    found: list[Source] = []
    for hit in await index.search(question, limit=_LIMIT, only=Filter(), open_texts=open_texts):
        file = index.place.file(hit.path)
        if file is None or to_uri(file) in but or not (sure or _bears(hit)):
            continue
        text = whole_lines(hit.text, chars)
        if text.strip():
            first = hit.start - 1
            last = first + text.count("\n") + (not text.endswith("\n"))
            found.append(Source(to_uri(file), hit.path, hit.language, text, first, last))
            chars -= len(text)
        if len(found) >= _SHOWN or chars <= 0:
            break
    return found


def _bears(hit: Hit) -> bool:
    for reason in hit.reasons:
        if reason.why is Why.SYMBOL:
            return True
        if reason.why is Why.WORDS and reason.detail.count(",") + 1 >= _LEAST_WORDS:
            return True
        if reason.why is Why.MEANING and float(reason.detail) >= _LEAST_SIMILARITY:
            return True
    return False
