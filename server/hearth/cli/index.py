"""``hearth index``: bring the index of the current folder up to date, and say why a file is not in it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hearth.core.aio import closing
from hearth.core.errors import InputError
from hearth.features.indexing import summary
from hearth.features.indexing.once import bring_up_to_date
from hearth.features.indexing.progress import IndexProgress, Phase
from hearth.index.place import Place

from . import context as contexts
from .output import emit, err, out, run_async

_TITLES = {
    Phase.STARTING: "Opening the index",
    Phase.SCANNING: "Looking for changes",
    Phase.READING: "Reading files",
    Phase.EMBEDDING: "Making vectors",
    Phase.PAUSED: "Paused",
}


def command(
    folders: list[Path] = typer.Argument(None, metavar="[FOLDER]…", help="Folders of the workspace; the current one."),
    why: Path | None = typer.Option(None, "--why", metavar="PATH", help="Say whether a file is in the index, and why."),
    status: bool = typer.Option(False, "--status", help="Say what is in the index; change nothing."),
    rebuild: bool = typer.Option(False, "--rebuild", help="Delete the index first."),
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object at the end."),
) -> None:
    """Index a workspace, so that search, chat and completion know all of it."""
    context = contexts.load(quiet=json_output)
    place = place_of(folders, context)
    if why is not None:
        _why(place, why, context, json_output=json_output)
        return
    if not status:
        if rebuild:
            summary.delete(place)
        began = time.monotonic()
        run_async(_run(place, context, quiet=json_output))
        if not json_output:
            err.print(f"[dim]{time.monotonic() - began:.1f} s[/]")
    _show(summary.of(place), json_output=json_output)


def place_of(folders: list[Path] | None, context: contexts.Context) -> Place:
    """The index of ``folders``, or of the current folder. Raises InputError."""
    chosen = folders or [Path.cwd()]
    for folder in chosen:
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder.", hint="Name the folder of a workspace.")
    return Place.of(chosen, context.paths, context.settings.index.uri)


async def _run(place: Place, context: contexts.Context, *, quiet: bool) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[left]}"), TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=quiet) as bar:
        task = bar.add_task(_TITLES[Phase.STARTING], total=None, left="")
        async with closing(bring_up_to_date(place, context.settings, context.paths)) as steps:
            async for step in steps:
                if step.phase is Phase.IDLE:
                    continue
                _draw(bar, task, step)
                if step.message and not quiet:
                    err.print(f"[yellow]note:[/] {escape(step.message)}")


def _draw(bar: Progress, task: Any, step: IndexProgress) -> None:
    done, total = step.files_done, step.files_total
    if step.phase is Phase.EMBEDDING:
        done, total = step.chunks_done, step.chunks_total
    left = "" if step.seconds_left is None else f"{step.seconds_left:.0f} s left"
    title = _TITLES.get(step.phase, step.phase.value)
    bar.update(task, description=title, completed=done, total=total or None, left=left)


def _why(place: Place, file: Path, context: contexts.Context, *, json_output: bool) -> None:
    answer = summary.why(place, file, context.settings.index)
    if json_output:
        emit({"path": str(file), "indexed": answer.indexed, "reason": answer.sentence, "chunks": answer.chunks})
    else:
        out.print(f"{escape(str(file))}: {escape(answer.sentence)}")


def _show(facts: summary.Summary, *, json_output: bool) -> None:
    if json_output:
        emit(facts.as_json())
        return
    if not facts.exists:
        out.print("There is no index of this workspace yet. `hearth index` makes one.")
        return
    out.print(f"{facts.files} files, {facts.chunks} chunks, {facts.megabytes:.1f} MB in {escape(str(facts.folder))}")
    if facts.left_out:
        out.print(f"{facts.left_out} files are left out for what is in them; `hearth index --why PATH` says why.")


__all__ = ["asyncio", "command", "place_of"]
