"""The default embedder with its published weights: installed, loaded, and worth having."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from hearth.core.aio import closing
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.embedding import install
from hearth.embedding.minilm import DIMENSIONS, MiniLM
from hearth.features.indexing.answer import Question, ask
from hearth.features.indexing.once import bring_up_to_date
from hearth.index.place import Place
from hearth.index.records import Why

FILES = {
    "stack.py": "def push(items, item):\n    items.append(item)\n    return len(items)\n",
    "net.py": "def backoff(attempt):\n    delay = min(30, 2 ** attempt)\n    sleep(delay)\n",
    "shop.py": "def total(basket):\n    return sum(line.price * line.count for line in basket)\n",
}


async def test_a_vector_does_not_depend_on_its_neighbours(minilm: Path) -> None:
    model = await MiniLM.load(minilm, 2)
    try:
        texts = [*FILES.values(), "x" * 5_000, ""]
        together = await model.embed(texts)
        assert together.shape == (len(texts), DIMENSIONS)
        assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-3)
        for text, vector in zip(texts, together, strict=True):
            assert np.array_equal((await model.embed([text]))[0], vector)
        assert (await model.embed([])).shape == (0, DIMENSIONS)
    finally:
        await model.aclose()


async def test_a_question_that_shares_no_word_finds_its_code(minilm: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    for name, text in FILES.items():
        (work / name).write_text(text)
    paths = Paths.of_user()
    assert install.is_installed(paths)
    settings = Settings(index=IndexSettings(threads=2))
    place = Place.of([work], paths)
    async with closing(bring_up_to_date(place, settings, paths)) as steps:
        async for _ in steps:
            pass
    found = await ask(place, Question("wait longer after each failed try"), settings, paths)
    assert found is not None
    assert found.notes == ()
    assert found.hits[0].path == "net.py"
    assert [reason.why for reason in found.hits[0].reasons] == [Why.MEANING]
    found = await ask(place, Question("cost of everything somebody wants to buy"), settings, paths)
    assert found is not None
    assert found.hits[0].path == "shop.py"


async def test_the_sum_before_a_normalisation_is_not_fused_into_a_slow_operator(
    minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is run, not what is written: onnxruntime changes a graph when it loads it."""
    run = tmp_path / "run.onnx"

    class Options(onnxruntime.SessionOptions):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.optimized_model_filepath = str(run)

    monkeypatch.setattr(onnxruntime, "SessionOptions", Options)
    await (await MiniLM.load(minilm, 1)).aclose()
    kinds = Counter(node.op_type for node in onnx.load(run).graph.node)
    assert kinds["LayerNormalization"] == 13
    assert kinds["SkipLayerNormalization"] == 0
    assert kinds["DynamicQuantizeMatMul"] == 18
