"""Which symbols there are whose names begin with, or hold, what somebody has typed: for completing names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from .conditions import quoted
from .tokens import last_part

COLUMNS = ["path", "gen", "kind", "symbol", "start"]
ROWS = 400
"""Rows that are ranked: with so many to choose from the user goes on typing."""
_TYPED = re.compile(r"[\w.$:#]{1,100}")


@attrs.frozen
class Named:
    """A symbol."""

    symbol: str
    """Qualified, such as ``Class.method``."""
    kind: str
    path: str
    line: int
    """From 1."""


def condition(typed: str) -> str | None:
    """The rows that may be meant, as LanceDB reads it; None if no symbol is called like this."""
    if not typed:
        return "symbol <> ''"
    if _TYPED.fullmatch(typed) is None:
        return None
    # An underscore stands for any letter in a pattern; ranking drops what it let in.
    return f"lower(symbol) LIKE {quoted(f'%{typed.lower()}%')}"


def ranked(rows: Iterable[Mapping[str, Any]], typed: str, limit: int) -> list[Named]:
    """The best ``limit``: names that begin with what is typed, then those that hold it, shorter ones first."""
    wanted = typed.lower()
    best: dict[tuple[str, str], tuple[tuple[object, ...], Named]] = {}
    for row in rows:
        symbol = str(row["symbol"])
        own, whole = last_part(symbol).lower(), symbol.lower()
        if wanted in whole:
            rank = (not own.startswith(wanted), not whole.startswith(wanted), len(symbol), symbol, row["path"])
            named = Named(symbol, str(row["kind"]), str(row["path"]), int(row["start"]))
            best.setdefault((symbol, named.path), (rank, named))
    return [named for _, named in sorted(best.values(), key=lambda pair: pair[0])[:limit]]
