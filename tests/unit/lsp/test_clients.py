"""What is made of each editor's own ``initialize``, recorded from the real one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lt
from lsprotocol.converters import get_converter

from hearth.lsp.clients import profile_of
from hearth.lsp.clients.profile import Profile

FOLDER = Path(__file__).parents[2] / "capabilities"
CONVERTER = get_converter()

BARE = {"inline": False, "deltas": False, "status": True, "progress": False, "show": False, "asked": False, "md": False}
WANTED: dict[str, dict[str, Any]] = {
    "ale-4.0.0-vim-9.2": {"status": False, "md": True},
    "eglot-1.9-emacs-28.2": {"asked": True},
    "eglot-emacs-30.2": {"status": False, "progress": True, "show": True, "asked": True},
    "helix-25.01.1": {"status": False, "progress": True, "asked": True, "md": True},
    "helix-25.07.1": {"status": False, "progress": True, "show": True, "asked": True, "md": True},
    "kate-26.08.2": {"progress": True, "asked": True},
    "lsp-mode-10.0.0-emacs-30.2": {"status": False, "progress": True, "show": True, "asked": True, "md": True},
    "neovim-0.7.2": {"progress": True, "md": True},
    "neovim-0.10.4": {"progress": True, "show": True, "asked": True, "md": True},
    "neovim-0.12.4": {"inline": True, "progress": True, "show": True, "asked": True, "md": True},
    "vscode-1.100.3": {"inline": True, "progress": True, "show": True, "asked": True, "md": True},
    "vscode-1.139.1": {"inline": True, "progress": True, "show": True, "asked": True, "md": True},
}


def profile(recorded: dict[str, Any]) -> Profile:
    return profile_of(CONVERTER.structure(recorded, lt.InitializeParams))


def shown(found: Profile) -> dict[str, bool]:
    return {
        "inline": found.inline_completion,
        "deltas": found.deltas,
        "status": found.status,
        "progress": found.progress,
        "show": found.show_document,
        "asked": found.configuration,
        "md": found.markdown,
    }


def test_every_recording_is_looked_at() -> None:
    assert sorted(WANTED) == sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", WANTED)
def test_recorded(name: str) -> None:
    assert shown(profile(json.loads((FOLDER / f"{name}.json").read_text()))) == BARE | WANTED[name]


@pytest.mark.parametrize(
    ("options", "deltas", "status"),
    [
        ({"hearth": {"deltas": True, "status": True}}, True, True),
        ({"deltas": True, "status": False}, True, False),
        ({"hearth": {"deltas": "yes", "status": 1}}, False, False),
        ("nonsense", False, False),
    ],
)
def test_what_is_announced_goes_first(options: Any, deltas: bool, status: bool) -> None:
    helix = json.loads((FOLDER / "helix-25.07.1.json").read_text())
    found = profile({**helix, "initializationOptions": options})
    assert (found.deltas, found.status) == (deltas, status)
