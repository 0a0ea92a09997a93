"""Where symbols are defined, by their exact names: the question that a program asks, not a person."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs

from . import tokens
from .conditions import Condition
from .nearness import Nearness
from .records import Filter
from .shadows import Shadows

_MOST_NAMES = 64
"""Names of one question; more are left unanswered."""
_ROWS = 200
"""Chunks of one query. Rare names rank first, so it is only of names with hundreds of definitions that some are not
seen."""
_ALONE = 8
"""Names that the rarer ones pushed out of the answer and that are asked for once more, each alone."""
_KINDS = ("class", "function", "namespace", "method", "module", "section")
"""Of two equal chunks the one whose kind stands first here is the likelier to be meant."""

COLUMNS = ["path", "gen", "language", "kind", "symbol", "signature", "start", "end", "text", "defines"]


@attrs.frozen
class Definition:
    """A chunk that defines a symbol."""

    name: str
    """The symbol, as it was asked for."""
    path: str
    language: str
    kind: str
    """Of the chunk: ``function``, ``class``, ``method``, ``module`` …"""
    symbol: str
    """Qualified name of what the chunk is, such as ``Class.method``; empty for a run of statements that has it."""
    signature: str
    """Header of that function or class on one line; empty if it is neither."""
    start: int
    """First line, from 1."""
    end: int
    """Last line, from 1, inclusive."""
    text: str = attrs.field(repr=False)
    preferred: bool = False
    """It is in one of the files that the asker named."""


@attrs.frozen
class Wanted:
    """What is asked."""

    names: Sequence[str]
    """Each as a program writes it: case counts. ``Class.method`` is looked up by its last part."""
    only: Filter = attrs.field(factory=Filter)
    prefer: Sequence[str] = ()
    """Files (by their names in the index) whose definitions come before all others, the first file first: those that
    the asking file imports."""
    near: str = ""
    """Name of the file that asks: of others, those close to it come first."""
    each: int = 3
    """Most definitions of one name."""
    rows: int = _ROWS
    """Chunks that are looked at. With fewer the answer comes sooner, and of names that very many chunks define it is
    not told which are nearest."""


Rows = list[dict[str, Any]]


async def find(match: Any, wanted: Wanted, shadows: Shadows) -> dict[str, list[Definition]]:
    """The definitions of each name that has any, best first. ``match(names, where, limit)`` gives rows of chunks."""
    names = list(dict.fromkeys(name for name in wanted.names if tokens.exact_names([name])))[:_MOST_NAMES]
    keys = {name: tokens.last_part(name) for name in names}
    only = shadows.hide(wanted.only)
    where = Condition.of(only)
    every = sorted(set(keys.values()))
    if not every:
        return {}
    most = min(_ROWS, wanted.rows)
    asked = [match(every, where, most)]
    if wanted.prefer:
        asked.append(match(every, Condition.of(attrs.evolve(only, files=tuple(wanted.prefer))), most))
    answers: list[Rows] = [*(await asyncio.gather(*asked)), shadows.rows(wanted.only)]
    if len(answers[0]) >= most:
        seen = {key for rows in answers for row in rows for key in row["defines"].split()}
        missing = [key for key in every if key not in seen][:_ALONE]
        answers += await asyncio.gather(*(match([key], where, max(wanted.each * 4, 16)) for key in missing))
    return ranked([row for rows in answers for row in rows], keys, wanted)


def ranked(rows: Rows, keys: Mapping[str, str], wanted: Wanted) -> dict[str, list[Definition]]:
    """The best rows for each name; of a file that is being replaced only the newest generation counts."""
    newest: dict[str, int] = {}
    for row in rows:
        newest[row["path"]] = max(newest.get(row["path"], 0), row["gen"])
    by_key: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}
    asked: Collection[str] = set(keys.values())
    for row in rows:
        if row["gen"] == newest[row["path"]]:
            for key in set(row["defines"].split()) & set(asked):
                by_key.setdefault(key, {})[row["path"], row["start"]] = row
    order = _Order(wanted)
    found: dict[str, list[Definition]] = {}
    for name, key in keys.items():
        best = sorted(by_key.get(key, {}).values(), key=lambda row: order.of(row, name, key))
        if best:
            found[name] = [_definition(name, row, order) for row in best[: wanted.each]]
    return found


class _Order:
    def __init__(self, wanted: Wanted) -> None:
        self._near = Nearness([wanted.near] if wanted.near else [])
        self._preferred = {path: rank for rank, path in enumerate(wanted.prefer)}

    def prefers(self, path: str) -> bool:
        return path in self._preferred

    def of(self, row: Mapping[str, Any], name: str, key: str) -> tuple[object, ...]:
        symbol = row["symbol"]
        kind = row["kind"]
        return (
            self._preferred.get(row["path"], len(self._preferred)),
            # `Class.method` as it was asked for, then a chunk that is the symbol, then one that has it among others.
            not (name != key and (symbol == name or symbol.endswith(f".{name}"))),
            tokens.last_part(symbol) != key,
            self._near.distance(row["path"]),
            _KINDS.index(kind) if kind in _KINDS else len(_KINDS),
            row["path"],
            row["start"],
        )


def _definition(name: str, row: Mapping[str, Any], order: _Order) -> Definition:
    fields = {each: row[each] for each in ("path", "language", "kind", "symbol", "signature", "start", "end", "text")}
    return Definition(name=name, **fields, preferred=order.prefers(row["path"]))
