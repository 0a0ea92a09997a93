"""Names of providers, and how little it costs to know them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hearth.core.errors import SettingsError
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings, OllamaSettings, OpenAISettings, Settings
from hearth.providers.base import Provider
from hearth.providers.registry import create

SETTINGS = Settings(
    engine=EngineSettings(model="bundled"),
    openai=OpenAISettings(model="from-settings"),
    ollama=OllamaSettings(model="from-settings"),
)


def make(spec: str) -> Provider:
    def never(name: str, _paths: Paths) -> Path:
        raise AssertionError(f"{name} is resolved before anybody asked for it")

    return create(spec, SETTINGS, Paths.of_user(), resolve_model=never)


@pytest.mark.parametrize(
    ("spec", "name", "model"),
    [
        ("embedded", "embedded", "bundled"),
        ("embedded:/models/a.gguf", "embedded", "/models/a.gguf"),
        ("openai", "openai", "from-settings"),
        ("openai: qwen:7b ", "openai", "qwen:7b"),
        ("ollama", "ollama", "from-settings"),
        (" ollama:qwen2.5-coder:7b", "ollama", "qwen2.5-coder:7b"),
    ],
)
def test_a_name_with_or_without_a_model(spec: str, name: str, model: str) -> None:
    provider = make(spec)
    assert isinstance(provider, Provider)
    assert provider.name == name
    assert vars(provider)["_model"] == model


def test_a_script(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text('[completion]\ntext = "a"\n')
    assert make(f"scripted:{script}").name == "scripted"
    for spec in ("scripted", "scripted:", f"scripted:{tmp_path / 'nothing.toml'}"):
        with pytest.raises(SettingsError):
            make(spec)


@pytest.mark.parametrize(
    ("spec", "hint"),
    [("olama", "Did you mean ollama?"), ("Embedded", "embedded"), ("", "There are:"), ("xyzzy", "openai")],
)
def test_an_unknown_name_tells_the_known_ones(spec: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        make(spec)
    assert hint in caught.value.hint


@pytest.mark.parametrize("create_them", [False, True], ids=["imported", "created"])
def test_knowing_providers_loads_no_http_library(create_them: bool) -> None:
    heavy = ("httpx", "httpx2", "httpcore", "ollama", "pydantic", "tenacity", "llama_cpp", "cattrs")
    code = "import sys; import hearth.providers.base, hearth.providers.registry as r\n"
    if create_them:
        code += "from hearth.core.paths import Paths; from hearth.core.settings import Settings\n"
        code += "for name in ('embedded', 'openai', 'ollama'):\n"
        code += "    r.create(name, Settings(), Paths.of_user(), resolve_model=lambda name, paths: None)\n"
    code += f"print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
