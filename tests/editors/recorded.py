"""What an editor announces, and what was recorded of it for the tests that replay it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .servers import Servers

FOLDER = Path(__file__).resolve().parents[1] / "capabilities"
KEPT = ("capabilities", "clientInfo", "initializationOptions")
RECORD = "HEARTH_RECORD_CAPABILITIES"


def announced(servers: Servers) -> dict[str, Any] | None:
    """What the editor said in its first ``initialize``, if it did; without what is of this machine alone."""
    for message in servers.heard():
        if message.get("method") == "initialize":
            return {key: value for key, value in message["params"].items() if key in KEPT}
    return None


def recorded(name: str, now: dict[str, Any]) -> dict[str, Any]:
    """What was recorded of the editor; with the variable RECORD set, what it says now is kept from now on."""
    path = FOLDER / f"{name}.json"
    old: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if os.environ.get(RECORD):
        path.write_text(json.dumps({**old, **now}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return now
    return {key: value for key, value in old.items() if key in KEPT}
