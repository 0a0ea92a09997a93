"""What the language server itself costs: a completion and a chat answer of a model that needs no time at all."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from .result import Figure, Result, at_least, at_most, percentile
from .wire import Client

NAME = "overhead"
TITLE = "Overhead of the language server"
KEYSTROKES = 600
WARM_UP = 30
TOKENS = 20_000
ROUNDS = 5
LINES = 1_000
"""Lines of the document that is edited."""

HEARTH = [str(Path(sys.executable).with_name("hearth")), "lsp"]
PEER = [sys.executable, "-P", str(Path(__file__).with_name("peer_pygls.py"))]

SCRIPT = f"""\
[completion]
text = "answer"
chunk_chars = 6
[chat]
text = "{"".join(f"{number % 10_000:04d} " for number in range(TOKENS))}"
chunk_chars = 5
[capabilities]
context = 100000
"""


@attrs.define
class Typist:
    """Somebody who types into a document, and asks for a completion after each character."""

    client: Client
    uri: str
    version: int = 1
    column: int = 4

    def open(self) -> None:
        """Open the document, with a cursor on a line of its own in the middle."""
        text = "".join(f"value_{number} = {number}\n" for number in range(LINES // 2))
        text = f"{text}    \n{text}"
        document = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        self.client.write({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def press(self) -> float:
        """Milliseconds from a keystroke to its completion: the edit, the request and its answer."""
        self.version += 1
        place = {"line": LINES // 2, "character": self.column}
        edit = {"range": {"start": place, "end": place}, "text": "x"}
        change = {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [edit]}
        self.column += 1
        params = {
            "textDocument": {"uri": self.uri},
            "position": {**place, "character": self.column},
            "context": {"triggerKind": 2},
        }
        begun = time.perf_counter()
        result = self.client.request(
            "textDocument/inlineCompletion", params, before=[{"method": "textDocument/didChange", "params": change}]
        )
        passed = (time.perf_counter() - begun) * 1000
        items = result["items"] if isinstance(result, dict) else result
        if not items or not items[0]["insertText"]:
            raise ValueError(f"no completion came back: {result}\n{self.client.log()}")
        return passed


def run() -> Result:
    """Type and ask in turns at ours and the peer."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        script = home / "script.toml"
        script.write_text(SCRIPT)
        environ = {
            "HEARTH_HOME": str(home),
            "HEARTH_MODELS__COMPLETION": f"scripted:{script}",
            "HEARTH_MODELS__CHAT": f"scripted:{script}",
            "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
            "HEARTH_CHAT__MAX_TOKENS": "32768",
        }
        clients = [stack.enter_context(Client.running(command, environ)) for command in (HEARTH, PEER)]
        for client in clients:
            client.initialize(home)
        typists = [Typist(client, (home / "work.py").as_uri()) for client in clients]
        for typist in typists:
            typist.open()
        keystrokes = _in_turns([typist.press for typist in typists], WARM_UP, KEYSTROKES)
        tokens = _in_turns([partial(_stream, client) for client in clients], 1, ROUNDS)
    ours, peer = keystrokes
    sent = int(sum(notes for notes, _ in tokens[0]) / ROUNDS)
    speeds = [percentile([TOKENS / seconds for _, seconds in rounds], 50) for rounds in tokens]
    return Result(
        figures={
            "keystroke to completion, p50": Figure(percentile(ours, 50), "ms", percentile(peer, 50)),
            "keystroke to completion, p99": Figure(percentile(ours, 99), "ms", percentile(peer, 99), at_most(5)),
            "tokens of a chat answer": Figure(speeds[0], "tokens/s", speeds[1], at_least(5000)),
        },
        note=(
            f"{KEYSTROKES} keystrokes in the middle of a document of {LINES:,} lines, in turns at `hearth lsp` and at "
            "bare pygls that answers a constant (`tests/bench/peer_pygls.py`). Each is one `didChange` and one "
            "`textDocument/inlineCompletion` in one write; the debounce is set to 0, the model is the `scripted` "
            f"provider, which answers at once. Then {ROUNDS} chat answers of {TOKENS:,} tokens. Hearth joins those "
            f"that come faster than a screen draws, here into {sent:,} notifications; the peer sends one for each."
        ),
        target="99 of 100 completions need less than 5 ms beside the model; at least 5,000 tokens/s reach the editor.",
    )


def _in_turns(measures: list[Callable[[], Any]], warm_up: int, times: int) -> list[list[Any]]:
    """What each measure gave, ``times`` times, after ``warm_up`` calls that do not count."""
    rounds = [[measure() for measure in measures] for _ in range(warm_up + times)][warm_up:]
    return [list(column) for column in zip(*rounds, strict=True)]


def _stream(client: Client) -> tuple[int, float]:
    """Notifications of one long answer, and seconds from the first of them to its end."""
    client.number += 1
    params = {"question": str(TOKENS), "token": "bench", "messages": []}
    client.write({"id": client.number, "method": "hearth/chat/ask", "params": params})
    count, chars, begun = 0, 0, 0.0
    while True:
        message = client.read()
        if message.get("method") == "hearth/chat/delta":
            begun = begun or time.perf_counter()
            count += 1
            chars += len(message["params"]["text"])
        elif message.get("id") == client.number:
            passed = time.perf_counter() - begun
            break
    if "error" in message or chars < TOKENS * len("word ") - 1:
        raise ValueError(f"the answer is not whole: {chars} characters, {message.get('error')}\n{client.log()}")
    return count, passed
