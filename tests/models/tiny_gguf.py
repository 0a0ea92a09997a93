"""Tiny GGUF files with random weights and a byte-level vocabulary: real to llama.cpp, useless to a person."""

from __future__ import annotations

from pathlib import Path

import attrs
import gguf
import numpy as np

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIALS = (
    "<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|im_start|>", "<|im_end|>",
    "<|repo_name|>", "<|file_sep|>",
)  # fmt: skip


@attrs.frozen
class TinyModel:
    """What the file should be like."""

    fim: bool = True
    template: str | None = CHATML
    pooling: gguf.PoolingType | None = None
    context: int = 512
    layers: int = 2
    width: int = 64
    quantised: bool = True
    seed: int = 0
    specials: tuple[str, ...] = SPECIALS
    """Control tokens: those of chats, and the family's own."""
    endless: bool = False
    """The likeliest token is never a control token, so greedy answers end by length alone, on every machine."""


def bytes_to_unicode() -> list[str]:
    """GPT-2's printable stand-ins of the 256 bytes, by byte."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = iter(range(256, 512))
    return [chr(byte) if byte in keep else chr(next(extra)) for byte in range(256)]


def write(path: Path, model: TinyModel | None = None) -> Path:
    """Write ``model`` to ``path``."""
    model = model or TinyModel()
    # llama.cpp knows the fill-in-the-middle tokens by their spelling too, so a model without them has other spellings.
    specials = [text if model.fim else text.replace("fim_", "none_") for text in model.specials]
    tokens = [*bytes_to_unicode(), *specials]
    tokens += [f"<pad{i}>" for i in range(-len(tokens) % 32)]
    kinds = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * (len(tokens) - 256)
    ids = {text: 256 + i for i, text in enumerate(model.specials)}
    heads, width = 2, model.width
    out = gguf.GGUFWriter(path, "llama")
    out.add_name("tiny-test")
    out.add_context_length(model.context)
    out.add_embedding_length(width)
    out.add_block_count(model.layers)
    out.add_feed_forward_length(2 * width)
    out.add_head_count(heads)
    out.add_head_count_kv(heads)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(width // heads)
    add_vocabulary(out, tokens, kinds, ids["<|endoftext|>"])
    out.add_eot_token_id(ids["<|im_end|>"])
    if model.fim and model.specials is SPECIALS:  # Else llama.cpp finds them by their spelling.
        for key, text in (("fim_pre", "prefix"), ("fim_suf", "suffix"), ("fim_mid", "middle")):
            out.add_uint32(f"tokenizer.ggml.{key}_token_id", ids[f"<|fim_{text}|>"])
    if model.template is not None:
        out.add_chat_template(model.template)
    if model.pooling is not None:
        out.add_pooling_type(model.pooling)
    _add_tensors(out, model, len(tokens))
    finish(out)
    return path


def add_vocabulary(out: gguf.GGUFWriter, tokens: list[str], kinds: list[gguf.TokenType], end: int) -> None:
    """A vocabulary of bytes, and the control tokens that follow them; ``end`` is that of a text."""
    out.add_vocab_size(len(tokens))
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("qwen2")
    out.add_token_list(tokens)
    out.add_token_types(kinds)
    out.add_token_merges([f"{tokens[ord('e')]} {tokens[ord('f')]}"])
    out.add_eos_token_id(end)
    out.add_bos_token_id(end)
    out.add_add_bos_token(False)


def finish(out: gguf.GGUFWriter) -> None:
    """Write the file."""
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def _add_tensors(out: gguf.GGUFWriter, model: TinyModel, vocabulary: int) -> None:
    width = model.width
    rng = np.random.default_rng(model.seed)

    def matrix(name: str, rows: int, columns: int, blank_from: int | None = None) -> None:
        values = (rng.standard_normal((rows, columns)) * 0.2).astype(np.float32)
        values[blank_from if blank_from is not None else rows :] = 0
        if model.quantised:
            kind = gguf.GGMLQuantizationType.Q8_0
            out.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)
        else:
            out.add_tensor(name, values)

    def ones(name: str) -> None:
        out.add_tensor(name, np.ones(width, dtype=np.float32))

    matrix("token_embd.weight", vocabulary, width, 256 if model.endless else None)
    ones("output_norm.weight")
    for layer in range(model.layers):
        ones(f"blk.{layer}.attn_norm.weight")
        ones(f"blk.{layer}.ffn_norm.weight")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"blk.{layer}.{name}.weight", width, width)
        matrix(f"blk.{layer}.ffn_gate.weight", 2 * width, width)
        matrix(f"blk.{layer}.ffn_up.weight", 2 * width, width)
        matrix(f"blk.{layer}.ffn_down.weight", width, 2 * width)
