"""all-MiniLM-L6-v2 as int8 ONNX on onnxruntime: 23 MB on disk, 128 MB in memory, no torch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hearth.core.errors import ModelInvalid, ModelNotFound

from .base import Vectors

DIMENSIONS = 384
TOKENS = 128
"""Tokens of a text that are read. The model was made for 256; measured on code, 128 finds more and takes half the
time."""
MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
_VERSION = 2
"""Of model file and preparation of texts; another one makes other vectors."""
_SLOW_FUSION = "SkipLayerNormFusion"
"""Its operator takes four times as long as the sum and the normalisation that it stands for."""
_BATCH = 8
"""Texts between two looks whether to go on, some 50 ms of one thread. The model is given one text at a time: nothing is
padded, threads need not wait for one another, and a vector does not depend on its neighbours, whose ranges dynamic
quantisation would share. Measured on 1,024 chunks with two threads: 177 a second, 131 in batches of four that both
threads work on."""


class MiniLM:
    """The model, loaded."""

    key = f"minilm_l6_v{_VERSION}"
    dimensions = DIMENSIONS
    batch = _BATCH

    def __init__(self, session: Any, tokenizer: Any, threads: int) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="minilm")

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
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW_FUSION]
            )
            tokenizer = Tokenizer.from_file(str(tokens))
        except Exception as error:
            # onnxruntime and tokenizers raise classes of their own, and plain Exception.
            raise ModelInvalid(
                f"The embedding model in {folder} cannot be loaded.", hint="Run `hearth models install minilm` again."
            ) from error
        tokenizer.enable_truncation(TOKENS)
        tokenizer.no_padding()
        return cls(session, tokenizer, threads)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of pieces of code."""
        loop = asyncio.get_running_loop()
        rows = await asyncio.gather(*(loop.run_in_executor(self._threads, self._run, text) for text in texts))
        return np.stack(rows) if rows else np.empty((0, DIMENSIONS), np.float32)

    async def embed_question(self, text: str) -> Vectors:
        """One vector, as one row."""
        return await self.embed([text])

    async def aclose(self) -> None:
        """Free the model."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _run(self, text: str) -> npt.NDArray[np.float32]:
        encoded = self._tokenizer.encode(text)
        inputs = {
            "input_ids": np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
        }
        return np.asarray(self._session.run(None, inputs)[0][0], np.float32)
