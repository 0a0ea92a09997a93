"""all-MiniLM-L6-v2 as int8 ONNX on onnxruntime: 23 MB on disk, 128 MB in memory, no torch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np

from hearth.core.errors import ModelInvalid, ModelNotFound

from .base import Vectors

DIMENSIONS = 384
TOKENS = 128
"""Tokens of a text that are read. The model was made for 256; measured on code, 128 finds more and takes half the
time."""
MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
_VERSION = 1
"""Of model file and preparation of texts; another one makes other vectors."""
_BATCH = 4
"""Measured: 19 CPU seconds for 1,000 chunks, 25 with 32; and the work can be paused every 30 ms."""


class MiniLM:
    """The model, loaded."""

    key = f"minilm_l6_v{_VERSION}"
    dimensions = DIMENSIONS
    batch = _BATCH

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="minilm")

    @classmethod
    async def load(cls, folder: Path, threads: int) -> Self:
        """Load it from the folder that :mod:`hearth.embedding.install` filled.

        Raises ModelNotFound if it is not installed or its libraries are not, ModelInvalid if its files are broken.
        """
        return await asyncio.to_thread(cls._load, folder, threads)

    @classmethod
    def _load(cls, folder: Path, threads: int) -> Self:
        try:
            import onnxruntime  # noqa: PLC0415
            from tokenizers import Tokenizer  # noqa: PLC0415
        except ImportError as error:
            raise ModelNotFound(
                f"The embedding model cannot be run ({error}).", hint='Install "hearth-ls[embeddings]".'
            ) from error
        model, tokens = folder / MODEL_FILE, folder / TOKENIZER_FILE
        if not model.is_file() or not tokens.is_file():
            raise ModelNotFound("The embedding model is not installed.", hint="Run `hearth models install minilm`.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait made a query twenty times slower beside a busy compiler.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(tokens))
        except Exception as error:
            # onnxruntime and tokenizers raise classes of their own, and plain Exception.
            raise ModelInvalid(
                f"The embedding model in {folder} cannot be loaded.", hint="Run `hearth models install minilm` again."
            ) from error
        tokenizer.enable_truncation(TOKENS)
        tokenizer.enable_padding()
        return cls(session, tokenizer)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of pieces of code."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, list(texts))

    async def embed_question(self, text: str) -> Vectors:
        """One vector, as one row."""
        return await self.embed([text])

    async def aclose(self) -> None:
        """Free the model."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _run(self, texts: list[str]) -> Vectors:
        result = np.empty((len(texts), DIMENSIONS), np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            encoded = self._tokenizer.encode_batch([texts[index] for index in part])
            inputs = {
                "input_ids": np.array([each.ids for each in encoded], np.int64),
                "attention_mask": np.array([each.attention_mask for each in encoded], np.int64),
            }
            result[part] = self._session.run(None, inputs)[0]
        return result
