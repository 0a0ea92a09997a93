"""Prompts of pieces: control tokens by their spelling, and text that is never read as one."""

from __future__ import annotations

from typing import Any

import pytest

from engine.running import Engine

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
