"""``hearth search "…"``: what the index of the current folder knows about a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.text import Text

from hearth.core.errors import IndexUnavailable, InputError
from hearth.features.indexing.answer import Question, ask
from hearth.index.records import Filter, Hit, Why
from hearth.index.tokens import question_words, split

from . import context as contexts
from .index import place_of
from .output import emit, err, out, run_async

_SHOWN = 5
"""Lines shown of a result."""
_WHY = {Why.WORDS: "words", Why.MEANING: "meaning", Why.SYMBOL: "symbol"}


def command(
    question: str = typer.Argument(help="Words, names, or a question."),
    limit: int = typer.Option(8, "--limit", "-n", min=1, max=200, help="Most results."),
    under: list[str] = typer.Option([], "--in", metavar="PATH", help="Only in this file or folder. Repeatable."),
    language: list[str] = typer.Option([], "--language", "-l", help="Only in this language. Repeatable."),
    symbol: str = typer.Option("", "--symbol", help="Only inside this class or function."),
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Search the index of the current folder."""
    if not question.strip():
        raise InputError("the question is empty.", hint="Say what you look for.")
    context = contexts.load(quiet=json_output)
    place = place_of(None, context)
    only = Filter(under=tuple(under), languages=tuple(language), symbol=symbol)
    asked = Question(question, limit=limit, only=only)
    found = run_async(ask(place, asked, context.settings, context.paths))
    if found is None:
        raise IndexUnavailable("There is no index of this folder yet.", hint="Run `hearth index` here.")
    if json_output:
        emit({"results": [_json(place.file(hit.path), hit) for hit in found.hits], "notes": list(found.notes)})
        return
    for number, hit in enumerate(found.hits):
        if number:
            out.print()
        _show(hit, question)
    if not found.hits:
        err.print("[yellow]Nothing was found.[/]")
    for note in found.notes:
        err.print(f"[dim]{escape(note)}[/]")


def _json(file: Path | None, hit: Hit) -> dict[str, Any]:
    return {
        "path": hit.path,
        "file": str(file),
        "start": hit.start,
        "end": hit.end,
        "symbol": hit.symbol,
        "kind": hit.kind,
        "language": hit.language,
        "score": round(hit.score, 4),
        "reranked": hit.reranked,
        "why": [{"by": _WHY[each.why], "rank": each.rank, "detail": each.detail} for each in hit.reasons],
        "text": hit.text,
    }


def _show(hit: Hit, question: str) -> None:
    why = "; ".join(f"{_WHY[each.why]}: {each.detail}" if each.detail else _WHY[each.why] for each in hit.reasons)
    if hit.reranked is not None:
        why = f"reranked: {hit.reranked:.2f}; {why}"
    head = Text.assemble((f"{hit.path}:{hit.start}", "bold cyan"), "  ", (hit.symbol, "bold"), "  ", (why, "dim"))
    out.print(head)
    words = set(question_words(question))
    lines = hit.text.split("\n")
    first = _best(lines, words)
    for offset, line in enumerate(lines[first : first + _SHOWN], first):
        text = Text.assemble((f"{hit.start + offset:6} ", "dim"), line.expandtabs(4).rstrip()[:200])
        _mark(text, words)
        out.print(text)


def _best(lines: list[str], words: set[str]) -> int:
    """First of the lines that hold most words of the question together."""
    hits = [len(words & {part for word in line.split() for part in split(word)}) for line in lines]
    last = max(0, len(lines) - _SHOWN)
    return max(range(last + 1), key=lambda start: (sum(hits[start : start + _SHOWN]), -start))


def _mark(text: Text, words: set[str]) -> None:
    for word in words:
        text.highlight_words([word], style="bold yellow", case_sensitive=False)
