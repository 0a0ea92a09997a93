"""The index of an editor's workspace: begun with the session, told of changes, steered, let go."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.features.indexing.answer import Question, ask
from hearth.features.indexing.link import Order, Say, Verb, socket_path
from lsp.conftest import Stage
from lsp.raw_client import DEADLINE_S, Client

ON = {"HEARTH_INDEX__ENABLED": "true", "HEARTH_INDEX__EMBEDDER": "none", "HEARTH_INDEX__BATTERY_PERCENT": "0"}
SETTINGS = Settings(index=IndexSettings(embedder="none"))
WATCHES = {"didChangeWatchedFiles": {"dynamicRegistration": True}}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.py").write_text("def marmalade(): pass\n")
    return folder


@pytest.fixture
def order(stage: Stage, work: Path) -> Iterator[Order]:
    root = stage.home
    made = Order((work,), SETTINGS, Paths(*(root / name for name in ("run", "state", "config", "cache", "data"))))
    yield made
    path = socket_path(made.place, made.paths)
    if path.exists():
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(DEADLINE_S)
            line.connect(str(path))
            line.sendall(Say(Verb.STOP).to_line())
            while line.recv(1 << 16):
                pass


@pytest.fixture
def begin(stage: Stage, work: Path, order: Order) -> Callable[..., Client]:
    def start(**workspace: object) -> Client:
        client = stage.client(ON, completion={"text": "x"})
        folders = [{"uri": work.as_uri(), "name": "work"}]
        client.initialize(workspaceFolders=folders, capabilities={"workspace": workspace})
        return client

    return start


def until(client: Client, phase: str) -> None:
    client.notification("hearth/index/progress", lambda params: params["phase"] == phase)


def search(order: Order, question: str) -> list[str]:
    found = asyncio.run(ask(order.place, Question(question), SETTINGS, order.paths))
    return [hit.path for hit in found.hits] if found else []


def eventually(order: Order, question: str, path: str) -> None:
    end = time.monotonic() + DEADLINE_S
    while path not in search(order, question):
        assert time.monotonic() < end, f"{question} is not found"
        time.sleep(0.05)


def test_a_workspace_is_indexed_and_saves_are_followed(begin: Callable[..., Client], order: Order, work: Path) -> None:
    client = begin(**WATCHES)
    registered = client.notification("client/registerCapability")["registrations"]
    assert [each["method"] for each in registered] == ["workspace/didChangeWatchedFiles"]
    until(client, "idle")
    assert search(order, "marmalade") == ["a.py"]
    (work / "a.py").write_text("def gooseberry(): pass\n")
    client.notify("textDocument/didSave", {"textDocument": {"uri": (work / "a.py").as_uri()}})
    eventually(order, "gooseberry", "a.py")
    (work / "b.py").write_text("def quince(): pass\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (work / "b.py").as_uri(), "type": 1}]})
    eventually(order, "quince", "b.py")
    assert client.exit() == 0


def test_a_client_that_watches_nothing_needs_to_tell_nothing(
    begin: Callable[..., Client], order: Order, work: Path
) -> None:
    client = begin()
    until(client, "idle")
    time.sleep(0.5)
    (work / "b.py").write_text("def quince(): pass\n")
    eventually(order, "quince", "b.py")


def test_it_begins_when_the_workspace_is_trusted(stage: Stage, order: Order, work: Path) -> None:
    client = stage.client(ON, completion={"text": "x"})
    folders = [{"uri": work.as_uri(), "name": "work"}]
    client.initialize(workspaceFolders=folders, initializationOptions={"hearth": {"trusted": False, "status": True}})
    told = client.notification("hearth/index/progress")
    assert (told["phase"], told["message"]) == ("off", "The workspace is not trusted.")
    client.notify("workspace/didChangeConfiguration", {"settings": {"hearth": {"trusted": True}}})
    until(client, "idle")
    eventually(order, "marmalade", "a.py")


def test_folders_on_no_disk_are_not_indexed(stage: Stage) -> None:
    client = stage.client(ON, completion={"text": "x"})
    client.initialize(workspaceFolders=[{"uri": "memfs:/shop", "name": "shop"}])
    told = client.notification("hearth/index/progress")
    assert (told["phase"], told["message"]) == ("off", "No folder of this workspace is on a disk.")


def test_it_is_paused_and_resumed(begin: Callable[..., Client], order: Order, work: Path) -> None:
    client = begin(**WATCHES)
    until(client, "idle")
    assert client.request("hearth/index/control", {"action": "pause"})["phase"] == "idle"
    (work / "a.py").write_text("def gooseberry(): pass\n")
    client.request("hearth/index/control", {"action": "refresh"})
    until(client, "paused")
    told = client.request("hearth/index/control", {"action": "tell"})
    assert (told["phase"], told["message"]) == ("paused", ""), "who paused it knows why"
    assert search(order, "gooseberry") == []
    client.request("hearth/index/control", {"action": "resume"})
    eventually(order, "gooseberry", "a.py")


def test_two_windows_and_one_that_goes(begin: Callable[..., Client], order: Order) -> None:
    first, second = begin(**WATCHES), begin(**WATCHES)
    until(first, "idle")
    until(second, "idle")
    assert first.exit() == 0
    assert second.request("hearth/index/control", {"action": "tell"})["phase"] == "idle"


def test_a_home_folder_is_not_indexed(stage: Stage, work: Path) -> None:
    client = stage.client({**ON, "HOME": str(work)}, completion={"text": "x"})
    client.initialize(rootUri=work.as_uri())
    told = client.request("hearth/index/control", {"action": "tell"})
    end = time.monotonic() + DEADLINE_S
    while not told["message"] and time.monotonic() < end:
        told = client.request("hearth/index/control", {"action": "tell"})
    assert told["phase"] == "off"
    assert "home folder" in told["message"]


def test_it_is_built_anew_while_a_window_searches_it(begin: Callable[..., Client], order: Order) -> None:
    client = begin()
    until(client, "idle")
    named = lambda: [each["name"] for each in client.request("hearth/chat/symbols", {"typed": "marma"})["symbols"]]  # noqa: E731
    end = time.monotonic() + DEADLINE_S
    while named() != ["marmalade"]:
        assert time.monotonic() < end, "the handle is not open"
    mark = order.place.folder / "of-the-old-one"
    mark.write_text("")
    client.request("hearth/index/control", {"action": "rebuild"})
    until(client, "reading")
    until(client, "idle")
    assert not mark.exists()
    while named() != ["marmalade"]:
        assert time.monotonic() < end, "it is not found any more"
