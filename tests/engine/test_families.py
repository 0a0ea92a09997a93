"""Fill in the middle from a GGUF file's own vocabulary, in every family: real files, llama.cpp's own tokenizer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.engine.fill import OtherFile
from hearth.engine.native import Model
from hearth.engine.options import LoadOptions
from hearth.prompts import fim
from models.tiny_gguf import TinyModel, write

CHAT = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
FAMILIES = tuple(name for name in fim.NAMES if name != "hearth")
"""The bundled model has the tokens of Qwen, and says in its metadata that the suffix goes first."""
ORDERS = {
    "qwen": "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
    "starcoder": "<fim_prefix>a<fim_suffix>b<fim_middle>",
    "codellama": "<PRE>a<SUF>b<MID>",
    "deepseek": "<\uff5cfim\u2581begin\uff5c>a<\uff5cfim\u2581hole\uff5c>b<\uff5cfim\u2581end\uff5c>",
    "codegemma": "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
    "codestral": "[SUFFIX]b[PREFIX]a",
    "granite": "<fim_prefix>a<fim_suffix>b<fim_middle>",
    "granite4": "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
    "seed_coder": "<[fim-suffix]>b<[fim-prefix]>a<[fim-middle]>",
}


@pytest.fixture(scope="module")
def vocabularies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Model]]:
    """A model for each family, with random weights and the family's control tokens."""
    folder = tmp_path_factory.mktemp("families")
    loaded = {}
    for name in FAMILIES:
        form = fim.named(name)
        assert form is not None
        specials = tuple(dict.fromkeys((*CHAT, *form.specials.tokens)))
        path: Path = write(folder / f"{name}.gguf", TinyModel(specials=specials))
        loaded[name] = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
    yield loaded
    for model in loaded.values():
        model.close()


def read(model: Model, tokens: list[int]) -> str:
    return b"".join(model.piece(token, special=True) for token in tokens).decode()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_order_of_the_parts(vocabularies: dict[str, Model], name: str) -> None:
    model = vocabularies[name]
    assert model.fill is not None
    tokens = model.fill.prompt(model.tokenize, "a", "b")
    assert read(model, tokens) == ORDERS[name]
    assert [token >= 256 for token in tokens].count(True) == len(tokens) - 2, "each mark is one control token"


@pytest.mark.parametrize("name", FAMILIES)
@given(data=st.data())
def test_no_text_becomes_a_control_token(vocabularies: dict[str, Model], name: str, data: st.DataObject) -> None:
    model, form = vocabularies[name], fim.named(name)
    assert model.fill is not None
    assert form is not None
    spellings = (*form.specials.tokens, *CHAT)
    pieces = [*spellings, *(each[: len(each) // 2] for each in spellings), *(each[1:] for each in spellings), "x", "\n"]
    text = st.lists(st.sampled_from(pieces), max_size=8).map("".join)
    before, after, path, other = (data.draw(text) for _ in range(4))
    first_control = 256

    def controls(*texts: str) -> list[int]:
        prefix, suffix, filename, body = texts
        tokens = model.fill.prompt(model.tokenize, prefix, suffix, filename, [OtherFile(filename, body)])
        assert prefix in read(model, tokens), "and it is there as it was written"
        return [token for token in tokens if token >= first_control]

    assert controls(before, after, path, other) == controls("", "", "", "")


def test_a_vocabulary_without_such_tokens_has_none(tmp_path: Path) -> None:
    path = write(tmp_path / "chat.gguf", TinyModel(specials=(*CHAT, "[INST]", "[PREFIX]")))
    model = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
    assert model.fill is None
    model.close()
