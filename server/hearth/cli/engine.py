"""``hearth engine``: the shared engine process, looked at and ended."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from hearth.core.paths import Paths
from hearth.engine import launch
from hearth.engine.api import EngineAddress

from . import context as contexts
from .output import emit, err, guarded, out, run_async

app = typer.Typer(help="The engine: one process per model, shared by all editors.", no_args_is_help=True)


def status(
    json_output: bool = typer.Option(False, "--json", help="Print a JSON list."),
) -> None:
    """Show the engines that run."""
    engines = run_async(_look(Paths.of_user()))
    if json_output:
        emit([_facts(address, health) for address, health in engines])
        return
    if not engines:
        out.print("No engine runs. One starts with the first completion or question.")
        return
    titles = "model", "state", "mode", "pid", "port", "memory", "threads", "requests", "up"
    table = Table(*titles, box=None, pad_edge=False)
    for address, health in engines:
        table.add_row(
            escape(str(health.get("model", Path(address.model).stem))),
            str(health.get("status", "not answering")),
            str(health.get("mode", "")),
            str(address.pid),
            str(address.port),
            f"{health['memory_bytes'] / 1e6:.0f} MB" if "memory_bytes" in health else "",
            str(health.get("threads", "")),
            f"{health.get('running', 0)} run, {health.get('waiting', 0)} wait",
            f"{(time.time() - address.started) / 60:.0f} min",
        )
    out.print(table)


def start(
    model: str | None = typer.Option(None, help="A model name or file instead of engine.model."),
) -> None:
    """Start the engine, or find it running, and wait until it is ready."""
    context = contexts.load()
    spec = f"embedded:{model}" if model else "embedded"
    name = run_async(_start(context, spec))
    err.print(f"[green]ready:[/] {escape(name)}")


def stop() -> None:
    """End all engines. Whoever needs one starts it again."""
    stopped = run_async(_stop(Paths.of_user()))
    err.print(f"Stopped {stopped} engine{'' if stopped == 1 else 's'}." if stopped else "No engine runs.")


for _command in (status, start, stop):
    app.command()(guarded(_command))


async def _look(paths: Paths) -> list[tuple[EngineAddress, dict[str, Any]]]:
    return [(address, await launch.status(address)) for address in launch.running(paths)]


async def _start(context: contexts.Context, spec: str) -> str:
    async with contexts.provider(context, spec) as provider:
        return (await provider.capabilities()).model


async def _stop(paths: Paths) -> int:
    addresses = launch.running(paths)
    with err.status("Stopping"):
        for address in addresses:
            await launch.stop(address)
    return len(addresses)


def _facts(address: EngineAddress, health: dict[str, Any]) -> dict[str, Any]:
    """All but the token."""
    return {
        "model_path": address.model,
        "pid": address.pid,
        "port": address.port,
        "version": address.version,
        "log": address.log,
        "started": address.started,
        "health": health,
    }
