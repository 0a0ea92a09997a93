"""The text of one file as the chunks that are stored and searched, without its secrets."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath

from hearth.syntax.chunk import Chunk, chunks
from hearth.syntax.languages import of_path
from hearth.workspace.redact import redact

from .records import Record

log = logging.getLogger(__name__)


def records(path: str, text: str, *, by_lines: bool = False) -> tuple[Record, ...]:
    """The chunks of the file that the index calls ``path``. ``by_lines`` uses no grammar. Blocking: as slow as a parser
    may be."""
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
