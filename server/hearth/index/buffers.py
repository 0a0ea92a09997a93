"""What an editor shows and has not saved, cut into chunks as its file will be."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Mapping
from pathlib import Path

from hearth.workspace.content import digest
from hearth.workspace.secrets import is_secret

from .manifest import Manifest
from .place import Place
from .shadows import NO_SHADOWS, Row, Shadows, row_of

_MOST_CHARS = 1_000_000
"""A larger text is not cut: the file on disk, if it is in the index, answers for it."""
_KEPT = 64
"""Texts whose chunks are kept."""


class Buffers:
    """Cuts each text once; whoever edits one file while he asks about others pays for that one only."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._cut: collections.OrderedDict[tuple[str, str], tuple[Row, ...]] = collections.OrderedDict()

    async def shadows(self, open_texts: Mapping[Path, str]) -> Shadows:
        """The chunks of those texts that are not what was indexed. Only files that are in the index have a shadow: what
        is ignored, secret or outside stays so while it is open."""
        if not open_texts:
            return NO_SHADOWS
        return await asyncio.to_thread(self._shadows, dict(open_texts))

    def _shadows(self, open_texts: Mapping[Path, str]) -> Shadows:
        found: dict[str, tuple[Row, ...]] = {}
        with Manifest.reading(self._place.manifest) as manifest:
            for file, text in open_texts.items():
                name = self._place.name_of(file)
                state = None if name is None or manifest is None else manifest.get(name)
                if name is None or state is None or state.reason or len(text) > _MOST_CHARS or is_secret(file):
                    continue
                content = digest(text.encode("utf-8", "replace"))
                if content != state.hash:
                    found[name] = self._rows(name, text, content)
        return Shadows(found) if found else NO_SHADOWS

    def _rows(self, name: str, text: str, content: str) -> tuple[Row, ...]:
        # A parser is needed by an unsaved text, not by the start.
        from .chunking import records  # noqa: PLC0415

        key = name, content
        rows = self._cut.pop(key, None)
        if rows is None:
            rows = tuple(map(row_of, records(name, text)))
        self._cut[key] = rows
        while len(self._cut) > _KEPT:
            self._cut.popitem(last=False)
        return rows
