"""Models through the real process: listed, installed from a host, stopped half way, chosen, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp.raw_client import Client
from models.file_host import Host, host
from models.tiny_gguf import TinyModel, write


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Host]:
    content = write(tmp_path / "source.gguf", TinyModel(width=128)).read_bytes()
    with host(content) as state:
        config = tmp_path / "config"
        config.mkdir(exist_ok=True)
        digest = hashlib.sha256(content).hexdigest()
        (config / "models.toml").write_text(
            f'[small]\ntitle = "Small"\nurl = "{state.url}"\nsha256 = "{digest}"\nsize = {len(content)}\n'
        )
        yield state


@pytest.fixture
def client(start: Callable[..., Client]) -> Client:
    return start(completion={"text": "x"}, chat={"text": "x"})


def listed(client: Client, name: str) -> dict[str, Any]:
    found = client.request("hearth/models/list", {})["models"]
    return next(each for each in found if each["name"] == name)


def test_a_model_is_installed_chosen_and_removed(client: Client, there: Host, tmp_path: Path) -> None:
    assert not listed(client, "small")["installed"]
    result = client.request("hearth/models/install", {"name": "small"})
    file = tmp_path / "data" / "models" / "small.gguf"
    assert result == {"message": f"Installed in {file}"}
    told = [each["params"] for each in client.inbox if each["method"] == "hearth/models/progress"]
    assert told[-1]["doneBytes"] == told[-1]["totalBytes"] == file.stat().st_size
    entry = listed(client, "small")
    assert (entry["installed"], entry["uses"], entry["fit"]) == (True, ["completion", "chat"], "fits")
    chosen = client.request("hearth/models/choose", {"name": "small", "use": "chat"})
    assert chosen == {"settings": [{"name": "models.chat", "value": "embedded:small"}]}
    removed = client.request("hearth/models/remove", {"name": "small"})
    assert removed == {"path": str(file), "settings": []}
    assert not file.exists()


def test_an_installation_is_stopped_and_begun_again(client: Client, there: Host, tmp_path: Path) -> None:
    there.open.clear()
    number = client.ask("hearth/models/install", {"name": "small"})
    while client.notification("hearth/models/progress")["doneBytes"] == 0:
        pass
    assert listed(client, "small")["installing"]
    again = client.answer(client.ask("hearth/models/install", {"name": "small"}))["error"]
    assert again["data"]["code"] == "model"
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    assert list((tmp_path / "data" / "models").iterdir()) == []
    there.open.set()
    assert client.request("hearth/models/install", {"name": "small"})["message"].startswith("Installed in")


def test_without_a_network_it_says_so(client: Client, there: Host, tmp_path: Path) -> None:
    there.status = 404
    error = client.answer(client.ask("hearth/models/install", {"name": "small"}))["error"]
    assert (error["code"], error["data"]["code"]) == (-32803, "refused")
    config = tmp_path / "config" / "models.toml"
    config.write_text(config.read_text().replace(there.url, "http://127.0.0.1:1/x"))
    error = client.answer(client.ask("hearth/models/install", {"name": "small"}))["error"]
    assert error["data"]["code"] == "unavailable"
    assert "online" in error["data"]["hint"]
    error = client.answer(client.ask("hearth/models/install", {"name": "nobody"}))["error"]
    assert error["data"]["code"] == "input"


def test_what_other_servers_have_is_said(client: Client) -> None:
    result = client.request("hearth/models/list", {})
    assert [result["models"][at]["name"] for at in (0, -1)] == ["bundled", "minilm"]
    assert result["models"][0]["chosen"] == []
    assert len(result["others"]) == 2
    assert result["freeDiskBytes"] > 0
