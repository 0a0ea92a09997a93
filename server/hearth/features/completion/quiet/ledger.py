"""What became of suggestions, kept in a file of the user: signs and outcomes, no text.

SQLite keeps two windows from losing each other's rows, and a crash from leaving half a row. Calls block; none belongs
on an event loop.
"""

from __future__ import annotations

import contextlib
import enum
import json
import logging
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from hearth.core.paths import Paths, private_folder

from .fit import Example
from .signs import Signs

if TYPE_CHECKING:
    import sqlite3

log = logging.getLogger(__name__)

_NAME = "suggestions.sqlite"
_MOST_ROWS = 10_000
"""Some weeks of work and some 4 MB. Older rows say less about today's habits and model."""
_WAIT_S = 2.0
"""Longest wait for another window that writes."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS shown (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, language TEXT NOT NULL, by_hand INTEGER NOT NULL, outcome TEXT NOT NULL,
    kept INTEGER, latency_ms REAL, weight REAL NOT NULL, signs TEXT NOT NULL
)
"""
_COLUMNS = {"id", "at", "language", "by_hand", "outcome", "kept", "latency_ms", "weight", "signs"}
_MOST_SIGNS, _MOST_VALUE, _MOST_WEIGHT = 100, 10.0, 100.0
"""Far above what is ever written. A row beyond that was not written by Hearth, and would outweigh all the others."""


class Outcome(enum.Enum):
    """What became of a suggestion."""

    ACCEPTED = "accepted"
    """Inserted, in whole or in part."""
    TYPED = "typed"
    """Typed by hand to its end: it was right."""
    REJECTED = "rejected"
    """Seen, and something else was done."""
    UNSEEN = "unseen"
    """Gone before anybody could read it."""
    SILENT = "silent"
    """Not shown."""


@attrs.frozen
class Row:
    """One suggestion."""

    language: str
    by_hand: bool
    outcome: Outcome
    signs: Signs
    kept: bool | None = None
    """Whether an accepted one was still there a while later; None if that is not known."""
    latency_ms: float | None = None
    """From the request to the first text."""
    weight: float = 1.0
    at: float = attrs.field(factory=time.time)
    """Seconds since the epoch."""


class Ledger:
    """The file. What goes wrong with it is logged and costs what was learned, never a suggestion."""

    def __init__(self, paths: Paths) -> None:
        self.path = paths.state / _NAME

    def add(self, rows: Sequence[Row]) -> None:
        """Keep ``rows``, and drop the oldest beyond the bound."""
        values = [
            (
                row.at,
                row.language,
                row.by_hand,
                row.outcome.value,
                row.kept,
                row.latency_ms,
                row.weight,
                json.dumps({name: round(value, 4) for name, value in row.signs.items()}),
            )
            for row in rows
        ]

        def work(base: sqlite3.Connection) -> None:
            base.executemany(
                "INSERT INTO shown (at, language, by_hand, outcome, kept, latency_ms, weight, signs) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            base.execute("DELETE FROM shown WHERE id <= (SELECT max(id) FROM shown) - ?", (_MOST_ROWS,))

        self._do(work)

    def rows(self) -> list[Row]:
        """All of them, the oldest first. Rows that do not make sense are left out."""
        if not self.path.exists():
            return []
        found: list[Row] = []

        def work(base: sqlite3.Connection) -> None:
            columns = "language, by_hand, outcome, signs, kept, latency_ms, weight, at"
            for values in base.execute(f"SELECT {columns} FROM shown ORDER BY id"):  # noqa: S608 (a constant)
                with contextlib.suppress(ValueError, TypeError, AttributeError, OverflowError, RecursionError):
                    found.append(_row(*values))

        self._do(work)
        return found

    def forget(self) -> bool:
        """Delete everything; whether there was anything."""
        existed = self.path.exists()
        for path in (self.path, self._journal(), self._aside()):
            path.unlink(missing_ok=True)
        return existed

    def _do(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """One transaction. Errors undo it and are logged."""
        import sqlite3  # noqa: PLC0415 (needed by feedback, not by the start)

        base: sqlite3.Connection | None = None
        try:
            private_folder(self.path.parent)
            base = sqlite3.connect(self.path, timeout=_WAIT_S)
            self.path.chmod(0o600)
            base.text_factory = lambda data: data.decode("utf-8", "replace")
            with base:
                base.execute(_SCHEMA)
                if {name for _, name, *_ in base.execute("PRAGMA table_info(shown)")} != _COLUMNS:
                    raise sqlite3.DatabaseError("its table is that of another version")
                work(base)
        except sqlite3.OperationalError as error:  # Locked, full or read-only: the file itself is sound.
            log.warning("what became of suggestions cannot be kept: %s", error)
        except sqlite3.DatabaseError as error:
            log.warning("%s cannot be read and is moved aside: %s", self.path, error)
            with contextlib.suppress(OSError):
                self._journal().unlink(missing_ok=True)
                self.path.replace(self._aside())
        except OSError as error:
            log.warning("what became of suggestions cannot be kept: %s", error)
        finally:
            if base is not None:
                base.close()

    def _journal(self) -> Path:
        return self.path.with_name(self.path.name + "-journal")

    def _aside(self) -> Path:
        return self.path.with_suffix(".broken")


def examples(rows: Sequence[Row]) -> list[Example]:
    """What can be learned from: suggestions that nobody had asked for by hand, and that somebody saw."""
    right, wrong = {Outcome.ACCEPTED, Outcome.TYPED}, {Outcome.REJECTED}
    return [
        Example(row.signs, row.outcome in right, row.weight)
        for row in rows
        if not row.by_hand and row.outcome in right | wrong
    ]


def _row(
    language: str, by_hand: int, outcome: str, signs: str, kept: int | None, latency_ms: float | None, *rest: float
) -> Row:
    weight, at = map(float, rest)
    numbers = {str(name): float(value) for name, value in json.loads(signs).items()}
    if len(numbers) > _MOST_SIGNS or not all(abs(value) <= _MOST_VALUE for value in numbers.values()):
        raise ValueError("signs out of bounds")
    if not 0 < weight <= _MOST_WEIGHT or not all(map(math.isfinite, (at, latency_ms or 0.0))):
        raise ValueError("numbers out of bounds")
    return Row(
        str(language),
        bool(by_hand),
        Outcome(outcome),
        numbers,
        None if kept is None else bool(kept),
        None if latency_ms is None else float(latency_ms),
        weight,
        at,
    )
