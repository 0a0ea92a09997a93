"""Prompts of pieces: control tokens by their spelling, and text that is never read as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.running import Engine
from hearth.engine.native import Model
from hearth.engine.options import LoadOptions
from hearth.prompts import next_edit
from hearth.prompts.next_edit import NextEditFormat, Shown
from hearth.providers.base import SpelledRequest
from models.tiny_gguf import TinyModel, write

SEPARATOR = "<|file_sep|>"
pytestmark = pytest.mark.engine


async def length(engine: Engine, prompt: Any) -> int:
    response = await engine.post("/v1/completions", prompt=prompt, max_tokens=1)
    assert response.status_code == 200, response.text
    return int(response.json()["usage"]["prompt_tokens"])


async def test_a_control_token_is_one_token_and_its_spelling_in_text_is_not(shared_engine: Engine) -> None:
    control = {"control": SEPARATOR}
    assert await length(shared_engine, [control, "abc"]) == 1 + 3
    assert await length(shared_engine, [control, f"abc{SEPARATOR}"]) == 1 + 3 + len(SEPARATOR)
    assert await length(shared_engine, [control, "a", control, control]) == 4
    # Of a family whose tokens this vocabulary has not it is text.
    assert await length(shared_engine, [{"control": "<[fim-middle]>"}]) == len("<[fim-middle]>")


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ([{"control": 5}], "control"),
        ([{"control": ""}], "control"),
        ([{"control": "a"}, 7], "control"),
        ([{"other": "a"}, "x"], "control"),
    ],
)
async def test_bad_pieces_are_told(shared_engine: Engine, prompt: Any, says: str) -> None:
    response = await shared_engine.post("/v1/completions", prompt=prompt)
    assert response.status_code == 400
    assert says in response.json()["error"]["message"]


async def test_pieces_and_a_suffix_exclude_each_other(shared_engine: Engine) -> None:
    response = await shared_engine.post("/v1/completions", prompt=[{"control": SEPARATOR}], suffix="x")
    assert response.status_code == 400
    assert "exclude each other" in response.json()["error"]["message"]


CHAT = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


@pytest.fixture(scope="module")
def vocabularies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[NextEditFormat, Model]]]:
    """A model for each family of next-edit models, with random weights and its control tokens."""
    folder = tmp_path_factory.mktemp("families")
    loaded = {}
    for name in next_edit.NAMES:
        form = next_edit.named(name)
        assert form is not None
        path = write(folder / f"{name}.gguf", TinyModel(specials=tuple(dict.fromkeys((*CHAT, *form.control)))))
        model = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
        loaded[name] = form, model
    yield loaded
    for _, model in loaded.values():
        model.close()


def controls(model: Model, tokens: list[int]) -> list[str]:
    return [model.piece(token, special=True).decode() for token in tokens if token >= 256]


@pytest.mark.parametrize("name", next_edit.NAMES)
@given(data=st.data())
def test_no_text_becomes_a_control_token(
    vocabularies: dict[str, tuple[NextEditFormat, Model]], name: str, data: st.DataObject
) -> None:
    form, model = vocabularies[name]
    halves = [token[:at] for token in form.control for at in (1, len(token) - 1)]
    text = st.lists(st.sampled_from([*form.control, *halves, "|>", "\u2060", "x"]), max_size=8).map("".join)
    pieces = form.render(Shown(*(data.draw(text) for _ in range(6))))
    expected = [each.text for each in pieces if each.control]
    by_pieces = [token for each in pieces for token in model.tokenize(each.text, special=each.control)]
    assert controls(model, by_pieces) == expected
    as_one = model.tokenize(SpelledRequest(pieces, form.specials).blunted, special=True)
    assert controls(model, as_one) == expected, "by a server that reads control tokens out of all text"
