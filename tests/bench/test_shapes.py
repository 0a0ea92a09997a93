"""A model of a made-up small shape is whole, has the tokenizer, and can be quantised."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest

from bench import shapes
from bench.shapes import Shape

SMALL = Shape(layers=2, width=256, inner=512, heads=4, kv_heads=2, context=512, vocabulary=300)
TOKENS = ["<|endoftext|>", *(f"t{number}" for number in range(20))]


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    writer = gguf.GGUFWriter(tmp_path / "tokenizer.gguf", "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, *[1] * 20])
    writer.add_token_merges(["t 0", "t 1"])
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tmp_path / "tokenizer.gguf"


@pytest.fixture
def plain(tmp_path: Path, tokenizer: Path) -> Path:
    shapes.write(tmp_path / "plain.gguf", SMALL, "small", tokenizer)
    return tmp_path / "plain.gguf"


def test_tensors_have_the_shapes_of_the_architecture(plain: Path) -> None:
    reader = gguf.GGUFReader(plain)
    found = {tensor.name: [int(size) for size in tensor.shape] for tensor in reader.tensors}
    assert len(found) == 2 + 12 * SMALL.layers
    assert found["token_embd.weight"] == [256, 300]
    assert found["blk.1.attn_k.weight"] == [256, 128]
    assert found["blk.0.ffn_down.weight"] == [512, 256]
    assert "output.weight" not in found


def test_the_tokenizer_is_padded_to_the_vocabulary(plain: Path) -> None:
    fields = gguf.GGUFReader(plain).fields
    tokens, kinds = fields["tokenizer.ggml.tokens"].contents(), fields["tokenizer.ggml.token_type"].contents()
    assert tokens[:21] == TOKENS
    assert len(set(tokens)) == len(tokens) == len(kinds) == 300
    assert set(kinds[21:]) == {int(gguf.TokenType.UNUSED)}
    assert fields["tokenizer.ggml.merges"].contents() == ["t 0", "t 1"]
    assert fields["tokenizer.ggml.add_bos_token"].contents() is False


def test_the_same_every_time(plain: Path, tokenizer: Path, tmp_path: Path) -> None:
    shapes.write(tmp_path / "again.gguf", SMALL, "small", tokenizer)
    assert (tmp_path / "again.gguf").read_bytes() == plain.read_bytes()


def test_it_is_quantised_as_llama_cpp_does_it(plain: Path, tmp_path: Path) -> None:
    shapes.quantise(plain, tmp_path / "small.gguf")
    kinds = {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(tmp_path / "small.gguf").tensors}
    assert kinds["blk.0.attn_q.weight"] == "Q4_K"
    assert kinds["blk.0.attn_norm.weight"] == "F32"
    assert "Q6_K" in kinds.values()


def test_published_shapes_have_the_published_size() -> None:
    sizes = {name: _parameters(shape) for name, shape in shapes.SHAPES.items()}
    assert sizes == {"qwen2.5-coder-0.5b": 494_032_768, "qwen2.5-coder-1.5b": 1_543_714_304}


def _parameters(shape: Shape) -> int:
    count = 0
    for _, size, _ in shapes._tensors(shape):
        product = 1
        for each in size:
            product *= each
        count += product
    return count
