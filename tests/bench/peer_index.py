"""The peer of the index: what 140 lines give that join the same parts in the plain way.

``python -m bench.peer_index FOLDER SCRATCH MODEL_FOLDER THREADS`` indexes a folder of Python files once, without
rules of what to leave out, secrets, other languages, freshness or recovery, and tells when what was done.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import numpy.typing as npt
import onnxruntime
import pyarrow as pa
import tree_sitter
import tree_sitter_python
from lancedb.index import FTS, BTree
from lancedb.query import MatchQuery
from tokenizers import Tokenizer

from bench.index_child import Memory
from hearth.embedding.minilm import DIMENSIONS, MODEL_FILE, TOKENIZER_FILE, TOKENS
from hearth.index.tokens import words

_MOST_LINES, _LEAST_LINES = 60, 4
_COMMIT, _BATCH = 512, 4
_LEG, _K = 50, 10
_CHUNKS = pa.schema(
    [("path", pa.string()), ("symbol", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("hash", pa.string()),
     ("text", pa.string()), ("words", pa.string())]
)  # fmt: skip
_VECTORS = pa.schema([("hash", pa.string()), ("vector", pa.list_(pa.float16(), DIMENSIONS))])

Row = dict[str, Any]


class Chunker:
    """Lines of one scope together, 60 at the most."""

    def __init__(self) -> None:
        language = tree_sitter.Language(tree_sitter_python.language())
        self._parser = tree_sitter.Parser(language)
        self._query = tree_sitter.Query(language, tree_sitter_python.TAGS_QUERY)

    def chunks(self, path: str, source: bytes) -> list[Row]:
        """Rows of the table; lines from 1."""
        lines = source.decode("utf-8", "replace").split("\n")
        owners = self._owners(source, len(lines))
        spans: list[tuple[int, int]] = []
        start = 0
        for end in range(1, len(lines) + 1):
            if end == len(lines) or owners[end] != owners[end - 1] or end - start >= _MOST_LINES:
                if end - start < _LEAST_LINES and spans and spans[-1][1] - spans[-1][0] < _MOST_LINES:
                    spans[-1] = spans[-1][0], end
                else:
                    spans.append((start, end))
                start = end
        return [self._row(path, owners[start], start, end, lines) for start, end in spans if any(lines[start:end])]

    def _owners(self, source: bytes, count: int) -> list[str]:
        owners = [""] * count
        found = []
        for _, captures in tree_sitter.QueryCursor(self._query).matches(self._parser.parse(source).root_node):
            names = captures.get("name", [])
            for capture, nodes in captures.items():
                if capture.startswith("definition.") and capture != "definition.constant" and names:
                    name = (names[0].text or b"").decode()
                    found += [(node.start_point.row, node.end_point.row, name) for node in nodes]
        for first, last, name in sorted(found, key=lambda each: (each[0], -each[1])):
            qualified = f"{owners[first]}.{name}" if owners[first] else name
            owners[first : last + 1] = [qualified] * (min(last + 1, count) - first)
        return owners

    @staticmethod
    def _row(path: str, symbol: str, start: int, end: int, lines: list[str]) -> Row:
        text = "\n".join(lines[start:end])
        said = f"{path} {symbol}\n{text}"
        digest = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
        return {"path": path, "symbol": symbol, "start": start + 1, "end": end, "hash": digest, "text": text,
                "words": words(said)}  # fmt: skip


class Embedder:
    """The model as its recipe has it: batches of four, which all threads work on."""

    def __init__(self, folder: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(folder / MODEL_FILE), options)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A row for each text."""
        made = np.empty((len(texts), DIMENSIONS), np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            encoded = self._tokenizer.encode_batch([texts[index] for index in part])
            ids, mask = ([getattr(each, name) for each in encoded] for name in ("ids", "attention_mask"))
            inputs = {"input_ids": np.array(ids, np.int64), "attention_mask": np.array(mask, np.int64)}
            made[part] = self._session.run(None, inputs)[0]
        return made


class Prototype:
    """Two tables, and what is searched in them."""

    def __init__(self, chunks: Any, vectors: Any, embedder: Embedder | None) -> None:
        self._chunks, self._vectors, self._embedder = chunks, vectors, embedder
        self.rows: list[Row] = []

    @classmethod
    async def create(cls, scratch: Path, embedder: Embedder | None) -> Prototype:
        """Empty tables below ``scratch``, an absolute path."""
        base = await lancedb.connect_async(str(scratch))
        return cls(
            await base.create_table("chunks", schema=_CHUNKS),
            await base.create_table("vectors", schema=_VECTORS),
            embedder,
        )

    async def read(self, folder: Path) -> None:
        """All files into the table, and its indexes: from here on words are searched."""
        chunker = Chunker()
        for path in await asyncio.to_thread(lambda: sorted(folder.rglob("*.py"))):
            self.rows += chunker.chunks(path.relative_to(folder).as_posix(), path.read_bytes())
        await self._chunks.add(pa.Table.from_pylist(self.rows, schema=_CHUNKS))
        for column, index in (("path", BTree()), ("hash", BTree()), ("words", FTS())):
            await self._chunks.create_index(column, config=index)

    async def embed(self) -> int:
        """A vector for each content; how many there were."""
        if self._embedder is None:
            return 0
        texts = {row["hash"]: f"{row['path']} {row['symbol']}\n{row['text']}" for row in self.rows}
        for part in _batched(list(texts)):
            made = self._embedder.embed([texts[each] for each in part])
            flat = pa.FixedSizeListArray.from_arrays(pa.array(made.astype(np.float16).reshape(-1)), DIMENSIONS)
            await self._vectors.add(pa.table({"hash": list(part), "vector": flat}, schema=_VECTORS))
        await self._vectors.create_index("hash", config=BTree())
        return len(texts)

    async def search(self, question: str, vector: npt.NDArray[np.float32] | None, limit: int) -> list[Row]:
        """Reciprocal rank fusion of words and vectors, equal weights."""
        shown = ["path", "start", "end", "hash"]
        matched = self._chunks.query().nearest_to_text(MatchQuery(words(question), "words"))
        lists = [(await matched.select([*shown, "_score"]).limit(_LEG).to_arrow()).to_pylist()]
        if vector is not None:
            near = self._vectors.query().nearest_to(vector).distance_type("cosine").select(["hash", "_distance"])
            hashes = (await near.limit(_LEG).to_arrow())["hash"].to_pylist()
            rank = {content: place for place, content in enumerate(hashes)}
            quoted = ",".join(f"'{each}'" for each in hashes)
            rows = (await self._chunks.query().where(f"hash IN ({quoted})").select(shown).to_arrow()).to_pylist()
            lists.append(sorted(rows, key=lambda row: rank[row["hash"]]))
        scores: dict[tuple[str, int], float] = {}
        found: dict[tuple[str, int], Row] = {}
        for rows in lists:
            for place, row in enumerate(rows, 1):
                key = row["path"], row["start"]
                found[key] = row
                scores[key] = scores.get(key, 0.0) + 1 / (_K + place)
        return [found[key] for key in sorted(scores, key=lambda key: -scores[key])[:limit]]


def _batched(items: Sequence[str]) -> list[Sequence[str]]:
    return [items[start : start + _COMMIT] for start in range(0, len(items), _COMMIT)]


def folder_bytes(folder: Path) -> int:
    """Of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def main(folder: Path, scratch: Path, model: str, threads: int) -> None:
    memory = Memory()
    embedder = Embedder(Path(model), threads) if model else None
    begun = time.perf_counter()
    made = await Prototype.create(scratch, embedder)
    await made.read(folder)
    words_s = time.perf_counter() - begun
    vectors = await made.embed()
    whole_s = time.perf_counter() - begun
    told = {
        "chunks": len(made.rows),
        "words_s": words_s,
        "vectors": vectors,
        "vectors_s": whole_s - words_s,
        "bytes": folder_bytes(scratch),
        "peak_mb": memory.peak_mb,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
