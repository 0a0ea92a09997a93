"""``hearth ask "…"``: a question about code, answered as a stream."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import typer
from rich.markup import escape

from hearth.context import languages
from hearth.context.sources.active import Active
from hearth.core.aio import closing
from hearth.core.errors import InputError
from hearth.core.text import Encoding, LineIndex
from hearth.features.chat import pictures
from hearth.features.chat.conversation import Ask
from hearth.features.chat.run import Answer, Shown, Text, answer
from hearth.features.indexing.answer import handle
from hearth.workspace.read import Files
from hearth.workspace.roots import Roots
from hearth.workspace.uris import to_uri

from . import context as contexts
from .complete import read_text, shown_path
from .index import place_of
from .measure import Clock
from .output import emit, err, run_async


def command(
    question: str = typer.Argument(help="What you want to know; @path/to/file brings a file along. - reads stdin."),
    file: str | None = typer.Option(None, "--file", "-f", metavar="PATH[:FROM[-TO]]", help="The code it is about."),
    image: list[Path] = typer.Option((), "--image", metavar="PATH", help="A picture, for a model that sees."),
    model: str | None = typer.Option(None, help="Provider, or provider:model, instead of models.chat."),
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object at the end."),
) -> None:
    """Ask about the code in the current folder."""
    text = sys.stdin.read() if question == "-" else question
    files = Files(Roots.of_uris([(to_uri(Path.cwd()), "")]))
    images = tuple(map(pictures.read, image))
    context = contexts.load(model=model, quiet=json_output)
    index = handle(place_of(None, context), context.settings, context.paths)
    ask = Ask(text, active=_active(file) if file else None, files=files, index=index, images=images)
    clock, shown, done = run_async(_run(context, ask, json_output=json_output))
    if json_output:
        sources = [{"title": each.title, "uri": each.uri} for each in shown.sources]
        facts = {"answer": done.text, "reason": done.reason.value, "sources": sources, "notes": list(shown.notes)}
        emit({**facts, **clock.facts()})
    else:
        err.print(f"[dim]{clock.line()}[/]")


async def _run(context: contexts.Context, ask: Ask, *, json_output: bool) -> tuple[Clock, Shown, Answer]:
    shown = Shown((), ())
    async with (
        contextlib.nullcontext() if ask.index is None else contextlib.aclosing(ask.index),
        contexts.provider(context, context.settings.models.chat) as provider,
    ):
        able = await provider.capabilities()
        window, ask = able.context, pictures.shown(ask, able)
        clock = Clock()
        async with closing(answer(ask, provider, context.settings.chat, window)) as parts:
            async for part in parts:
                if isinstance(part, Shown):
                    shown = part
                    if not json_output:
                        _show_sources(part)
                elif isinstance(part, Text):
                    clock.saw()
                    if not json_output:
                        sys.stdout.write(part.text)
                        sys.stdout.flush()
                else:
                    clock.usage = part.usage
                    if not json_output:
                        sys.stdout.write("\n")
                    return clock, shown, part
    raise InputError("the model gave no answer.", hint="Ask again, or look at `hearth doctor`.")


def _show_sources(shown: Shown) -> None:
    for source in shown.sources:
        err.print(f"[dim]source:[/] [cyan]{escape(source.title)}[/]")
    for note in shown.notes:
        err.print(f"[yellow]note:[/] {escape(note)}")


def _active(place: str) -> Active:
    """The file that the question is about, with the lines that ``PATH:FROM-TO`` names selected."""
    name, _, lines = place.rpartition(":")
    first, _, last = lines.partition("-")
    if not name or not first.isdecimal() or (last and not last.isdecimal()):
        name, first, last = place, "", ""
    path = Path(name)
    text = read_text(path)
    index = LineIndex(text)
    start = end = 0
    if first:
        if not 1 <= int(first) <= index.line_count or (last and int(last) < int(first)):
            raise InputError(f"{path} has lines 1 to {index.line_count}, not {lines}.", hint="Name lines of the file.")
        start = index.offset(int(first) - 1, 0, Encoding.UTF32)
        end = index.offset(int(last or first), 0, Encoding.UTF32)
    return Active(to_uri(path.resolve()), shown_path(path), languages.of_path(path), text, start, end)
