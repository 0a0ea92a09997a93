"""The health of an installation through the real process: what is wrong comes with what mends it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hearth.core.paths import Paths
from hearth.engine import ladder
from lsp.conftest import Stage
from lsp.raw_client import Client


@pytest.fixture
def client(stage: Stage) -> Client:
    (stage.home / "config").mkdir(exist_ok=True)
    (stage.home / "config" / "settings.toml").write_text("[chat]\nmax_tokens = 'many'\n")
    client = stage.client(
        {"HEARTH_MODELS__CHAT": "openai", "HEARTH_OPENAI__BASE_URL": "http://127.0.0.1:1/v1"}, completion={"text": "x"}
    )
    client.initialize(initializationOptions={"hearth": {"models": {"embedding": "embedded:gone"}, "colour": "red"}})
    return client


def found(client: Client, section: str, part: str) -> dict[str, Any]:
    findings = client.request("hearth/doctor", {})["findings"]
    return next(each for each in findings if each["section"] == section and part in each["text"])


def test_how_a_next_edit_model_is_asked(stage: Stage) -> None:
    env = {"HEARTH_MODELS__NEXT_EDIT": "ollama:sweep-next-edit", "HEARTH_OLLAMA__HOST": "http://127.0.0.1:1"}
    client = stage.client(env, completion={"text": "x"})
    client.initialize()
    assert found(client, "Next edit", "the family sweep")["level"] == "ok"
    other = stage.client({**env, "HEARTH_MODELS__NEXT_EDIT": "ollama:qwen2.5-coder"}, completion={"text": "x"})
    other.initialize()
    assert found(other, "Next edit", "not known how to ask")["fix"]["argument"] == "models.next_edit"


def test_each_finding_that_is_wrong_has_a_fix(client: Client, stage: Stage) -> None:
    findings = client.request("hearth/doctor", {})["findings"]
    wrong = [each for each in findings if each["level"] in ("warn", "fail")]
    assert [each["text"] for each in wrong if each["fix"] is None] == []
    file = str(stage.home / "config" / "settings.toml")
    assert found(client, "Settings", "max_tokens")["fix"] == {
        "title": "Open the File",
        "kind": "file",
        "argument": file,
    }
    assert found(client, "Settings", "colour")["fix"]["kind"] == "setting"
    assert found(client, "Providers", "openai")["fix"]["argument"] == "openai.base_url"
    assert found(client, "Model", "gone")["fix"]["kind"] == "models"
    assert found(client, "Search", "not indexed")["fix"]["argument"] == "index.enabled"


def test_what_the_server_can_mend_it_mends_once(client: Client, stage: Stage) -> None:
    home = stage.home
    paths = Paths(*(home / name for name in ("run", "state", "config", "cache", "data")))
    ladder.remember(paths, Path("/models/some.gguf"), ladder.Rung.PLAIN, "SIGSEGV while checking in mode fast")
    fix = found(client, "Safe mode", "some.gguf")["fix"]
    assert fix["kind"] == "server"
    assert "Forgotten" in client.request("hearth/doctor/fix", {"argument": fix["argument"]})["message"]
    assert ladder.falls(paths) == []
    for argument in (fix["argument"], "", "stop:1", "stop:", "rm -rf /"):
        error = client.answer(client.ask("hearth/doctor/fix", {"argument": argument}))["error"]
        assert error["data"]["code"] == "input", json.dumps(error)
