"""``initialize`` is answered by a process that has imported next to nothing beyond pygls."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lsp.raw_client import Client

HEAVY = {
    "anyio",
    "filelock",
    "httpx2",
    "jinja2",
    "lancedb",
    "llama_cpp",
    "numpy",
    "ollama",
    "onnxruntime",
    "psutil",
    "pydantic",
    "rich",
    "starlette",
    "tenacity",
    "tree_sitter",
    "typer",
    "uvicorn",
}
"""What takes long to import, or belongs to another program."""

OURS_FOR_INITIALIZE = 30
"""Modules of Hearth that are there when ``initialize`` is answered. More of them is more to wait for."""

PROGRAM = """
import json, sys, threading, time
from hearth import app
from hearth.lsp import rpc

def loaded():
    return sorted(sys.modules)

answer = rpc.Protocol._send_response
def spying(self, msg_id, result=None, error=None):
    if msg_id == 1:
        result.server_info.version = json.dumps(loaded())
    elif msg_id == 2:
        result = {"modules": loaded()}
    answer(self, msg_id, result, error)
rpc.Protocol._send_response = spying

app.create_provider = lambda *_: exec("raise app.asyncio.TimeoutError")
sys.exit(app.serve())
"""


def test_what_is_not_imported(tmp_path: Path) -> None:
    program = tmp_path / "spy.py"
    program.write_text(PROGRAM)
    with Client(tmp_path, command=[sys.executable, str(program)]) as client:
        result = client.initialize()
        at_once = set(json.loads(result["serverInfo"]["version"]))
        later = set(client.request("hearth/status", {})["modules"])
        client.traffic.faults.clear()  # This program answers what no status is.
    assert not at_once & HEAVY
    assert not later & HEAVY, "a provider brings its libraries when it is made, in a thread"
    ours = {name for name in at_once if name.partition(".")[0] == "hearth"}
    assert len(ours) <= OURS_FOR_INITIALIZE, sorted(ours)
    layers = ("features", "context", "providers", "prompts", "workspace", "engine", "catalog", "cli", "core.settings")
    assert not [name for name in ours if name.removeprefix("hearth.").startswith(layers)]
