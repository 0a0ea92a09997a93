"""What ``client-vscode/package.json`` takes from the server: its version, and the ``configuration`` block.

The first part of that block, titled *Editor*, is written by hand: it holds what only the client reads.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_type_hints

import attrs

from hearth import __version__
from hearth.core.options import fields
from hearth.core.settings import Settings

PATH = "client-vscode/package.json"
OWN = "Editor"
TITLES = {"openai": "OpenAI-compatible servers", "log": "Logs"}
SCHEMAS: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    tuple[str, ...]: {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
}


def outputs(root: Path) -> dict[str, str]:
    """The manifest with its generated parts made anew; prettier prints it in the same way."""
    manifest: dict[str, Any] = json.loads((root / PATH).read_text(encoding="utf-8"))
    manifest["version"] = __version__
    own = [part for part in manifest["contributes"].get("configuration", []) if part["title"] == OWN]
    manifest["contributes"]["configuration"] = own + [_part(section) for section in get_type_hints(Settings)]
    manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = [
        key(section, field.name) for section, field, _ in fields() if field.metadata["project"]
    ]
    return {PATH: json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"}


def key(section: str, name: str) -> str:
    """Name of a setting in VS Code."""
    return "hearth." + re.sub(r"_([a-z])", lambda match: match[1].upper(), f"{section}.{name}")


def _part(section: str) -> dict[str, Any]:
    mine = [(field, kind) for name, field, kind in fields() if name == section]
    properties = {key(section, field.name): _property(field, kind) for field, kind in mine}
    return {"title": TITLES.get(section, section.capitalize()), "properties": properties}


def _property(field: attrs.Attribute[Any], kind: Any) -> dict[str, Any]:
    """A schema; a setting that a project may not have is of scope ``machine``, which no workspace can set."""
    meta = field.metadata
    bounds = {name: meta[name] for name in ("minimum", "maximum") if meta[name] is not None}
    return {
        **SCHEMAS[kind],
        **bounds,
        **({"enum": list(meta["choices"])} if meta["choices"] else {}),
        "default": list(field.default) if isinstance(field.default, tuple) else field.default,
        "scope": "window" if meta["project"] else "machine",
        "markdownDescription": meta["doc"],
    }
