"""Names of models, and the files they mean."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hearth.catalog import select
from hearth.catalog.select import installed, models_folder, resolve_model
from hearth.catalog.verify import verify
from hearth.core.errors import ModelInvalid, ModelNotFound
from hearth.core.paths import Paths
from models.tiny_gguf import TinyModel, write


@pytest.fixture
def paths() -> Paths:
    paths = Paths.of_user()
    (models_folder(paths) / "org").mkdir(parents=True)
    return paths


@pytest.fixture
def some(paths: Paths) -> Path:
    return write(models_folder(paths) / "org" / "some-model.gguf")


def test_names_of_installed_models(paths: Paths, some: Path) -> None:
    assert resolve_model("org/some-model", paths) == some
    assert resolve_model(" org/some-model.gguf ", paths) == some
    assert installed(paths) == ["bundled", "org/some-model"]


def test_paths(paths: Paths, some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve_model(str(some), paths) == some
    monkeypatch.setenv("HOME", str(paths.data))
    assert resolve_model("~/models/org/some-model.gguf", paths) == some
    monkeypatch.chdir(some.parent)
    assert resolve_model("./some-model.gguf", paths) == some
    assert resolve_model(".", paths).is_dir(), "what a folder is, verify says"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("org/some-modl", "Did you mean org/some-model?"),
        ("bundeld", "Did you mean bundled?"),
        ("zzz", "put the file into"),
        ("/nowhere/x.gguf", "engine.model"),
        ("~nobody-of-this-name/x.gguf", ""),
        ("", "engine.model"),
        ("org/../../secret", "put the file into"),
        ("org", "put the file into"),
    ],
)
def test_what_is_not_there(paths: Paths, some: Path, name: str, hint: str) -> None:
    shutil.copy(some, paths.data / "secret.gguf")
    with pytest.raises(ModelNotFound) as caught:
        resolve_model(name, paths)
    assert hint in caught.value.hint


def test_the_bundled_model(paths: Paths, monkeypatch: pytest.MonkeyPatch, some: Path) -> None:
    monkeypatch.setattr(select, "_BUNDLED_FILE", ("no-such-file.gguf",))
    with pytest.raises(ModelNotFound, match="missing from this installation") as caught:
        resolve_model("bundled", paths)
    assert "Install" in caught.value.hint
    monkeypatch.setattr(select, "_BUNDLED_FILE", (str(some),))
    assert resolve_model("bundled", paths) == some


def test_the_package_carries_it(bundled_model: Path) -> None:
    facts = verify(bundled_model)
    assert facts.fim
    assert facts.chat_template
    assert facts.context >= 2048
    assert facts.size_bytes <= 16 * 2**20


def test_facts(some: Path, tmp_path: Path) -> None:
    facts = verify(some)
    assert (facts.name, facts.architecture, facts.context, facts.quantization) == ("tiny-test", "llama", 512, "Q8_0")
    assert (facts.fim, facts.chat_template, facts.parts, facts.licence) == (True, True, 1, "")
    assert facts.parameters > 50_000
    assert facts.size_bytes == some.stat().st_size
    plain = verify(write(tmp_path / "plain.gguf", TinyModel(fim=False, template=None, quantised=False)))
    assert (plain.fim, plain.chat_template, plain.quantization) == (False, False, "F32")


def test_a_file_that_holds_no_model(tmp_path: Path) -> None:
    import gguf

    for name, kind in (("empty", None), ("adapter", "adapter")):
        out = gguf.GGUFWriter(tmp_path / f"{name}.gguf", "llama")
        if kind:
            out.add_type(kind)
            out.add_tensor("w", __import__("numpy").ones(32, dtype="float32"))
        out.write_header_to_file()
        out.write_kv_data_to_file()
        out.write_tensors_to_file()
        out.close()
        with pytest.raises(ModelInvalid) as caught:
            verify(tmp_path / f"{name}.gguf")
        assert caught.value.hint
