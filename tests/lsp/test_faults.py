"""What goes wrong on the wire is answered or survived. Most of it pygls 2.1.1 would leave unanswered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lsp.conftest import Stage, inline
from lsp.raw_client import DEADLINE_S, Client

URI = "file:///w/a.py"


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server that all those tests share which must leave it alive."""
    with ExitStack() as stack:
        client = Stage(tmp_path_factory.mktemp("lasting"), stack).client()
        client.initialize()
        yield client


@pytest.fixture
def shared(lasting: Client) -> Client:
    lasting.inbox.clear()
    return lasting


@pytest.fixture
def client(stage: Stage) -> Client:
    client = stage.client(completion={"text": "1"})
    client.initialize()
    return client


def code(client: Client, method: str, params: object = None) -> int:
    return int(client.answer(client.ask(method, params))["error"]["code"])


def alive(client: Client) -> bool:
    return "state" in client.request("hearth/status", {})


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/inlineCompletion", {"textDocument": 5}),
        ("textDocument/inlineCompletion", None),
        ("textDocument/inlineCompletion", [1, 2]),
        ("textDocument/inlineCompletion", "text"),
        ("textDocument/completion", {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}),
        ("textDocument/completion", {"textDocument": {"uri": URI}, "position": {"line": 1e300, "character": "x"}}),
        ("hearth/chat/ask", {}),
        ("hearth/chat/ask", {"question": 5}),
        ("hearth/chat/ask", {"question": "q", "messages": "text"}),
        ("hearth/chat/ask", {"question": "q", "messages": [{"role": "system", "content": "x"}]}),
        ("hearth/chat/ask", {"question": "q", "selection": {"start": 1}}),
        ("hearth/status", [1]),
        ("workspace/executeCommand", {"command": "no.such.command"}),
    ],
)
def test_invalid_params_are_answered(shared: Client, method: str, params: object) -> None:
    assert code(shared, method, params) == -32602
    assert alive(shared)


def test_complaints_name_the_field_and_not_the_value(shared: Client) -> None:
    wrong = {"question": "q", "messages": [{"role": "user", "content": ["my secret code"]}]}
    message = shared.answer(shared.ask("hearth/chat/ask", wrong))["error"]["message"]
    assert "params.messages[0].content must be a string" in message
    assert "secret" not in message + shared.stderr()


def test_unknown_methods_are_answered_and_unknown_notifications_ignored(shared: Client) -> None:
    shared.notify("$/whatever", {"a": 1})
    shared.notify("no/such/thing")
    assert code(shared, "no/such/method") == -32601
    assert code(shared, "$/no/such/method") == -32601
    assert shared.inbox == [] or all(message["method"] == "hearth/status" for message in shared.inbox)


def test_an_initialize_that_is_wrong_may_be_repeated(stage: Stage) -> None:
    client = stage.client()
    for params in (None, {}, {"capabilities": 5}, {"capabilities": {"general": {"positionEncodings": 5}}}):
        assert code(client, "initialize", params) == -32602
    odd = {"general": {"positionEncodings": ["ebcdic"]}, "experimental": [1], "textDocument": {"completion": {}}}
    result = client.initialize(capabilities=odd, initializationOptions=[5], workspaceFolders=[], rootUri="nonsense")
    assert result["capabilities"]["positionEncoding"] == "utf-16"
    assert alive(client)


def test_requests_before_initialize(stage: Stage) -> None:
    client = stage.client()
    client.open(URI, "x")
    for method in ("hearth/status", "textDocument/inlineCompletion", "shutdown", "no/such/method"):
        assert code(client, method, {}) == -32002
    client.initialize()
    assert code(client, "initialize", {"capabilities": {}}) == -32600
    assert alive(client)


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"nonsense", b'{"jsonrpc": "2.0", "id": 1,', b'"' + b"[" * 10, b"[" * 100_000],
    ids=["open", "not utf-8", "word", "cut", "string", "deep"],
)
def test_unreadable_json_is_answered(shared: Client, body: bytes) -> None:
    shared.raw(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert shared.answer(None)["error"]["code"] == -32700
    assert alive(shared)


@pytest.mark.parametrize(
    "message",
    [
        [],
        5,
        None,
        "text",
        {},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "2.0", "method": 5},
        {"jsonrpc": "1.0", "method": "hearth/status", "id": None},
        {"jsonrpc": "2.0", "method": "hearth/status", "id": {"a": 1}},
        {"jsonrpc": "2.0", "method": "hearth/status", "id": True},
        [{"jsonrpc": "2.0", "method": "hearth/status", "id": 1}],
    ],
)
def test_what_is_no_request_is_answered(shared: Client, message: object) -> None:
    shared.send(message)
    assert shared.answer(None)["error"]["code"] == -32600
    assert alive(shared)


@pytest.mark.parametrize(
    "junk",
    [
        b"Content-Length: five\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Type: x\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"x" * 20_000,
        b"Content-Length: 999999999999999\r\n\r\n"[:-4] + b"x\r\n\r\n",
    ],
)
def test_bad_headers_are_survived(shared: Client, junk: bytes) -> None:
    shared.raw(junk)
    assert shared.answer(None)["error"]["code"] == -32700
    assert alive(shared)


@pytest.mark.parametrize("delta", [-3, 3])
def test_a_wrong_content_length_costs_a_message_or_two(shared: Client, delta: int) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "wrong", "method": "hearth/status", "params": {}}).encode()
    shared.raw(b"Content-Length: %d\r\n\r\n%b" % (len(body) + delta, body))
    shared.ask("hearth/status", {})
    assert shared.answer(None)["error"]["code"] == -32700
    assert alive(shared)


def test_headers_in_other_letters_and_with_a_type(shared: Client) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "low", "method": "hearth/status", "params": {}}).encode()
    kind = b"content-type: application/vscode-jsonrpc; charset=utf-8"
    shared.raw(kind + b"\r\ncontent-length:%d\r\n\r\n%b" % (len(body), body))
    assert "result" in shared.answer("low")


def test_an_id_that_is_under_way_is_refused(stage: Stage) -> None:
    client = stage.client(chat={"text": "long answer", "delay_ms": 60_000})
    client.initialize()
    ask = {"jsonrpc": "2.0", "id": "twice", "method": "hearth/chat/ask", "params": {"question": "q"}}
    client.send(ask)
    client.send(ask)
    assert client.answer("twice")["error"]["code"] == -32600
    client.notify("$/cancelRequest", {"id": "twice"})
    assert client.answer("twice")["error"]["code"] == -32800


def test_answers_that_nobody_waits_for_and_odd_cancels_are_dropped(shared: Client) -> None:
    shared.send({"jsonrpc": "2.0", "id": "hearth-99", "result": None})
    shared.send({"jsonrpc": "2.0", "id": 5, "error": {"code": 1, "message": "x"}})
    shared.send({"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}})
    shared.notify("$/cancelRequest", {"id": 12345})
    shared.notify("$/cancelRequest", {"id": [1]})
    shared.notify("$/cancelRequest", None)
    shared.notify("window/workDoneProgress/cancel", {"token": "no such"})
    assert alive(shared)
    assert not [message for message in shared.inbox if "error" in message]


def test_a_document_that_was_never_opened(client: Client, tmp_path: Path) -> None:
    (tmp_path / "there.py").write_text("def f():\n")
    for uri in (URI, (tmp_path / "there.py").as_uri(), "untitled:1", "nonsense", "", "file:///%00", "http://[bad"):
        assert client.request("textDocument/inlineCompletion", inline(uri, 0, 0)) is None
        where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
        assert client.request("textDocument/completion", where)["items"] == []
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "x"}]}
        client.notify("textDocument/didChange", change)
    assert alive(client)


def test_an_edit_that_cannot_be_read_ends_the_document(client: Client, stage: Stage) -> None:
    client.open(URI, "x = \n")
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4)) is not None
    change = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"range": {"start": "?"}, "text": "y"}]}
    client.notify("textDocument/didChange", change)
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4)) is None
    client.open(URI, "x = \n", version=3)
    assert client.request("textDocument/inlineCompletion", inline(URI, 0, 4)) is not None


def test_requests_after_shutdown_are_refused_and_exit_ends_with_0(client: Client) -> None:
    client.request("shutdown")
    assert code(client, "hearth/status", {}) == -32600
    client.notify("exit")
    assert client.process.wait(DEADLINE_S) == 0


def test_shutdown_cancels_what_runs(stage: Stage) -> None:
    client = stage.client(chat={"text": "long answer", "delay_ms": 60_000})
    client.initialize()
    asked = client.ask("hearth/chat/ask", {"question": "q"})
    stage.until("chat")
    client.request("shutdown")
    assert client.answer(asked)["error"]["code"] == -32800
    stage.until("cancelled")


def test_exit_without_shutdown_ends_with_1(client: Client) -> None:
    client.notify("exit")
    assert client.process.wait(DEADLINE_S) == 1


@pytest.mark.parametrize("initialized", [True, False])
def test_the_end_of_stdin_ends_the_process(stage: Stage, initialized: bool) -> None:
    client = stage.client(chat={"text": "long answer", "delay_ms": 60_000})
    if initialized:
        client.initialize()
        client.ask("hearth/chat/ask", {"question": "q"})
        stage.until("chat")
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(DEADLINE_S) == 1
    assert "Traceback" not in client.stderr()


def test_a_client_that_does_not_read_stops_nothing(stage: Stage) -> None:
    """A megabyte of answers fits into no pipe: the server must go on reading, or both wait for ever."""
    client = stage.client(completion={"text": "1"})
    client.initialize()
    big = "x" * 1000
    for number in range(2000):
        client.send({"jsonrpc": "2.0", "id": f"{number}-{big}", "method": "no/such/method"})
    assert client.answer(f"1999-{big}")["error"]["code"] == -32601


def test_prints_do_not_reach_the_protocol(tmp_path: Path) -> None:
    """Neither from Python nor from a child process nor from native code, which all write to descriptor 1."""
    program = tmp_path / "noisy.py"
    program.write_text(
        "import os, subprocess, sys\n"
        "from hearth import app\n"
        "def noisy(*args):\n"
        "    print('from python'); sys.stdout.flush(); os.write(1, b'from native')\n"
        "    subprocess.run([sys.executable, '-c', 'import sys; print(sys.stdin.read())'], check=True, timeout=60)\n"
        "    raise ValueError('a secret value')\n"
        "app.create_provider = noisy\n"
        "sys.exit(app.serve())\n"
    )
    with Client(tmp_path, command=[sys.executable, str(program)]) as client:
        client.initialize()
        error = client.answer(client.ask("hearth/chat/ask", {"question": "q"}))["error"]
        assert error["code"] == -32603
        assert "secret" not in json.dumps(error)
        assert "from python" in client.stderr()
        assert "from native" in client.stderr()
        assert not [each for each in client.settle() if each.get("method") == "window/showMessage"]
        assert client.exit() == 0


def test_a_thread_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    program = tmp_path / "hanging.py"
    program.write_text(
        "import sys, time\n"
        "from hearth import app\n"
        "app._HANGING_S = 0.1\n"
        "app.create_provider = lambda *_: time.sleep(3600)\n"
        "sys.exit(app.serve())\n"
    )
    with Client(tmp_path, command=[sys.executable, str(program)]) as client:
        client.initialize()
        client.ask("hearth/chat/ask", {"question": "q"})
        client.settle()
        client.request("shutdown")
        client.notify("exit")
        client.process.wait(DEADLINE_S)


def test_the_end_of_the_editor_ends_the_process(tmp_path: Path) -> None:
    """The pipes stay open, as when another process of the editor has inherited them."""
    program = tmp_path / "orphan.py"
    program.write_text(
        "import sys\n"
        "from hearth import app\n"
        "from hearth.lsp import parent\n"
        "parent.wait_for_end.__defaults__ = (0.01,)\n"
        "sys.exit(app.serve())\n"
    )
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        with Client(tmp_path, command=[sys.executable, str(program)]) as client:
            client.initialize(processId=editor.pid)
            client.settle()
            editor.kill()
            editor.wait(DEADLINE_S)
            assert client.process.wait(DEADLINE_S) == 1
    finally:
        editor.kill()
        editor.wait(DEADLINE_S)


def test_a_process_id_that_cannot_be_seen_ends_nothing(stage: Stage) -> None:
    client = stage.client()
    client.initialize(processId=2**22 + 12345)
    assert alive(client)
