"""Why a completion saw what it saw: for ``hearth complete --explain``."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from hearth.context.frame import Assembled, Fate
from hearth.providers.base import Usage


def facts(made: Assembled) -> dict[str, Any]:
    """For ``--json``."""
    return {
        "prefix_chars": len(made.prefix),
        "suffix_chars": len(made.suffix),
        "snippets": [
            {
                "path": each.snippet.path,
                "start": each.snippet.start,
                "end": each.snippet.end,
                "source": each.snippet.origin.value,
                "why": each.snippet.why,
                "score": round(each.snippet.score, 3),
                "tokens": each.tokens,
                "shortened": each.snippet.shortened,
                "shown": each.fate is Fate.SHOWN,
                "fate": each.fate.value,
                "text": each.snippet.text,
            }
            for each in made.ranked
        ],
        "left_out": [{"line": each.line + 1, "lines": each.lines, "why": each.why} for each in made.omitted],
        "late": list(made.late),
        "milliseconds": dict(made.milliseconds),
    }


def page(made: Assembled, usage: Usage) -> RenderableType:
    """For a person."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("", "lines", "tokens", "score", "source", "why"):
        table.add_column(title, justify="right" if title in ("tokens", "score") else "left", overflow="fold")
    for each in made.ranked:
        shown = each.fate is Fate.SHOWN
        snippet = each.snippet
        table.add_row(
            Text(snippet.path, style="bold" if shown else "dim"),
            f"{snippet.start}-{snippet.end}",
            str(each.tokens),
            f"{snippet.score:.2f}",
            snippet.origin.value,
            escape(snippet.why) if shown else f"[dim]{escape(snippet.why)}: left out, {each.fate.value}[/]",
        )
    lines: list[RenderableType] = []
    total = "" if usage.prompt_tokens is None else f", {usage.prompt_tokens} tokens in all"
    lines.append(f"[dim]{len(made.prefix)} characters before the cursor, {len(made.suffix)} after it{total}[/]")
    if made.omitted:
        count = sum(each.lines for each in made.omitted)
        lines.append(
            f"[dim]{count} lines of the file left out in {len(made.omitted)} places, all far from the cursor[/]"
        )
    lines.append(table if made.ranked else "[dim]No other files: nothing used near the cursor is defined elsewhere.[/]")
    lines.extend(f"[yellow]{name} took too long and was left out[/]" for name in made.late)
    times = ", ".join(f"{name} {ms:.1f} ms" for name, ms in made.milliseconds.items())
    lines.append(f"[dim]{times}[/]")
    return Group(*(Text.from_markup(line) if isinstance(line, str) else line for line in lines))
