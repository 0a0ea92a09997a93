"""A tiny GGUF file of a model half of whose layers see a sliding window only, as Gemma 2 does."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from models.tiny_gguf import CHATML, SPECIALS, add_vocabulary, bytes_to_unicode, finish

WIDTH, HEADS, LAYERS, CONTEXT = 64, 2, 2, 2048
WINDOW = 64
"""Tokens that every second layer sees."""


def write(path: Path) -> Path:
    """Write the file, with random weights and the vocabulary of bytes that the other tiny models have."""
    tokens = [*bytes_to_unicode(), *SPECIALS]
    out = gguf.GGUFWriter(path, "gemma2")
    out.add_name("tiny-gemma")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(2 * WIDTH)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_key_length(WIDTH // HEADS)
    out.add_value_length(WIDTH // HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_sliding_window(WINDOW)
    out.add_attn_logit_softcapping(50.0)
    out.add_final_logit_softcapping(30.0)
    add_vocabulary(out, tokens, [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * len(SPECIALS), 256)
    out.add_chat_template(CHATML)
    rng = np.random.default_rng(0)

    def matrix(name: str, rows: int, columns: int, blank_from: int | None = None) -> None:
        values = (rng.standard_normal((rows, columns)) * 0.2).astype(np.float32)
        values[blank_from if blank_from is not None else rows :] = 0
        out.add_tensor(name, values)

    def ones(name: str) -> None:
        out.add_tensor(name, np.ones(WIDTH, dtype=np.float32))

    matrix("token_embd.weight", len(tokens), WIDTH, 256)  # Control tokens are never the likeliest.
    ones("output_norm.weight")
    for layer in range(LAYERS):
        for name in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            ones(f"blk.{layer}.{name}.weight")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
        matrix(f"blk.{layer}.ffn_gate.weight", 2 * WIDTH, WIDTH)
        matrix(f"blk.{layer}.ffn_up.weight", 2 * WIDTH, WIDTH)
        matrix(f"blk.{layer}.ffn_down.weight", WIDTH, 2 * WIDTH)
    finish(out)
    return path
