"""All generated files, and which of them are out of step with the code."""

from __future__ import annotations

from pathlib import Path

from . import client_manifest, protocol_page, protocol_types, settings_page

ROOT = Path(__file__).resolve().parents[3]


def outputs() -> dict[str, str]:
    """Path below the repository's root, and text, of every generated file."""
    found: dict[str, str] = {}
    for module in (settings_page, client_manifest, protocol_types, protocol_page):
        found |= module.outputs(ROOT)
    return found


def stale() -> dict[str, str]:
    """Those whose text on disk is another one."""
    return {path: text for path, text in outputs().items() if current(path) != text}


def current(path: str) -> str | None:
    """Text on disk, None if there is no such file."""
    target = ROOT / path
    return target.read_text(encoding="utf-8") if target.is_file() else None
