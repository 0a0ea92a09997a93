"""A context that does not fit is cut, and says so."""

from __future__ import annotations

from hearth.engine.memory import LEAST, Cost, fitting

QWEN_1_5B = Cost(layers=28, kv_heads=2, head_width=128)
GB = 10**9


def test_the_cost_of_a_token_is_that_of_its_keys_and_values() -> None:
    assert QWEN_1_5B.token_bytes == 28_672


def test_what_fits_is_left_alone() -> None:
    window = fitting(8192, 2, QWEN_1_5B, 4 * GB)
    assert (window.tokens, window.note) == (8192, "")


def test_what_does_not_fit_is_cut_to_whole_steps_and_told() -> None:
    window = fitting(8192, 2, QWEN_1_5B, GB // 4)
    assert window.tokens == 2048
    assert window.tokens * 2 * QWEN_1_5B.token_bytes <= GB // 8
    assert "from 8192 to 2048 tokens" in window.note
    assert "250 MB are free" in window.note


def test_there_is_a_least() -> None:
    assert fitting(8192, 2, QWEN_1_5B, -GB).tokens == LEAST
    assert fitting(256, 2, QWEN_1_5B, -GB).tokens == 256
