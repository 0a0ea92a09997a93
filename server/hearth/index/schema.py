"""Tables of the database. A change of a table's columns, or of how they are filled, needs another ``VERSION``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from .lance import pa
from .records import Record
from .tokens import exact_names, name_keys, words

VERSION = 2
"""A database of another version is built anew."""
CHUNKS = f"chunks_v{VERSION}"
_OURS = re.compile(r"(?:chunks_v\d+|vectors_v\d+_\w+)")
_KEY = re.compile(r"[^A-Za-z0-9]+")

CHUNKS_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("gen", pa.int64()),
        ("file_hash", pa.string()),
        ("language", pa.string()),
        ("kind", pa.string()),
        ("symbol", pa.string()),
        ("signature", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("hash", pa.string()),
        ("text", pa.string()),
        ("words", pa.string()),
        ("names", pa.string()),
        ("defines", pa.string()),
        ("uses", pa.string()),
    ]
)


def vectors_schema(dimensions: int) -> pa.Schema:
    """The table of the vectors of one embedder."""
    return pa.schema([("hash", pa.string()), ("vector", pa.list_(pa.float16(), dimensions))])


def vectors_name(key: str) -> str:
    """Name of the table of the embedder with this key."""
    return f"vectors_v{VERSION}_{_KEY.sub('_', key).strip('_')}"


def is_outdated(name: str) -> bool:
    """Whether a table is one of ours, of another version."""
    return _OURS.fullmatch(name) is not None and f"_v{VERSION}" not in name


def chunk_rows(files: Mapping[str, tuple[str, Sequence[Record]]], gen: int) -> pa.Table:
    """Rows of generation ``gen`` for files given as path → (hash of the file, its chunks)."""
    columns: dict[str, list[object]] = {name: [] for name in CHUNKS_SCHEMA.names}
    for path, (file_hash, records) in files.items():
        for record in records:
            row = _row(path, file_hash, gen, record)
            for name, value in zip(CHUNKS_SCHEMA.names, row, strict=True):
                columns[name].append(value)
    return pa.table(columns, schema=CHUNKS_SCHEMA)


def _row(path: str, file_hash: str, gen: int, record: Record) -> Iterable[object]:
    searched = words(f"{path} {record.symbol}\n{record.text}")
    names, uses = name_keys((record.symbol, *record.names)), name_keys(record.uses)
    return (
        path, gen, file_hash, record.language, record.kind, record.symbol, record.signature, record.start, record.end,
        record.hash, record.text, searched, names, exact_names(record.names), uses,
    )  # fmt: skip
