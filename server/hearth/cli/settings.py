"""``hearth settings``: every setting, its value, and where it can be set."""

from __future__ import annotations

from typing import Any

import attrs
import typer
from rich.markup import escape
from rich.table import Table

from hearth.core.options import USER_FILE, fields

from . import context as contexts
from .output import emit, err, out


def command(
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """List all settings with their values; those that differ from the default are marked."""
    context = contexts.load(quiet=json_output)
    rows = [
        (section, field, _shown(field, getattr(getattr(context.settings, section), field.name)))
        for section, field, _kind in fields()
    ]
    if json_output:
        emit({f"{section}.{field.name}": value for section, field, value in rows})
        return
    table = Table("setting", "value", "meaning", box=None, pad_edge=False)
    for section, field, value in rows:
        changed = value != _shown(field, field.default)
        style = "bold green" if changed else ""
        table.add_row(
            f"{section}.{field.name}",
            f"[{style}]{escape(str(value))}[/]" if style else escape(str(value)),
            f"[dim]{escape(field.metadata['doc'])}[/]",
        )
    out.print(table)
    err.print(f"\nYour settings file: {escape(str(context.paths.config / USER_FILE))}")
    err.print("A project's own: .hearth/settings.toml (only settings that cannot harm you)")


def _shown(field: attrs.Attribute[Any], value: Any) -> Any:
    if field.metadata["secret"] and value:
        return "(set)"
    return list(value) if isinstance(value, tuple) else value
