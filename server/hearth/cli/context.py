"""What commands need from the composition root: settings and providers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hearth.app import create_provider
from hearth.core.options import Layer, environment_layer, resolve, stored_layers
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.providers.base import Provider

from .output import err


@attrs.frozen
class Context:
    """The settings of this command and where they come from."""

    settings: Settings
    paths: Paths
    warnings: tuple[str, ...]
    files: tuple[Path, ...]
    """Settings files that were read."""


def load(*, model: str | None = None, quiet: bool = False) -> Context:
    """Settings of the user, of the project in the current folder, of the environment and of ``--model``."""
    paths = Paths.of_user()
    layers, warnings = stored_layers(paths.config, (Path.cwd(),))
    files = tuple(Path(layer.name) for layer in layers)
    layers.append(environment_layer())
    if model is not None:
        layers.append(Layer("--model", {"models": {"completion": model, "chat": model}}))
    resolved = resolve(layers)
    warnings += resolved.warnings
    if not quiet:
        for warning in warnings:
            err.print(f"[yellow]warning:[/] {escape(warning)}")
    return Context(resolved.settings, paths, tuple(warnings), files)


@asynccontextmanager
async def provider(context: Context, spec: str) -> AsyncIterator[Provider]:
    """A provider that is ready; what happens until then is shown."""
    made = create_provider(spec, context.settings, context.paths)
    try:
        await _prepare(made)
        yield made
    finally:
        await made.aclose()


async def _prepare(made: Provider) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(f"Asking {made.name}", total=None)
        async for step in made.prepare():
            progress.update(task, description=escape(step.message), total=1.0, completed=step.fraction or 0.0)
