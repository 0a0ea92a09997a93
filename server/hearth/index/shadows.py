"""Chunks that stand in for those of the index: of files that an editor shows with other text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from .conditions import passes
from .merging import stems
from .records import Filter, Record
from .tokens import exact_names, name_keys, words

_NEWEST = 2**62
"""Generation of a shadow: no writer's is as high."""

Row = dict[str, Any]


@attrs.frozen
class Shadows:
    """Rows like those of the table, by file. A file without rows is hidden all the same."""

    files: Mapping[str, Sequence[Row]]

    def hide(self, only: Filter) -> Filter:
        """The filter for the index: without the files that are shadowed."""
        return attrs.evolve(only, not_paths=(*only.not_paths, *self.files)) if self.files else only

    def rows(self, only: Filter) -> list[Row]:
        """The rows that pass a filter."""
        return [row for rows in self.files.values() for row in rows if passes(only, row)]


NO_SHADOWS = Shadows({})


def row_of(record: Record) -> Row:
    """A row with all columns that a search reads."""
    searched = words(f"{record.path} {record.symbol}\n{record.text}")
    return {
        **{name: getattr(record, name) for name in
           ("path", "language", "kind", "symbol", "signature", "start", "end", "hash", "text")},
        "gen": _NEWEST,
        "words": searched,
        "stems": stems(searched),
        "names": name_keys((record.symbol, *record.names)),
        "defines": exact_names(record.names),
    }  # fmt: skip
