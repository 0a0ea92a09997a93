"""``hearth complete FILE:LINE:COL``: one completion, shown as it grows."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import typer
from rich.live import Live
from rich.text import Text

from hearth.context import languages
from hearth.context.counting import Tokens
from hearth.context.frame import Assembled, Surroundings
from hearth.core.aio import closing
from hearth.core.errors import InputError
from hearth.core.text import Encoding, LineIndex
from hearth.features.completion.prompt import Model, Prompts
from hearth.features.completion.request import Request
from hearth.features.completion.run import Desk, complete
from hearth.features.indexing.answer import handle
from hearth.workspace.secrets import is_secret

from . import context as contexts
from .index import place_of
from .measure import Clock, Tap
from .output import emit, err, out, run_async
from .why import facts, page

_LINES_BEFORE, _LINES_AFTER = 8, 4
"""Lines shown around a completion."""

_MAX_BYTES = 20_000_000


def command(
    place: str = typer.Argument(metavar="FILE:LINE:COL", help="Where the cursor stands; lines and columns from 1."),
    model: str | None = typer.Option(None, help="Provider, or provider:model, instead of models.completion."),
    explain: bool = typer.Option(False, "--explain", help="Tell what the model was shown, and why."),
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Complete the code at a place in a file. The file is only read."""
    path, line, column = parse_place(place)
    text = read_text(path)
    index = LineIndex(text)
    if line > index.line_count:
        raise InputError(f"{path} has {index.line_count} lines, not {line}.", hint="Name a line of the file.")
    if column > len(index.line(line - 1)) + 1:
        raise InputError(
            f"line {line} of {path} has {len(index.line(line - 1))} characters; column {column} is behind its end.",
            hint=f"Name a column from 1 to {len(index.line(line - 1)) + 1}.",
        )
    offset = index.offset(line - 1, column - 1, Encoding.UTF32)
    request = Request(text, offset, path=shown_path(path), language=languages.of_path(path), automatic=False)
    context = contexts.load(model=model, quiet=json_output)
    clock, made, result = run_async(_run(context, path.absolute(), request, json_output=json_output))
    if json_output:
        told = {"explain": facts(made)} if explain and made is not None else {}
        emit({"completion": result, "file": str(path), "line": line, "column": column, **clock.facts(), **told})
    elif not out.is_terminal:
        sys.stdout.write(result + "\n" if result else "")
    if not json_output:
        err.print(f"[dim]{clock.line()}[/]" if result else "[yellow]The model has nothing to suggest here.[/]")
        if explain and made is not None:
            err.print(page(made, clock.usage))


def parse_place(place: str) -> tuple[Path, int, int]:
    """``FILE:LINE:COL`` or ``FILE:LINE`` (the end of that line is not guessed: column 1). Raises InputError."""
    parts = place.rsplit(":", 2)
    try:
        numbers = [int(part) for part in parts[1:]]
    except ValueError:
        numbers = []
    if len(numbers) != 2 or min(numbers) < 1 or not parts[0]:
        raise InputError(f"{place!r} is not FILE:LINE:COL.", hint="For example: hearth complete app.py:10:5")
    return Path(parts[0]), numbers[0], numbers[1]


def read_text(path: Path) -> str:
    """The text of a file that the user named, for a model to see. Raises InputError."""
    if is_secret(path):
        raise InputError(f"{path} may hold secrets, so it is not shown to a model.")
    try:
        with path.open("rb") as file:  # It may be a pipe: a shell gives the output of a command as one.
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise InputError(f"{path} is larger than {_MAX_BYTES // 1_000_000} MB.", hint="Name a source file.")
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from None


def shown_path(path: Path) -> str:
    """``path`` within the current folder if it is there, else its name: the model sees no more of the disk."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.name


async def _run(
    context: contexts.Context, path: Path, request: Request, *, json_output: bool
) -> tuple[Clock, Assembled | None, str]:
    clock = Clock()
    prompts = Prompts()
    growing = ""
    place = place_of(None, context)
    index = handle(place, context.settings, context.paths)
    around = Surroundings(index=index, name=place.name_of(path) or "")
    async with (
        contextlib.aclosing(index),
        contexts.provider(context, context.settings.models.completion) as provider,
    ):
        model = Model((await provider.capabilities()).context, Tokens(provider.count_tokens))
        with Live(console=out, auto_refresh=False, transient=False) as live:
            visible = out.is_terminal and not json_output

            def show(text: str) -> None:
                nonlocal growing
                growing += text
                if visible:
                    live.update(_page(request, growing), refresh=True)

            result = ""
            desk = Desk(Tap(provider, clock, show), model, prompts, around)
            async with closing(complete(request, desk, context.settings.completion)) as states:
                async for state in states:
                    result = state.text
            if visible:
                live.update(_page(request, result), refresh=True)
    return clock, prompts.why(""), result


def _page(request: Request, ghost: str) -> Text:
    """The code around the cursor with the completion in it."""
    before = request.text[: request.offset].split("\n")[-_LINES_BEFORE:]
    after = request.text[request.offset :].split("\n")[:_LINES_AFTER]
    page = Text("\n".join(before), style="dim")
    page.append(ghost, style="bold green")
    page.append("\n".join(after), style="dim")
    return page
