"""Every editor's own ``initialize``, recorded from the real one, then a completion and a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Stage, inline

RECORDED = sorted((Path(__file__).parent.parent / "capabilities").glob("*.json"))
INLINE = ("vscode-", "neovim-0.12")
QUIET = ("helix-", "lsp-mode-", "eglot-emacs-30", "ale-")
ENCODINGS = {
    "vscode-": "utf-16",
    "neovim-0.7": "utf-16",
    "neovim-0.10": "utf-16",
    "neovim-0.12": "utf-8",
    "helix-": "utf-8",
    "eglot-1.9": "utf-16",
    "eglot-emacs-30": "utf-32",
    "kate-": "utf-16",
    "lsp-mode-": "utf-32",
    "ale-": "utf-8",
}
"""How they count columns. ALE has agreed on UTF-16 and does not know it."""
UNITS = {"utf-8": 4, "utf-16": 2, "utf-32": 1}
"""Code units of the one character outside the basic plane."""


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_an_editor(path: Path, stage: Stage) -> None:
    recorded: dict[str, Any] = json.loads(path.read_text())
    client = stage.client(
        completion={"text": "total = a + b\n    return total"},
        chat={"text": "It adds."},
        prepare={"steps": ["Loading weights", "Warming up"]},
    )
    capabilities = client.initialize(recorded, processId=None)["capabilities"]
    encoding = next(value for prefix, value in ENCODINGS.items() if path.stem.startswith(prefix))
    assert capabilities["positionEncoding"] == ("utf-16" if path.stem.startswith("ale-") else encoding)
    assert "inlineCompletionProvider" in capabilities, "lsp-mode asks for it without announcing it"
    has_inline = path.stem.startswith(INLINE)
    # ALE takes options that are empty for none.
    assert bool(capabilities.get("completionProvider")) is not has_inline

    uri = "file:///w/ws/add.py"
    client.open(uri, "def add(a, b):\n    # 😀\n    to")
    column = 6 + UNITS[encoding]
    where = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 4}}
    client.notify("textDocument/didChange", _edit(uri, 1, column))
    if has_inline or path.stem.startswith("lsp-mode"):
        result = client.request("textDocument/inlineCompletion", inline(uri, 2, 4))
        assert result["items"][0]["insertText"] == "total = a + b\n    return total"
        assert stage.events("complete")[-1]["prefix"] == "def add(a, b):\n    # 😀!\n    "
    else:
        listed = client.request("textDocument/completion", where)
        (item,) = listed["items"]
        texts = [each["newText"] for each in (item["textEdit"], *item.get("additionalTextEdits", ()))]
        assert len(texts) == (2 if path.stem.startswith("ale-") else 1), "ALE cuts items"
        assert "".join(texts) == "total = a + b\n    return total"

    answer = client.request("hearth/chat/ask", {"question": "What?", "textDocument": {"uri": uri}})
    assert answer["text"] == "It adds."
    told = client.settle()
    quiet = path.stem.startswith(QUIET)
    assert any(each["method"] == "hearth/status" for each in told) is not quiet
    shown = (recorded["capabilities"].get("window") or {}).get("workDoneProgress", False)
    assert any(each["method"] == "$/progress" for each in told) is shown
    known = {
        "hearth/status",
        "hearth/chat/sources",
        "hearth/chat/delta",
        "$/progress",
        "window/workDoneProgress/create",
    }
    assert {each["method"] for each in told} <= known
    assert client.exit() == 0
    assert "Traceback" not in client.stderr()


def _edit(uri: str, line: int, character: int) -> dict[str, Any]:
    """Write an exclamation mark behind the character, and take back the word that was begun below."""
    here = {"line": line, "character": character}
    word = {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 6}}
    changes = [{"range": {"start": here, "end": here}, "text": "!"}, {"range": word, "text": ""}]
    return {"textDocument": {"uri": uri, "version": 2}, "contentChanges": changes}
