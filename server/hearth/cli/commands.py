"""The table of commands. Each command is one file beside this one."""

from __future__ import annotations

import typer

from hearth import __version__

from . import ask, commit_message, complete, doctor, engine, index, lsp, models, search, settings, stats
from .output import guarded

_HELP = "A local AI pair programmer: completions, chat and code actions from a model on your own machine."

app = typer.Typer(name="hearth", help=_HELP, no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
app.command("lsp")(lsp.command)
app.command("complete")(guarded(complete.command))
app.command("ask")(guarded(ask.command))
app.command("commit-message")(guarded(commit_message.command))
app.command("index")(guarded(index.command))
app.command("search")(guarded(search.command))
app.add_typer(engine.app, name="engine")
app.add_typer(models.app, name="models")
app.command("doctor")(guarded(doctor.command))
app.command("stats")(guarded(stats.command))
app.command("settings")(guarded(settings.command))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hearth {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Options of every command."""


def run() -> int:
    """Run the command line; returns the exit code."""
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
