"""Messages for commits through the real process and a real git, with a scripted model."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lsp.conftest import Stage
from lsp.raw_client import Client


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "inside").mkdir(parents=True)
    (folder / "a.py").write_text("one = 1\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    return folder


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def begin(stage: Stage, folder: Path, text: str, **chat: object) -> Client:
    client = stage.client(chat={"text": text, "chunk_chars": 3, **chat})
    client.initialize(workspaceFolders=[{"uri": folder.as_uri(), "name": "work"}])
    return client


def test_a_message_of_the_first_commit_streams(stage: Stage, work: Path) -> None:
    client = begin(stage, work, "Begin\n")
    result = client.request("hearth/commit/message", {"token": "t"})
    assert result == {"message": "Begin", "model": "scripted", "notes": []}
    grown = [each["params"] for each in client.inbox if each["method"] == "hearth/commit/delta"]
    assert [each["text"] for each in grown] == ["Beg", "Begin"]
    assert {each["token"] for each in grown} == {"t"}
    assert "+one = 1" in stage.events("chat")[-1]["messages"][-1][1]


def test_none_is_written_where_nobody_trusts_the_workspace(stage: Stage, work: Path) -> None:
    client = stage.client(chat={"text": "Begin"})
    folders = [{"uri": work.as_uri(), "name": "work"}]
    client.initialize(workspaceFolders=folders, initializationOptions={"hearth": {"trusted": False}})
    error = client.answer(client.ask("hearth/commit/message", {}))["error"]
    assert "not trusted" in error["message"]
    assert error["data"]["hint"] == "Trust it first."
    client.notify("workspace/didChangeConfiguration", {"settings": {"hearth": {"trusted": True}}})
    assert client.request("hearth/commit/message", {})["message"] == "Begin"


def test_only_what_is_staged_counts_wherever_it_lies_in_the_repository(stage: Stage, work: Path) -> None:
    git(work, "commit", "-qm", "Begin")
    client = begin(stage, work / "inside", "Change")
    ask = {"root": work.as_uri()}
    error = client.answer(client.ask("hearth/commit/message", ask))["error"]
    assert (error["message"], error["data"]["code"]) == ("Nothing is staged.", "input")
    (work / "a.py").write_text("one = 2\n")
    git(work, "add", ".")
    (work / "a.py").write_text("one = 3\n")
    assert client.request("hearth/commit/message", ask)["message"] == "Change"
    text = stage.events("chat")[-1]["messages"][-1][1]
    assert "+one = 2" in text
    assert "one = 3" not in text
    assert "- Begin" in text


def test_a_repository_elsewhere_is_not_read(stage: Stage, work: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    client = begin(stage, work, "x")
    for root in (other.as_uri(), (work / ".." / "other").as_uri(), "untitled:x", "file:///nowhere"):
        error = client.answer(client.ask("hearth/commit/message", {"root": root}))["error"]
        assert error["data"]["code"] == "input"
    assert stage.events("chat") == []


def test_a_cancelled_message_stops_the_model(stage: Stage, work: Path) -> None:
    client = begin(stage, work, "word " * 200, delay_ms=20)
    number = client.ask("hearth/commit/message", {})
    client.notification("hearth/commit/delta")
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    stage.until("cancelled")
