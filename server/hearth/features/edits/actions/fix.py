"""Fix a diagnostic, of whatever server reported it."""

from __future__ import annotations

from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer, title
from hearth.features.edits.spot import Spot, Trouble
from hearth.features.edits.target import Target, of_lines, of_scope
from hearth.prompts.render import fence, render

_FUNCTION_LINES = 60
"""In a longer function only the paragraph of the diagnostic is changed."""

_PARAGRAPH_LINES = 20
_MOST = 5
"""Diagnostics at one place that are offered."""


def _offers(spot: Spot) -> Iterator[Offer]:
    if spot.tree is None:
        return
    for trouble in [each for each in spot.place.troubles if each.message.strip()][:_MOST]:
        target = _target(spot, trouble)
        line = spot.text.count("\n", target.start, max(target.start, trouble.start)) + 1
        message = trouble.message.strip()
        instruction = render("edits/fix", line=str(line), message=message, fence=fence(message))
        yield Offer(title(f"Fix: {message}"), target, instruction, trouble)


def _target(spot: Spot, trouble: Trouble) -> Target:
    # Mostly it is on the line of the cursor, whose scopes are known already: in broken code they cost a parse.
    same = not spot.is_selected and "\n" not in spot.text[slice(*sorted((spot.place.start, trouble.start)))]
    there = spot if same else spot.at(trouble.start)
    scope = there.function
    if scope is not None and spot.text.count("\n", scope.start, scope.end) < _FUNCTION_LINES:
        return of_scope(there, scope, least=0.4)
    return of_lines(spot, *_paragraph(spot.text, trouble.start, max(trouble.start, trouble.end)))


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines of a span and those around them, up to the next blank line on each side."""
    start = text.rfind("\n", 0, start) + 1
    for _ in range(_PARAGRAPH_LINES):
        above = text.rfind("\n", 0, max(0, start - 1)) + 1
        if start == 0 or not text[above:start].strip():
            break
        start = above
    for _ in range(_PARAGRAPH_LINES):
        line_end = text.find("\n", end)
        if line_end < 0:
            return start, len(text)
        below = text.find("\n", line_end + 1)
        below = len(text) if below < 0 else below
        if not text[line_end:below].strip():
            return start, line_end
        end = below
    return start, end


FIX = Action("fix", "quickfix", _offers)
