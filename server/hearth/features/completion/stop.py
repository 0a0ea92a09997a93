"""Where a completion ends. Small models go on writing long after the thought is complete."""

from __future__ import annotations

import attrs

from .request import Request, indentation

_CLOSERS = ")]}"
_REPEATED_CHARS = 4
"""Shorter lines (``}``, ``)``, ``pass``-like words apart) stand twice in a row in good code."""


@attrs.frozen
class Cut:
    """The part of the generated text that is kept, and whether nothing after it can matter."""

    text: str
    ended: bool


def cut(raw: str, request: Request, *, whole: bool) -> Cut:
    """Cut the generated text ``raw``; ``whole`` says that no more comes, so that its last line is complete."""
    lines = raw.replace("\r\n", "\n").split("\n")
    if not request.many_lines:
        return Cut(lines[0], len(lines) > 1 or whole)
    end = _end([request.line_before + lines[0], *lines[1:]], request, whole)
    return Cut("\n".join(lines if end is None else lines[:end]), whole or end is not None)


def _end(lines: list[str], request: Request, whole: bool) -> int | None:
    """Number of lines to keep, or None while the text may go on. The first line is the cursor's, from its start."""
    outer = indentation(request.line_before)
    opened = bool(request.line_before.strip())
    body = None if opened or not lines[0].strip() else indentation(lines[0])
    for number in range(1, len(lines)):
        line = lines[number]
        complete = whole or number < len(lines) - 1
        if not line.strip():
            if complete and not lines[number - 1].strip() and number > 1:
                return number - 1
            continue
        width = indentation(line)
        if body is None and (not opened or width > outer):
            body = width
        elif width < body if body is not None else width <= outer:
            return _with_closer(lines, number, complete, request, outer) if opened else number
        if complete and _is_next_line(line, request):
            return number
        if body == 0 and width == 0 and not lines[number - 1].strip() and any(each.strip() for each in lines[:number]):
            return number - 1
        if complete and (loop := _repetition(lines, number)) is not None:
            return loop
    return None


def _with_closer(lines: list[str], number: int, complete: bool, request: Request, outer: int) -> int | None:
    """The line that closes a block which the cursor's line opened belongs to it, unless it stands there already."""
    line = lines[number]
    closes = line.strip()[0] in _CLOSERS and indentation(line) == outer
    if not closes or request.line_after.strip() or _is_next_line(line, request):
        return number
    return number + 1 if complete else None


def _is_next_line(line: str, request: Request) -> bool:
    """Whether the model has arrived at what follows the cursor."""
    following = request.next_line
    if not following:
        return False
    same_place = line.rstrip() == following.rstrip()
    return same_place or (line.strip() == following.strip() and len(line.strip()) > _REPEATED_CHARS)


def _repetition(lines: list[str], number: int) -> int | None:
    """Number of lines before a loop of one or two lines; None if there is no loop."""
    if len(lines[number].strip()) > _REPEATED_CHARS and lines[number] == lines[number - 1]:
        return number
    pair = lines[number - 1 : number + 1]
    if number >= 3 and pair == lines[number - 3 : number - 1] and all(each.strip() for each in pair):
        return number - 1
    return None
