"""Settings, workspace folders, progress and status over the life of a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp.conftest import Stage, inline
from lsp.raw_client import Client

URI = "file:///w/a.py"
PROGRESS = {"window": {"workDoneProgress": True}}
STEPS = {"steps": ["Loading weights", "Warming up"]}


def project(folder: Path, text: str) -> str:
    (folder / ".hearth").mkdir(parents=True, exist_ok=True)
    (folder / ".hearth" / "settings.toml").write_text(text)
    return folder.as_uri()


def offered(client: Client, uri: str = URI) -> bool:
    return client.request("textDocument/inlineCompletion", inline(uri, 0, 4)) is not None


def messages(client: Client) -> list[str]:
    return [each["params"]["message"] for each in client.settle() if each["method"] == "window/showMessage"]


def states(client: Client) -> list[str]:
    return [each["params"]["state"] for each in client.settle() if each["method"] == "hearth/status"]


def test_a_model_that_loads_is_shown(stage: Stage) -> None:
    client = stage.client(prepare=STEPS)
    client.initialize(capabilities=PROGRESS)
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    created = client.notification("window/workDoneProgress/create")
    told = [each["params"] for each in client.inbox if each["method"] == "$/progress"]
    assert {each["token"] for each in told} == {created["token"]}
    values = [each["value"] for each in told]
    assert [each["kind"] for each in values] == ["begin", "report", "report", "end"]
    assert [each.get("message") for each in values[1:3]] == STEPS["steps"]
    assert [each.get("percentage") for each in values[1:3]] == [50, 100]
    loading = [each["params"] for each in client.inbox if each["method"] == "hearth/status"]
    assert [each["message"] for each in loading if each["state"] == "loading"] == STEPS["steps"]
    assert client.request("hearth/status", {})["completionModel"] == "scripted"


def test_one_provider_for_both_uses_is_prepared_once(stage: Stage) -> None:
    client = stage.client(prepare=STEPS)
    client.initialize()
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    assert len(stage.events("prepare")) == 1


def test_a_model_that_is_ready_shows_no_progress(stage: Stage) -> None:
    client = stage.client()
    client.initialize(capabilities=PROGRESS)
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    assert not [each for each in client.settle() if "rogress" in each["method"]]


def test_a_client_that_never_agrees_to_a_progress_gets_none(stage: Stage) -> None:
    client = stage.client(prepare=STEPS)
    client.silent.add("window/workDoneProgress/create")
    client.initialize(capabilities=PROGRESS)
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    assert not [each for each in client.settle() if each["method"] == "$/progress"]


def test_the_user_stops_waiting(stage: Stage) -> None:
    steps = {"steps": [f"step {number}" for number in range(5000)], "delay_ms": 20}
    client = stage.client(prepare=steps, chat={"text": "Yes."})
    client.initialize(capabilities=PROGRESS)
    token = client.notification("$/progress", lambda params: params["value"]["kind"] == "report")["token"]
    client.notify("window/workDoneProgress/cancel", {"token": token})
    client.notification("$/progress", lambda params: params["value"]["kind"] == "end")
    client.notification("hearth/status", lambda params: params["state"] == "starting")
    client.inbox.clear()
    client.notify("window/workDoneProgress/cancel", {"token": token})
    assert client.request("hearth/chat/ask", {"question": "Still there?"})["text"] == "Yes."
    assert not [each for each in client.settle() if each["method"] == "$/progress"]


def test_a_model_that_cannot_load_is_told_with_its_hint(stage: Stage) -> None:
    fail = {"code": "model_invalid", "message": "It is no GGUF.", "hint": "Take another.", "during": ["prepare"]}
    client = stage.client(fail=fail)
    client.initialize()
    status = client.notification("hearth/status", lambda params: params["state"] == "error")
    assert (status["message"], status["hint"]) == ("It is no GGUF.", "Take another.")
    assert messages(client) == []


def test_where_no_status_is_shown_trouble_is_told_once(stage: Stage) -> None:
    fail = {"code": "unavailable", "message": "Nothing answers.", "hint": "Start it."}
    client = stage.client(fail=fail)
    client.initialize(initializationOptions={"hearth": {"status": False}})
    client.open(URI, "x = ")
    for _ in range(3):
        assert not offered(client)
    assert messages(client) == ["Nothing answers. Start it."]
    assert states(client) == []


def test_status_changes_are_told_and_repeats_are_not(stage: Stage) -> None:
    client = stage.client(completion={"text": "1"})
    client.initialize()
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    client.inbox.clear()
    client.open(URI, "x = ")
    assert offered(client)
    assert states(client) == ["busy", "ready"]


def test_layers_of_settings(stage: Stage, tmp_path: Path) -> None:
    """The user's file, then the project's, then the editor; the project may not choose a model."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text("[completion]\nprefix_chars = 100\nenabled = false\n")
    text = '[completion]\nenabled = true\n[models]\nchat = "openai"\n[openai]\nbase_url = "there"\n'
    folder = project(tmp_path / "work", text)
    client = stage.client(completion={"text": "1"})
    client.initialize(workspaceFolders=[{"uri": folder, "name": "work"}])
    client.open(URI, "x = " + "\ny = 1" * 100)
    assert offered(client)
    client.open("file:///w/b.py", "y = 1\n" * 100 + "x = ")
    client.request("textDocument/inlineCompletion", inline("file:///w/b.py", 100, 4))
    assert len(stage.events("complete")[-1]["prefix"]) <= 100
    (told,) = messages(client)
    assert "models.chat is ignored" in told
    assert "openai.base_url is ignored" in told
    client.notify("workspace/didChangeConfiguration", {"settings": {"hearth": {"completion": {"enabled": False}}}})
    client.settle()
    assert not offered(client)
    assert len(messages(client)) == 1, "the same warning again"


def test_wrong_settings_are_told_and_cost_nothing_else(stage: Stage) -> None:
    client = stage.client(completion={"text": "1"})
    wrong = {"completion": {"maxTokens": "many", "enabled": True}, "nonsense": 1, "trace": {"server": "off"}}
    client.initialize(initializationOptions={"hearth": wrong})
    client.open(URI, "x = ")
    assert offered(client)
    (told,) = messages(client)
    assert "completion.max_tokens" in told
    assert "nonsense" in told
    assert "trace" not in told


def test_workspace_folders_come_and_go(stage: Stage, tmp_path: Path) -> None:
    folder = {"uri": project(tmp_path / "work", "[completion]\nenabled = false\n"), "name": "work"}
    client = stage.client(completion={"text": "1"})
    client.initialize()
    client.open(URI, "x = ")
    assert offered(client)
    for added, removed in (([folder], []), ([], [folder]), ([folder, {"uri": "file:///no/such", "name": ""}], [])):
        change = {"event": {"added": added, "removed": removed}}
        client.notify("workspace/didChangeWorkspaceFolders", change)
        wanted = bool(removed)
        while offered(client) is not wanted:
            client.settle()


def test_changed_providers_are_made_anew_and_the_old_ones_closed(stage: Stage) -> None:
    one, two = (stage.script(name, completion={"text": name}) for name in ("one", "two"))
    client = stage.bare_client()
    client.initialize(initializationOptions=_models(one))
    client.open(URI, "x = ")
    ask: dict[str, Any] = inline(URI, 0, 4)
    assert client.request("textDocument/inlineCompletion", ask)["items"][0]["insertText"] == "one"
    client.notify("workspace/didChangeConfiguration", {"settings": _models(two)})
    while client.request("textDocument/inlineCompletion", ask)["items"][0]["insertText"] != "two":
        client.settle()
    stage.until("closed")
    assert client.exit() == 0
    stage.until("closed", 2)


def test_an_answer_under_way_comes_to_its_end_when_another_model_is_chosen(stage: Stage) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    one = stage.script("one", chat={"text": text, "delay_ms": 20, "chunk_chars": 14})
    two = stage.script("two", chat={"text": "other"})
    client = stage.bare_client()
    client.initialize(initializationOptions=_models(one))
    number = client.ask("hearth/chat/ask", {"question": "What?", "messages": [], "token": "t"})
    stage.until("chat")
    client.notify("workspace/didChangeConfiguration", {"settings": _models(two)})
    while client.request("hearth/chat/ask", {"question": "What?", "messages": [], "token": "u"})["text"] != "other":
        client.settle()
    assert stage.events("closed") == [], "it still writes"
    assert client.answer(number)["result"]["text"] == text
    stage.until("closed")


def _models(spec: str) -> dict[str, Any]:
    return {"hearth": {"models": {"completion": spec, "chat": spec}, "completion": {"debounceMs": 0}}}


def test_a_client_that_wants_to_be_asked_for_its_settings(stage: Stage) -> None:
    client = stage.client(completion={"text": "1"})
    client.answers["workspace/configuration"] = lambda _: [{"completion": {"enabled": False}}]
    client.initialize(capabilities={"workspace": {"configuration": True}})
    client.open(URI, "x = ")
    assert offered(client)
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    asked = client.notification("workspace/configuration")
    assert asked == {"items": [{"section": "hearth"}]}
    while offered(client):
        client.settle()


def test_a_model_that_cannot_run_is_left_alone_by_keystrokes(stage: Stage) -> None:
    client = stage.client(fail={"code": "engine_start", "message": "It ended.", "during": ["complete"], "times": 1})
    client.initialize()
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    client.open(URI, "x = ")
    typed = inline(URI, 0, 4) | {"context": {"triggerKind": 2}}
    for _ in range(5):
        assert client.request("textDocument/inlineCompletion", typed) is None
    assert len(stage.events("complete")) == 1
    assert not offered(client)
    assert len(stage.events("complete")) == 2, "who asks explicitly is served"


def test_documents_with_secrets_stay_here(stage: Stage) -> None:
    client = stage.client(completion={"text": "1"}, chat={"text": "No."})
    client.initialize()
    uri = "file:///home/someone/.ssh/config"
    client.open(uri, "x = ")
    assert not offered(client, uri)
    client.request("hearth/chat/ask", {"question": "q", "textDocument": {"uri": uri}})
    told = client.notification("hearth/chat/sources")
    assert told["sources"] == []
    assert "secrets" in told["notes"][0]
    assert stage.events("complete") == []


def test_a_server_that_does_not_tell_what_its_model_can_do_is_used_all_the_same(stage: Stage) -> None:
    fail = {"code": "broken", "message": "No such page.", "during": ["capabilities"]}
    client = stage.client(completion={"text": "1"}, chat={"text": "Yes."}, fail=fail)
    client.initialize()
    client.notification("hearth/status", lambda params: params["state"] == "ready")
    client.open(URI, "x = ")
    assert offered(client)
    assert client.request("hearth/chat/ask", {"question": "Is it?"})["text"] == "Yes."
    status = client.request("hearth/status", {})
    assert (status["state"], status["completionModel"]) == ("ready", "")


def test_a_completion_counts_even_if_its_model_is_not_known_yet(stage: Stage) -> None:
    fail = {"code": "unavailable", "message": "Gone.", "during": ["capabilities"]}
    client = stage.client(completion={"text": "1"}, fail=fail)
    client.initialize()
    client.notification("hearth/status", lambda params: params["state"] == "error")
    client.open(URI, "x = ")
    assert offered(client)
    assert client.request("hearth/status", {})["state"] == "ready"
