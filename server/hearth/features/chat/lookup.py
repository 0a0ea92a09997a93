"""What the index has for a question: the symbols that it names, and what bears on it."""

from __future__ import annotations

import asyncio
import logging

import attrs

from hearth.context import marks
from hearth.context.gather import Gathered
from hearth.context.source import Source
from hearth.core.errors import HearthError
from hearth.workspace.redact import redact

from .conversation import Ask

log = logging.getLogger(__name__)

_SEARCH_S = 3.0
"""Longest wait for the index. The first question opens it."""
_SMALLEST_CHARS = 100
"""With less room than this nothing is looked for."""


async def defined(ask: Ask, gathered: Gathered, chars: int) -> Gathered:
    """The definitions of the symbols that the question names, behind what was gathered.

    ``chars`` is the room for all sources together.
    """
    names = marks.symbols(ask.question)
    chars -= sum(len(each.text) for each in gathered.sources)
    if not names or chars < _SMALLEST_CHARS:
        return gathered
    if ask.index is None:
        note = "Symbols are looked up in the index, which is off."
        return attrs.evolve(gathered, notes=(*gathered.notes, note))
    try:
        async with asyncio.timeout(_SEARCH_S):
            from hearth.context.sources import symbols  # noqa: PLC0415 (imports what the start does not need)

            texts = ask.files.open_texts if ask.files is not None else {}
            found, unknown = await symbols.find(names, ask.index, texts, chars)
    except (TimeoutError, HearthError) as error:
        log.debug("symbols were not looked up: %r", error)
        note = "The index did not answer, so symbols were not looked up."
        return attrs.evolve(gathered, notes=(*gathered.notes, note))
    shown = [
        attrs.evolve(each, text=redact(each.text).text)
        for each in found
        if not any(_holds(other, each) for other in gathered.sources)
    ]
    notes = (*gathered.notes, *(f"The index knows no symbol {name}." for name in unknown))
    return attrs.evolve(gathered, sources=(*gathered.sources, *shown), notes=notes)


def _holds(outer: Source, inner: Source) -> bool:
    return outer.uri == inner.uri and outer.first_line <= inner.first_line and inner.last_line <= outer.last_line


async def searched(ask: Ask, gathered: Gathered, chars: int) -> Gathered:
    """What the workspace has on the question, behind what was named: it may be beside the point.

    ``chars`` is the room for all sources together.
    """
    chars -= sum(len(each.text) for each in gathered.sources)
    if ask.index is None or chars < _SMALLEST_CHARS:
        return gathered
    sure = marks.wants_workspace(ask.question)
    if ask.active is not None and ask.active.end > ask.active.start and not sure:
        return gathered
    try:
        async with asyncio.timeout(_SEARCH_S):
            from hearth.context.sources import workspace  # noqa: PLC0415 (imports what the start does not need)

            texts = ask.files.open_texts if ask.files is not None else {}
            shown = {each.uri for each in gathered.sources}
            found = await workspace.find(marks.plain(ask.question), ask.index, texts, shown, chars, sure=sure)
    except (TimeoutError, HearthError) as error:
        log.debug("the workspace was not searched: %r", error)
        note = ("The index did not answer, so the workspace was not searched.",) if sure else ()
        return attrs.evolve(gathered, notes=gathered.notes + note)
    if sure and not found:
        return attrs.evolve(gathered, notes=(*gathered.notes, "The index has nothing on this question yet."))
    return attrs.evolve(gathered, sources=(*gathered.sources, *found))
