"""Passages and their replacements, put into the code that they are from."""

from __future__ import annotations

from collections.abc import Iterator

from .misfit import Misfit
from .parse import Replacement
from .spot import Spot
from .style import Style, indentation, lines_of, reindent, style_of
from .target import Target


def replaced(replacements: tuple[Replacement, ...], spot: Spot, target: Target) -> str:
    """The text of the target with every passage replaced. Each must be found once. Raises Misfit."""
    style = style_of(spot.text, target.start)
    lines = lines_of(spot.text[target.start : target.end])
    taken = [False] * len(lines)
    found: list[tuple[int, int, list[str]]] = []
    for each in replacements:
        search = _trimmed(lines_of(each.search))
        if not search:
            raise Misfit("a passage has nothing to search for")
        start = _find(lines, search)
        end = start + len(search)
        if any(taken[start:end]):
            raise Misfit("two passages overlap")
        taken[start:end] = [True] * len(search)
        found.append((start, end, _moved(each, lines[start:end], search, style)))
    for start, end, new in sorted(found, key=lambda each: each[0], reverse=True):
        lines[start:end] = new
    return style.newline.join(lines)


def _find(lines: list[str], search: list[str]) -> int:
    """The line where the passage begins: as it is written, or else without regard to blanks around lines."""
    for form in (str.rstrip, str.strip):
        wanted = [form(line) for line in search]
        places = list(_places([form(line) for line in lines], wanted))
        if len(places) == 1:
            return places[0]
        if places:
            raise Misfit(f"the passage that begins with `{search[0].strip()[:60]}` is found {len(places)} times")
    raise Misfit(f"the passage that begins with `{search[0].strip()[:60]}` is not in the code")


def _places(lines: list[str], wanted: list[str]) -> Iterator[int]:
    for index in range(len(lines) - len(wanted) + 1):
        if lines[index : index + len(wanted)] == wanted:
            yield index


def _moved(each: Replacement, old: list[str], search: list[str], style: Style) -> list[str]:
    """The new lines, indented as the passage is in the file."""
    if not each.replace.strip():
        return []
    new = _trimmed(lines_of(each.replace))
    if [line.rstrip() for line in old] == [line.rstrip() for line in search]:
        return [line.rstrip() for line in new]
    shift = len(indentation(new[0]).expandtabs(4)) - len(indentation(search[0]).expandtabs(4))
    base = indentation(old[0])
    step = style.unit.expandtabs(4)
    deeper = base + style.unit * (shift // len(step)) if step and shift > 0 else base
    return reindent("\n".join(new), deeper, style)


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines
