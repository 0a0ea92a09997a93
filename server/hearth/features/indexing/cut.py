"""One file on its way into the index: read, judged, freed of secrets, cut into chunks."""

from __future__ import annotations

import logging
from pathlib import Path, PurePosixPath

import attrs

from hearth.index.manifest import State
from hearth.index.records import Record
from hearth.syntax.chunk import Chunk, chunks
from hearth.syntax.languages import of_path
from hearth.workspace import content, generated
from hearth.workspace.redact import redact

log = logging.getLogger(__name__)

_BY_LINES_AFTER = 1
"""A file whose parsing ended the process so often is cut by lines, without its grammar."""
_NOT_AFTER = 3
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


def cut(path: str, file: Path, *, max_bytes: int, known: State | None, failures: int = 0) -> Cut | None:
    """Read ``file`` and cut it; None if it is gone. ``known`` is its state in the index, ``failures`` how often it
    ended the indexer.

    Blocking, and as slow as a parser may be: call it in a thread.
    """
    try:
        got = content.read(file, max_bytes)
    except content.Unreadable as reason:
        info = _stat(file)
        return None if info is None else Cut(path, State(*info, hash="", chunks=0, reason=str(reason)))
    same = known is not None and known.hash == got.hash and known.reason == ""
    if same and known is not None:
        return Cut(path, State(got.size, got.mtime_ns, got.hash, known.chunks), unchanged=True)
    reason_why = generated.by_text(got.text)
    if failures >= _NOT_AFTER:
        reason_why = f"ended the indexer {failures} times"
    if reason_why:
        return Cut(path, State(got.size, got.mtime_ns, got.hash, 0, reason_why))
    records = _records(path, got.text, by_lines=failures >= _BY_LINES_AFTER)
    return Cut(path, State(got.size, got.mtime_ns, got.hash, len(records)), records)


def _records(path: str, text: str, *, by_lines: bool) -> tuple[Record, ...]:
    clean = redact(text).text
    language = of_path(PurePosixPath(path), clean)
    try:
        cuts = chunks(clean, path, None if by_lines else language)
    except Exception:
        # A fault in a grammar or its queries costs one file its syntax, not a workspace its index.
        log.exception("a file of language %s cannot be cut by syntax", language)
        cuts = chunks(clean, path, None)
    return tuple(_record(chunk, language.lsp_ids[0] if language else "") for chunk in cuts if chunk.text.strip())


def _record(chunk: Chunk, language: str) -> Record:
    return Record(
        path=chunk.path,
        language=language,
        kind=chunk.kind,
        symbol=chunk.qualified,
        signature=chunk.signature,
        start=chunk.start_line + 1,
        end=max(chunk.start_line + 1, chunk.end_line),
        text=chunk.text,
        names=chunk.defines,
        uses=chunk.uses,
        hash=chunk.hash,
    )


def _stat(file: Path) -> tuple[int, int] | None:
    try:
        info = file.lstat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns
