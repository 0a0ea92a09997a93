"""Asking `hearth lsp` for suggestions at places of real files, as an editor does while somebody types."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .overhead import HEARTH
from .wire import Client

_STOP_S = 60


@contextmanager
def home(**variables: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """A HEARTH_HOME that is gone after the block, and the variables of its servers, which have no index. The engine
    that they started is stopped."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"HEARTH_HOME": folder, "HEARTH_INDEX__ENABLED": "false", **variables}
        try:
            yield Path(folder), environ
        finally:
            stop = [HEARTH[0], "engine", "stop"]
            subprocess.run(stop, env={**os.environ, **environ}, timeout=_STOP_S, check=False, capture_output=True)


@contextmanager
def serving(**more: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """The same for servers that answer every request, and ask the model for nothing else; ``more`` variables."""
    eager = {
        "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
        "HEARTH_COMPLETION__LATENCY_MS": "5000",
        "HEARTH_COMPLETION__PREFETCH": "false",
    }
    with home(**eager, **more) as served:
        yield served


def asking(uri: str, before: str) -> dict[str, Any]:
    """Parameters of the request that typing makes at the end of ``before``."""
    line = before.rpartition("\n")[2]
    position = {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
    return {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": 2}}


def items_of(result: Any) -> list[dict[str, Any]]:
    """The items of an answer."""
    return (result["items"] if isinstance(result, dict) else result) or []


def written(item: dict[str, Any], params: dict[str, Any]) -> str:
    """What an item would insert behind the cursor."""
    cursor: int = params["position"]["character"]
    start: int = item["range"]["start"]["character"] if item.get("range") else cursor
    return str(item["insertText"])[cursor - start :]


@contextmanager
def suggestion(client: Client, uri: str, before: str, after: str) -> Iterator[tuple[dict[str, Any], str] | None]:
    """The first item that is suggested between two texts of a document, and what it would insert; None for none. The
    document is open as long as the block lasts."""
    document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
    client.write({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    params = asking(uri, before)
    items = items_of(client.request("textDocument/inlineCompletion", params))
    yield (items[0], written(items[0], params)) if items else None
    client.write({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
