"""What is shown of a model that knows little: does it leave the text as whole as it was?"""

from __future__ import annotations

import time
from collections.abc import Sequence

from hearth.syntax import languages
from hearth.syntax.parse import Tree, parse

from . import corpus
from .overhead import HEARTH
from .result import Figure, Result, at_least, at_most, percentile
from .suggesting import serving, suggestion
from .wire import Client

NAME = "syntax"
TITLE = "Completions that break nothing"
PLACES = 1_000
FILES = 120
_BLOCK = 50
"""Places that one server is asked about, before its patience ends."""


def run() -> Result:
    """Ask the real server with the bundled model at random places of real files, with and without its check."""
    places = corpus.spots(PLACES, FILES, 11, ends=True)
    shown, broken, times = _ask(places, check=True)
    plain_shown, plain_broken, _ = _ask(places[: len(places) // 4], check=False)
    return Result(
        figures={
            "shown completions that add a syntax error": Figure(
                100 * broken / max(1, shown), "%", 100 * plain_broken / max(1, plain_shown), at_most(1)
            ),
            "places where something is shown": Figure(
                100 * shown / len(places), "%", 100 * plain_shown / (len(places) // 4)
            ),
            "completions looked at": Figure(shown, "", plain_shown, at_least(500)),
            "answered, p50": Figure(percentile(times, 50), "ms"),
        },
        note=(
            f"{len(places):,} places inside lines of {FILES} files of the standard library, the rest of the line taken "
            "out; each is asked of `hearth lsp` with the bundled model as an editor does while somebody types, and "
            "what comes back is inserted. It adds an error if tree-sitter finds more broken or missing nodes than in "
            "the text with nothing inserted. The peer is the same server with `completion.check_syntax` off, at the "
            "first quarter of the places. Where nothing is shown the model had nothing to say, or nothing of it parsed."
        ),
        target="Less than 1 % of what is shown adds an error.",
    )


def _ask(places: Sequence[corpus.Spot], *, check: bool) -> tuple[int, int, list[float]]:
    """Completions shown, those that add an error, and milliseconds of each answer."""
    shown = broken = 0
    times: list[float] = []
    checking = {"HEARTH_COMPLETION__CHECK_SYNTAX": "true" if check else "false", "HEARTH_COMPLETION__SILENCE": "0"}
    with serving(**checking) as (home, environ):
        for start in range(0, len(places), _BLOCK):
            with Client.running(HEARTH, environ) as client:
                client.initialize(home)
                for number, place in enumerate(places[start : start + _BLOCK], start):
                    uri, before, after = (home / f"{number}_{place.name}").as_uri(), place.before, place.after
                    begun = time.perf_counter()
                    with suggestion(client, uri, before, after) as found:
                        times.append((time.perf_counter() - begun) * 1000)
                    if found is not None and (text := found[1]):
                        shown += 1
                        broken += _errors(before + text + after) > _errors(before + after)
                client.request("shutdown", None)
    return shown, broken, times


def _errors(text: str) -> int:
    """Broken and missing nodes; what is inside of a broken one is no further one."""
    known = languages.by_name("python")
    tree = parse(text, known, deadline=30) if known is not None else None
    return 0 if tree is None else _count(tree)


def _count(tree: Tree) -> int:
    count, waiting = 0, [tree.root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            count += 1
        elif node.has_error:
            waiting += node.children
    return count
