"""The whole way: real process, real engine, bundled model, every editor. What the model writes is its own business."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hearth.core.paths import Paths
from hearth.engine import launch
from lsp.conftest import inline
from lsp.raw_client import Client

pytestmark = pytest.mark.engine

RECORDED = sorted((Path(__file__).parent.parent / "capabilities").glob("*.json"))
URI = "file:///w/ws/add.py"
CODE = '''import os


def add(a, b):
    """Return the sum of two numbers."""
    return a + b


def read(path):
    """Return the text of a file."""
    with open(path) as file:
        re


class Point:
    def __init__(self, x, y):
        self.x = x
        se
'''
PLACES = [(11, 10), (17, 10), (10, 20), (5, 11)]


@pytest.fixture(scope="module")
def start(bundled_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Client]]:
    """Start language servers that share one engine."""
    home = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEARTH_HOME", str(home))
        paths = Paths.of_user()
    env = {"HEARTH_ENGINE__MODEL": str(bundled_model), "HEARTH_COMPLETION__DEBOUNCE_MS": "0"}
    env["HEARTH_CHAT__MAX_TOKENS"] = "48"  # A tiny model may go on for ever.
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Client(home, env))
    for address in launch.running(paths):
        launch.stop_now(address)
    assert launch.running(paths) == []


@pytest.fixture(scope="module")
def client(start: Callable[[], Client]) -> Client:
    client = start()
    client.initialize(initializationOptions={"hearth": {"deltas": True}})
    status = client.notification("hearth/status", lambda params: params["state"] in ("ready", "error"))
    assert status["state"] == "ready", status
    client.open(URI, CODE)
    return client


def offered(client: Client) -> list[str]:
    """What is offered at each place where a completion may be expected."""
    results = [client.request("textDocument/inlineCompletion", inline(URI, *place)) for place in PLACES]
    return [result["items"][0]["insertText"] for result in results if result is not None]


def test_completions(client: Client) -> None:
    texts = offered(client)
    assert texts, "a trained model has something to say at one of these places"
    assert all(text.strip() for text in texts)
    status = client.request("hearth/status", {})
    assert status["state"] in ("ready", "busy")
    assert status["completionModel"]


def test_a_document_larger_than_the_context(client: Client) -> None:
    """More text on both sides than the model has room for, and denser than code is."""
    dense = "値" * 20 + "\n"
    client.open("file:///w/ws/large.py", dense * 1000 + CODE + dense * 1000)
    client.request("textDocument/inlineCompletion", inline("file:///w/ws/large.py", 1011, 10))
    assert client.request("hearth/status", {})["state"] in ("ready", "busy")


def test_an_answer_streams(client: Client) -> None:
    result = client.request("hearth/chat/ask", {"question": "Explain.", "token": "e", "textDocument": {"uri": URI}})
    told = [
        each for each in client.inbox if each["method"].startswith("hearth/chat/") and each["params"]["token"] == "e"
    ]
    assert told[0]["method"] == "hearth/chat/sources"
    assert "".join(each["params"]["text"] for each in told[1:]) == result["text"]
    assert result["text"].strip()
    assert result["usage"]["completionTokens"] > 0
    assert result["tokensPerSecond"] > 0
    assert result["contextTokens"] > 0


def test_a_cancelled_answer_frees_the_engine(client: Client) -> None:
    question = "Write a long class with many methods, each with a docstring."
    number = client.ask("hearth/chat/ask", {"question": question, "textDocument": {"uri": URI}})
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    assert offered(client)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_an_editor(path: Path, start: Callable[[], Client]) -> None:
    client = start()
    recorded: dict[str, Any] = json.loads(path.read_text())
    capabilities = client.initialize(recorded, processId=None)["capabilities"]
    client.open(URI, CODE)
    if "completionProvider" in capabilities:
        for line, character in PLACES:
            where = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
            for item in client.request("textDocument/completion", where)["items"]:
                assert item["textEdit"]["newText"].strip()
    else:
        assert offered(client)
    answer = client.request("hearth/chat/ask", {"question": "Explain.", "textDocument": {"uri": URI}})
    assert answer["text"].strip()
    assert client.request("hearth/status", {})["state"] in ("ready", "busy")
    assert client.exit() == 0
    assert "Traceback" not in client.stderr()
