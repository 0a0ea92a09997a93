"""Writes a checkpoint as GGUF Q8_0 with its tokenizer, FIM ids and ChatML template; `--parity` compares the logits."""

from __future__ import annotations

import argparse
import ctypes
import json
from pathlib import Path
from typing import Any, cast

import gguf
import numpy as np
import numpy.typing as npt
import torch
from net import Model, Shape

NAME = "Hearth Tiny"
DESCRIPTION = (
    "A very small Python completion model trained from scratch on permissively licensed code: fill-in-the-middle, "
    "continuation and short docstring-style answers. It is bundled so that Hearth works with nothing downloaded."
)
TURN = "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
TEMPLATE = (
    f"{{% for message in messages %}}{TURN}{{% endfor %}}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
FIM_KEYS = {
    "fim_pre": "<|fim_prefix|>",
    "fim_suf": "<|fim_suffix|>",
    "fim_mid": "<|fim_middle|>",
    "fim_pad": "<|fim_pad|>",
    "fim_rep": "<|repo_name|>",
    "fim_sep": "<|file_sep|>",
}
LAYER_NAMES = {
    "attn_q": "q",
    "attn_k": "k",
    "attn_v": "v",
    "attn_output": "o",
    "ffn_gate": "gate",
    "ffn_up": "up",
    "ffn_down": "down",
}
CONTROL, NORMAL = 3, 1


def load(checkpoint: Path) -> Model:
    """The model of a checkpoint, on the CPU, in float32."""
    state = cast(dict[str, Any], torch.load(checkpoint, map_location="cpu", weights_only=True))
    shape = {k: float(v) if k in ("rope_base", "epsilon") else int(v) for k, v in state["shape"].items()}
    model = Model(Shape(**cast(dict[str, Any], shape)))
    model.load_state_dict(state["model"])
    return model.eval()


def _tokenizer(writer: gguf.GGUFWriter, path: Path, size: int) -> None:
    """The vocabulary, merges and special ids of a `tokenizers` file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    special = {str(t["content"]): int(t["id"]) for t in data["added_tokens"]}
    tokens = [""] * size
    for text, i in data["model"]["vocab"].items():
        tokens[i] = text
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([CONTROL if t in special else NORMAL for t in tokens])
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in data["model"]["merges"]])
    writer.add_bos_token_id(special["<|endoftext|>"])
    writer.add_eos_token_id(special["<|endoftext|>"])
    writer.add_eot_token_id(special["<|im_end|>"])
    writer.add_pad_token_id(special["<|fim_pad|>"])
    writer.add_add_bos_token(False)
    for key, text in FIM_KEYS.items():
        writer.add_uint32(f"tokenizer.ggml.{key}_token_id", special[text])
    writer.add_chat_template(TEMPLATE)


def write(model: Model, tokenizer: Path, out: Path) -> None:
    """The GGUF file."""
    s = model.shape
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_name(NAME)
    writer.add_description(DESCRIPTION)
    writer.add_license("apache-2.0")
    writer.add_languages(["en"])
    writer.add_tags(["code", "python", "fill-in-the-middle"])
    writer.add_context_length(s.context)
    writer.add_embedding_length(s.width)
    writer.add_block_count(s.layers)
    writer.add_feed_forward_length(s.hidden)
    writer.add_head_count(s.heads)
    writer.add_head_count_kv(s.kv_heads)
    writer.add_layer_norm_rms_eps(s.epsilon)
    writer.add_rope_freq_base(s.rope_base)
    writer.add_rope_dimension_count(s.head)
    writer.add_vocab_size(s.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_bool("hearth.fim.suffix_first", True)
    _tokenizer(writer, tokenizer, s.vocabulary)
    weights = {k: v.float().numpy() for k, v in model.state_dict().items()}

    def matrix(name: str, value: npt.NDArray[np.float32]) -> None:
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quantize(np.ascontiguousarray(value), kind), raw_dtype=kind)

    matrix("token_embd.weight", weights["embedding.weight"])
    writer.add_tensor("output_norm.weight", weights["norm.weight"])
    for i in range(s.layers):
        writer.add_tensor(f"blk.{i}.attn_norm.weight", weights[f"blocks.{i}.norm1.weight"])
        writer.add_tensor(f"blk.{i}.ffn_norm.weight", weights[f"blocks.{i}.norm2.weight"])
        for there, here in LAYER_NAMES.items():
            matrix(f"blk.{i}.{there}.weight", weights[f"blocks.{i}.{here}.weight"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llama_logits(path: Path, ids: list[int]) -> npt.NDArray[np.float32]:
    """(tokens, vocabulary) from llama.cpp, all tokens in one batch. Needs llama-cpp-python."""
    import llama_cpp as lc  # noqa: PLC0415 (only parity needs it)

    lc.llama_backend_init()
    options = lc.llama_model_default_params()
    options.n_gpu_layers = 0
    options.use_extra_bufts = False  # repacked weights fault on some AMX machines
    model = lc.llama_model_load_from_file(str(path).encode(), options)
    settings = lc.llama_context_default_params()
    settings.n_ctx = settings.n_batch = settings.n_ubatch = 2048
    context = lc.llama_init_from_model(model, settings)
    size = lc.llama_vocab_n_tokens(lc.llama_model_get_vocab(model))
    batch = lc.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for i, token in enumerate(ids):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, i, 1, 1
        batch.seq_id[i][0] = 0
    if lc.llama_decode(context, batch):
        raise RuntimeError("llama_decode failed")
    pointer = ctypes.cast(lc.llama_get_logits(context), ctypes.POINTER(ctypes.c_float))
    logits = np.ctypeslib.as_array(pointer, shape=(len(ids), size)).copy()
    lc.llama_batch_free(batch)
    lc.llama_free(context)
    lc.llama_model_free(model)
    return logits


def parity(model: Model, path: Path, rows: Path, count: int = 4) -> dict[str, float]:
    """How far llama.cpp's Q8_0 logits are from PyTorch's float32 ones on `count` held-out rows of 2,048 tokens."""
    same: list[float] = []
    divergence: list[float] = []
    for row in np.load(rows)[:count].astype(np.int64):
        ids = torch.from_numpy(row[:-1])
        with torch.no_grad():
            ours = model.logits(ids[None])[0]
        theirs = torch.from_numpy(llama_logits(path, ids.tolist()))
        same.append(float((ours.argmax(-1) == theirs.argmax(-1)).float().mean()))
        p, q = ours.log_softmax(-1), theirs.log_softmax(-1)
        divergence.append(float((p.exp() * (p - q)).sum(-1).mean()))
    return {"same_arg_max": float(np.mean(same)), "kl_nats": float(np.mean(divergence))}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--out", type=Path, default=Path("build/hearth-tiny.gguf"))
    parser.add_argument("--parity", action="store_true", help="compare with llama.cpp (needs llama-cpp-python)")
    a = parser.parse_args()
    model = load(a.build / "model.pt")
    write(model, a.build / "tok.json", a.out)
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{a.out}: {parameters} parameters, {a.out.stat().st_size} bytes", flush=True)
    if a.parity:
        result = parity(model, a.out, a.build / "val_2048.npy")
        (a.build / "parity.json").write_text(json.dumps(result), encoding="utf-8")
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
