"""Filters as LanceDB reads them: SQL, in which what a user wrote is only ever a quoted string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import attrs

from .records import Filter

_FEW = 100
"""Files that are dropped from an answer. Asked for ``NOT IN``, a table looks through all of its paths, which takes
longer than the search."""
_OF_A_FILE = 4
"""Rows that a hidden file may take from an answer, at a guess; each row that is asked for costs time."""


@attrs.frozen
class Condition:
    """A filter as a search applies it."""

    where: str
    """What the table judges; empty if it lets everything pass."""
    hidden: frozenset[str]
    """Files whose rows are dropped afterwards."""

    @classmethod
    def of(cls, only: Filter) -> Self:
        """The two parts of a filter."""
        if len(only.not_paths) > _FEW:
            return cls(condition(only), frozenset())
        return cls(condition(attrs.evolve(only, not_paths=())), frozenset(only.not_paths))

    def spare(self, count: int) -> int:
        """Rows to ask for where ``count`` are wanted: hidden files may have good ones too."""
        return count + min(count, _OF_A_FILE * len(self.hidden))

    def seen(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that are not hidden."""
        return [row for row in rows if row["path"] not in self.hidden]


def condition(only: Filter) -> str:
    """The filter's condition; empty if it lets everything pass."""
    parts: list[str] = []
    if only.under:
        places = [_under(path) for path in only.under]
        parts.append(f"({' OR '.join(places)})" if all(places) else "")
    if only.languages:
        parts.append(f"language IN {quoted_list(list(only.languages))}")
    if only.symbol:
        parts.append(f"(symbol = {quoted(only.symbol)} OR starts_with(symbol, {quoted(only.symbol + '.')}))")
    if only.files:
        parts.append(f"path IN {quoted_list(list(only.files))}")
    if only.not_paths:
        parts.append(f"path NOT IN {quoted_list(list(only.not_paths))}")
    return " AND ".join(part for part in parts if part)


def passes(only: Filter, row: Mapping[str, Any]) -> bool:
    """Whether a chunk that is in no table passes the filter, as :func:`condition` lets those of tables pass."""
    path, symbol = row["path"], row["symbol"]
    below = [each.strip("/").removeprefix("./") for each in only.under]
    return (
        (not below or any(each in ("", ".", path) or path.startswith(f"{each}/") for each in below))
        and (not only.languages or row["language"] in only.languages)
        and (not only.symbol or symbol == only.symbol or symbol.startswith(f"{only.symbol}."))
        and (not only.files or path in only.files)
        and path not in only.not_paths
    )


def quoted(text: str) -> str:
    """``text`` as a string of a filter."""
    return "'" + text.replace("'", "''") + "'"


def quoted_list(texts: list[str]) -> str:
    """``texts`` as the list of an ``IN`` of a filter."""
    return f"({', '.join(map(quoted, texts))})"


def _under(path: str) -> str:
    """Matches a file, or what is below a folder; empty for the whole workspace."""
    path = path.strip("/").removeprefix("./")
    if path in ("", "."):
        return ""
    # LIKE would read the _ of a name as a wildcard.
    return f"(path = {quoted(path)} OR starts_with(path, {quoted(path + '/')}))"
