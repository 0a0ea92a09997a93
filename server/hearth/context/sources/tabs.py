"""What the other open files define, in few words: they are open because they belong to what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hearth.context import digest
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Handle, Hit

_MOST = 2
_SIGNATURES = 16
_FADING = 0.7
"""What a tab is worth beside the one seen after it."""
_KINDS = ("function", "method", "class")


async def find(path: str, tabs: Sequence[str], index: Handle) -> list[Snippet]:
    """Signatures of the files in ``tabs``, those seen last first; one snippet each. Raises IndexUnavailable."""
    others = [each for each in dict.fromkeys(tabs) if each != path][:_MOST]
    chunks = await asyncio.gather(*map(index.chunks, others))
    found = [_snippet(each, hits, age) for age, (each, hits) in enumerate(zip(others, chunks, strict=True))]
    return [each for each in found if each is not None]


def _snippet(path: str, chunks: Sequence[Hit], age: int) -> Snippet | None:
    kept = [each for each in chunks if each.symbol and each.kind in _KINDS][:_SIGNATURES]
    if not kept:
        return None
    lines = ["    " * each.symbol.count(".") + digest.header(each.text) for each in kept]
    text = "\n".join(dict.fromkeys(lines))
    return Snippet(path, text, kept[0].start, kept[-1].end, Origin.TAB, _FADING**age, "open", shortened=True)
