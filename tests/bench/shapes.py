"""Models with the exact tensor shapes of published ones and random weights: the true speed, and nonsense for answers.

Nothing is downloaded. The tokenizer is that of the bundled model, padded to the published vocabulary's size, because
the size of the last matrix product depends on it. ``python -m bench.shapes [SHAPE]`` makes one and says where it is.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import filelock
import gguf
import numpy as np

from hearth.core import cores

from .report import ROOT

FOLDER = ROOT / "build" / "bench" / "models"
BUNDLED = ROOT / "server" / "hearth" / "catalog" / "bundled" / "hearth-tiny.gguf"
SEED = 20_260
SPREAD = 0.02
"""Standard deviation of the weights: that of Qwen2.5 before training."""
SLAB = 8_192
"""Rows of a matrix that are made at a time, so that the largest one does not have to fit into memory twice."""


@attrs.frozen
class Shape:
    """The numbers in a model's ``config.json`` that decide how much there is to compute."""

    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    context: int = 32_768
    vocabulary: int = 151_936


SHAPES = {
    "qwen2.5-coder-0.5b": Shape(layers=24, width=896, inner=4_864, heads=14, kv_heads=2),
    "qwen2.5-coder-1.5b": Shape(layers=28, width=1_536, inner=8_960, heads=12, kv_heads=2),
}


def tokenizer_model() -> Path:
    """The bundled model, or the file of HEARTH_TEST_MODEL."""
    return Path(os.environ.get("HEARTH_TEST_MODEL") or BUNDLED)


def model(name: str = "qwen2.5-coder-0.5b") -> Path:
    """A Q4_K_M file of that shape, made on first use."""
    tokenizer = tokenizer_model()
    digest = hashlib.blake2b(tokenizer.read_bytes(), digest_size=4).hexdigest()
    target = FOLDER / f"random-{name}-{digest}-Q4_K_M.gguf"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(FOLDER / ".lock"):
        if not target.is_file():
            _make(SHAPES[name], name, tokenizer, target)
    return target


def _make(shape: Shape, name: str, tokenizer: Path, target: Path) -> None:
    plain, quantised = target.with_suffix(".f16"), target.with_suffix(".new")
    try:
        write(plain, shape, name, tokenizer)
        quantise(plain, quantised)
        quantised.replace(target)
    finally:
        plain.unlink(missing_ok=True)
        quantised.unlink(missing_ok=True)


def write(path: Path, shape: Shape, name: str, tokenizer: Path) -> None:
    """The model at 16 bits, one piece of a tensor after the other."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_name(f"random weights, {name}")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    _add_tokenizer(writer, tokenizer, shape.vocabulary)
    tensors = list(_tensors(shape))
    for label, size, kind in tensors:
        writer.add_tensor_info(label, size, np.dtype(kind), int(np.prod(size)) * np.dtype(kind).itemsize)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    draw = np.random.default_rng(SEED)
    for label, size, kind in tensors:
        writer.write_tensor_data(_values(draw, label, size, kind))
    writer.close()


def quantise(source: Path, target: Path) -> None:
    """Write ``source`` as Q4_K_M, with llama.cpp's own rules for which tensor becomes what."""
    import llama_cpp

    # It would tell of each tensor, in some three hundred lines.
    silent = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    params.nthread = cores.usable()
    if llama_cpp.llama_model_quantize(os.fsencode(source), os.fsencode(target), params) != 0:
        raise RuntimeError(f"llama.cpp could not quantise {source.name}")
    llama_cpp.llama_log_set(ctypes.cast(None, llama_cpp.llama_log_callback), ctypes.c_void_p(0))


def _tensors(shape: Shape) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Name, shape and type of every tensor; the last matrix is the first one, as in the published models."""
    width, kv_width = shape.width, shape.width // shape.heads * shape.kv_heads
    yield "token_embd.weight", (shape.vocabulary, width), "float16"
    yield "output_norm.weight", (width,), "float32"
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        yield f"{block}attn_norm.weight", (width,), "float32"
        yield f"{block}ffn_norm.weight", (width,), "float32"
        for letter, rows in (("q", width), ("k", kv_width), ("v", kv_width)):
            yield f"{block}attn_{letter}.weight", (rows, width), "float16"
            yield f"{block}attn_{letter}.bias", (rows,), "float32"
        yield f"{block}attn_output.weight", (width, width), "float16"
        yield f"{block}ffn_gate.weight", (shape.inner, width), "float16"
        yield f"{block}ffn_up.weight", (shape.inner, width), "float16"
        yield f"{block}ffn_down.weight", (width, shape.inner), "float16"


def _values(draw: np.random.Generator, label: str, size: tuple[int, ...], kind: str) -> Any:
    """Ones for norms, zeros for biases, chance for matrices."""
    if len(size) == 1:
        return np.full(size, 1 if label.endswith("norm.weight") else 0, dtype=kind)
    values = np.empty(size, dtype=kind)
    for start in range(0, size[0], SLAB):
        rows = min(SLAB, size[0] - start)
        values[start : start + rows] = draw.standard_normal((rows, size[1]), dtype=np.float32) * np.float32(SPREAD)
    return values


def _add_tokenizer(writer: gguf.GGUFWriter, source: Path, vocabulary: int) -> None:
    """The tokenizer of another GGUF file, with unused tokens up to ``vocabulary``."""
    for key, field in gguf.GGUFReader(source).fields.items():
        if not key.startswith("tokenizer."):
            continue
        value = field.contents()
        if key == "tokenizer.ggml.tokens":
            value += [f"[PAD{number}]" for number in range(len(value), vocabulary)]
        elif key == "tokenizer.ggml.token_type":
            value += [int(gguf.TokenType.UNUSED)] * (vocabulary - len(value))
        inner = field.types[1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(key, value, field.types[0], sub_type=inner)


if __name__ == "__main__":
    print(model(*sys.argv[1:]))
