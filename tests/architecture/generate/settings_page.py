"""``docs/settings.md`` from the settings classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_type_hints

import attrs

from hearth.core.options import fields
from hearth.core.settings import Settings

PATH = "docs/settings.md"
TYPES = {bool: "true or false", int: "whole number", float: "number", str: "text", tuple[str, ...]: "list of texts"}

INTRODUCTION = """\
# Settings

All settings have defaults that work on a fresh machine and never leave it. They are read from these places; a later one
wins over an earlier one, field by field:

1. your own `settings.toml` in Hearth's configuration folder;
2. a project's `.hearth/settings.toml`, below a workspace folder: only what the column *project* allows, because a
   cloned repository is not its reader's friend. Nothing in it can name an endpoint, a key, a command, a path, a model;
3. the editor, which sends them to the server: `hearth.completion.maxTokens` in VS Code,
   `completion = { max_tokens = 64 }` in others. Both ways of writing a name are understood everywhere;
4. the environment: `HEARTH_COMPLETION__MAX_TOKENS=64`, with two underscores between section and name.

A setting that is unknown or wrong costs a warning and its own default, never the other settings.

```toml
# settings.toml
[completion]
max_tokens = 64
disabled_languages = ["markdown"]

[engine]
model = "/models/qwen2.5-coder-1.5b-q4_k_m.gguf"
```
"""

NOTE = "<!-- Made by `make generate` from server/hearth/core/settings.py. Change it there. -->\n"


def outputs(_root: Path) -> dict[str, str]:
    """The page."""
    parts = [NOTE, INTRODUCTION]
    for section, kind in get_type_hints(Settings).items():
        rows = [_row(field, type_) for name, field, type_ in fields() if name == section]
        parts.append(f"## `{section}`\n\n{_paragraph(kind)}\n\n{_HEAD}{''.join(rows)}")
    return {PATH: "\n".join(parts)}


_HEAD = "| setting | value | default | project | meaning |\n|---|---|---|---|---|\n"


def _row(field: attrs.Attribute[Any], kind: Any) -> str:
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    cells = [
        f"`{field.name}`",
        _values(field, kind),
        f"`{json.dumps(default)}`",
        "yes" if field.metadata["project"] else "",
        field.metadata["doc"],
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _values(field: attrs.Attribute[Any], kind: Any) -> str:
    meta = field.metadata
    if meta["choices"]:
        return ", ".join(f"`{choice}`" for choice in meta["choices"])
    text = TYPES[kind]
    if meta["minimum"] is not None and meta["maximum"] is not None:
        text += f", {meta['minimum']:,} to {meta['maximum']:,}"
    return text


def _paragraph(kind: type[Any]) -> str:
    return " ".join((kind.__doc__ or "").split()).replace("``", "`")
