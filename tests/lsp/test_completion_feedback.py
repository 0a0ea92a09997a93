"""Clients tell what became of completions, by the standard command of an item and by Hearth's own notification."""

from __future__ import annotations

import pytest

from lsp.conftest import Stage, inline

URI = "file:///w/a.py"


@pytest.mark.parametrize("way", ["command", "notification"])
def test_what_became_of_a_completion_is_taken(stage: Stage, way: str) -> None:
    client = stage.client(completion={"text": "a + b"})
    client.initialize()
    client.open(URI, "x = ")
    (item,) = client.request("textDocument/inlineCompletion", inline(URI, 0, 4))["items"]
    command = item["command"]
    if way == "command":
        asked = {"command": command["command"], "arguments": command["arguments"]}
        assert client.request("workspace/executeCommand", asked) is None
    else:
        told = {"id": command["arguments"][0], "outcome": "accepted", "acceptedLength": 3}
        client.notify("hearth/completion/feedback", told)
    assert client.request("hearth/status", {})["state"] in ("ready", "busy")


def test_nonsense_is_passed_over(stage: Stage) -> None:
    client = stage.client(completion={"text": "a + b"})
    client.initialize()
    client.notify("hearth/completion/feedback", {"id": "77", "outcome": "accepted"})
    client.notify("hearth/completion/feedback", {"id": 5, "outcome": "liked"})
    client.request("workspace/executeCommand", {"command": "hearth.completion.accepted", "arguments": []})
    assert client.request("hearth/status", {})["version"]
