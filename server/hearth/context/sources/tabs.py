"""What the other open files define, in few words: they are open because they belong to what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import attrs

from hearth.context.kept import Kept
from hearth.context.snippet import Origin, Snippet
from hearth.index.handle import Handle, Header

_MOST = 2
_SIGNATURES = 16
_FADING = 0.7
"""What a tab is worth beside the one seen after it."""
_REMEMBERED = 8
"""Files."""
_KINDS = ("function", "method", "class")


class Tabs:
    """Finds them for one document. Each file is read once while somebody types."""

    def __init__(self) -> None:
        self._files: dict[str, Kept[Snippet | None]] = {}

    async def find(self, path: str, tabs: Sequence[str], index: Handle) -> list[Snippet]:
        """Signatures of the files in ``tabs``, those seen last first; one snippet each. Raises IndexUnavailable."""
        others = [each for each in dict.fromkeys(tabs) if each != path][:_MOST]
        found = await asyncio.gather(*(self._file(each, index) for each in others))
        return [attrs.evolve(each, score=_FADING**age) for age, each in enumerate(found) if each is not None]

    def forget(self) -> None:
        """Nothing is known any more, and nothing asked."""
        for each in self._files.values():
            each.forget()
        self._files.clear()

    async def _file(self, path: str, index: Handle) -> Snippet | None:
        kept = self._files.pop(path, None) or Kept()
        self._files[path] = kept
        if len(self._files) > _REMEMBERED:
            self._files.pop(next(iter(self._files))).forget()

        async def read() -> Snippet | None:
            return _snippet(path, (await index.headers([path])).get(path, []))

        return await kept.get(index, read)


def _snippet(path: str, headers: Sequence[Header]) -> Snippet | None:
    kept = [each for each in headers if each.kind in _KINDS][:_SIGNATURES]
    if not kept:
        return None
    lines = ["    " * each.symbol.count(".") + each.signature for each in kept]
    text = "\n".join(dict.fromkeys(lines))
    return Snippet(path, text, kept[0].start, kept[-1].end, Origin.TAB, 1.0, "open", shortened=True)
