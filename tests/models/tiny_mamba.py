"""A tiny GGUF file of a recurrent model: its memory is one state, which can neither be shifted nor cut back."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from models.tiny_gguf import CHATML, SPECIALS, add_vocabulary, bytes_to_unicode, finish

WIDTH, INNER, STATE, RANK, KERNEL, LAYERS, CONTEXT = 64, 128, 16, 8, 4, 2, 1024


def write(path: Path) -> Path:
    """Write the file, with random weights and the vocabulary of bytes that the other tiny models have."""
    tokens = [*bytes_to_unicode(), *SPECIALS]
    out = gguf.GGUFWriter(path, "mamba")
    out.add_name("tiny-mamba")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_feed_forward_length(0)
    out.add_head_count(0)
    out.add_block_count(LAYERS)
    out.add_ssm_conv_kernel(KERNEL)
    out.add_ssm_inner_size(INNER)
    out.add_ssm_state_size(STATE)
    out.add_ssm_time_step_rank(RANK)
    out.add_layer_norm_rms_eps(1e-5)
    add_vocabulary(out, tokens, [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * len(SPECIALS), 256)
    out.add_chat_template(CHATML)
    rng = np.random.default_rng(0)

    def tensor(name: str, *shape: int, scale: float = 0.2) -> None:
        out.add_tensor(name, (rng.standard_normal(shape) * scale).astype(np.float32))

    def constant(name: str, values: np.ndarray) -> None:
        out.add_tensor(name, values.astype(np.float32))

    embedding = (rng.standard_normal((len(tokens), WIDTH)) * 0.2).astype(np.float32)
    embedding[256:] = 0  # Control tokens are never the likeliest, so answers end by length alone.
    out.add_tensor("token_embd.weight", embedding)
    constant("output_norm.weight", np.ones(WIDTH))
    for layer in range(LAYERS):
        prefix = f"blk.{layer}"
        constant(f"{prefix}.attn_norm.weight", np.ones(WIDTH))
        tensor(f"{prefix}.ssm_in.weight", 2 * INNER, WIDTH)
        tensor(f"{prefix}.ssm_conv1d.weight", INNER, KERNEL)
        constant(f"{prefix}.ssm_conv1d.bias", np.zeros(INNER))
        tensor(f"{prefix}.ssm_x.weight", RANK + 2 * STATE, INNER)
        tensor(f"{prefix}.ssm_dt.weight", INNER, RANK)
        constant(f"{prefix}.ssm_dt.bias", np.zeros(INNER))
        constant(f"{prefix}.ssm_a", -np.tile(np.arange(1.0, STATE + 1), (INNER, 1)))
        constant(f"{prefix}.ssm_d", np.ones(INNER))
        tensor(f"{prefix}.ssm_out.weight", WIDTH, INNER)
    finish(out)
    return path
