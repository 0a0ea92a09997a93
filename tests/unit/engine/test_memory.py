"""A context that does not fit is cut, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.core.errors import EngineMemory
from hearth.engine.memory import LEAST, Cost, check, fitting

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


def test_a_model_has_to_fit_into_what_this_process_may_have() -> None:
    model = Path("/models/seven.gguf")
    check(model, 4 * GB, 4 * GB, 16 * GB)
    with pytest.raises(
        EngineMemory, match=r"seven.gguf takes 5.0 GB, and the limit of this container is 4.0 GB"
    ) as told:
        check(model, 5 * GB, 4 * GB, 16 * GB)
    assert "give the container more" in told.value.hint
    with pytest.raises(EngineMemory, match=r"this machine has 16.0 GB"):
        check(model, 17 * GB, 16 * GB, 16 * GB)
