"""One file on its way into the index: read, judged, freed of secrets, cut into chunks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import attrs

from hearth.index.chunking import records
from hearth.index.manifest import State
from hearth.index.records import Record
from hearth.workspace import content, generated

_BY_LINES_AFTER = 1
"""A file whose parsing ended the process so often is cut by lines, without its grammar."""
NOT_AFTER = 3
"""A file that ended the process so often is left out until it changes."""


@attrs.frozen
class Cut:
    """What became of a file."""

    path: str
    """Its name in the index."""
    state: State
    records: tuple[Record, ...] = ()
    unchanged: bool = False
    """Its content is in the index already."""

    def to_json(self) -> dict[str, Any]:
        """Values that JSON knows."""
        return {
            "path": self.path,
            "state": [getattr(self.state, name) for name in _STATE],
            # Not attrs.astuple, which looks into each value: it takes a tenth of the time of cutting.
            "records": [[getattr(record, name) for name in _RECORD] for record in self.records],
            "unchanged": self.unchanged,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """From :meth:`to_json`. Raises KeyError or TypeError."""
        records = tuple(_record(*each) for each in values["records"])
        return cls(values["path"], State(*values["state"]), records, values["unchanged"])


_STATE = tuple(field.name for field in attrs.fields(State))
_RECORD = tuple(field.name for field in attrs.fields(Record))


def cut(path: str, file: Path, *, max_bytes: int, known: State | None, failures: int = 0) -> Cut | None:
    """Read ``file`` and cut it; None if it is gone. ``known`` is its state in the index, ``failures`` how often it
    ended the process that cut it.

    Blocking, and as slow as a parser may be; a hostile file may end the process.
    """
    if failures >= NOT_AFTER:
        return _left_out(path, file, f"ended the process that read it {failures} times")
    try:
        got = content.read(file, max_bytes)
    except content.Unreadable as reason:
        return _left_out(path, file, str(reason))
    same = known is not None and known.hash == got.hash and known.reason == ""
    if same and known is not None:
        return Cut(path, State(got.size, got.mtime_ns, got.hash, known.chunks), unchanged=True)
    if reason_why := generated.by_text(got.text):
        return Cut(path, State(got.size, got.mtime_ns, got.hash, 0, reason_why))
    found = records(path, got.text, by_lines=failures >= _BY_LINES_AFTER)
    return Cut(path, State(got.size, got.mtime_ns, got.hash, len(found)), found)


def _record(*values: Any) -> Record:
    fields: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
    return Record(*fields)


def _left_out(path: str, file: Path, reason: str) -> Cut | None:
    try:
        info = file.lstat()
    except OSError:
        return None
    return Cut(path, State(info.st_size, info.st_mtime_ns, hash="", chunks=0, reason=reason))
