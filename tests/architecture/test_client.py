"""The VS Code client installs from the public registry alone, and runs nothing while it is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).resolve().parents[2] / "client-vscode"
LOCK: dict[str, Any] = json.loads((CLIENT / "package-lock.json").read_text(encoding="utf-8"))
PUBLIC = "https://registry.npmjs.org/"


def test_the_lock_file_names_no_other_registry() -> None:
    sources = {name: package.get("resolved", PUBLIC) for name, package in LOCK["packages"].items()}
    assert {name: source for name, source in sources.items() if not source.startswith(PUBLIC)} == {}


def test_every_package_is_pinned_by_a_checksum() -> None:
    assert [name for name, package in LOCK["packages"].items() if name and not package.get("integrity")] == []


def test_no_package_runs_a_script_when_it_is_installed() -> None:
    lines = (CLIENT / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert "ignore-scripts=true" in lines
    assert "omit-lockfile-registry-resolved=true" in lines


def test_versions_are_exact() -> None:
    manifest = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    wanted = {**manifest["dependencies"], **manifest["devDependencies"]}
    assert {name: version for name, version in wanted.items() if not version[0].isdigit()} == {}
    root = LOCK["packages"][""]
    assert {**root["dependencies"], **root["devDependencies"]} == wanted
