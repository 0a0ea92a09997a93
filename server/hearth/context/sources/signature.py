"""The signature of the call that the cursor stands in, where this file defines it and the prompt does not reach it."""

from __future__ import annotations

import re

from hearth.context import digest
from hearth.context.frame import Place, Room
from hearth.context.names import callee
from hearth.context.snippet import Origin, Snippet
from hearth.syntax import tags
from hearth.syntax.parse import Tree

_CHARS = 600
"""Of a definition in which its header is looked for."""


def is_called(place: Place) -> bool:
    """Whether the cursor stands in the parentheses of a call."""
    return callee(place.text, place.offset) != ""


def find(tree: Tree, place: Place, room: Room) -> list[Snippet]:
    """At most one snippet. What other files define is found by its name: see :mod:`.definitions`."""
    name = callee(place.text, place.offset)
    if not name:
        return []
    first, last = place.offset - room.prefix_chars, place.offset + room.suffix_chars
    word = re.compile(rf"\b{name}\b")
    if word.search(place.text, 0, max(0, first)) is None and word.search(place.text, last) is None:
        return []  # Found by looking; asking the syntax of the whole file takes longer.
    own = [each for each in tags.definitions(tree) if each.name == name]
    if not own or any(first <= each.start < last for each in own):
        return []
    start = place.text.rfind("\n", 0, own[0].start) + 1
    header = _header(place.text[start : start + _CHARS])
    line = place.text.count("\n", 0, start) + 1
    why = f"signature of {name}, which is called here"
    return [Snippet(place.path, header, line, line + header.count("\n"), Origin.SIGNATURE, 1.0, why)] if header else []


def _header(text: str) -> str:
    """The lines up to the one that closes the parameters."""
    depth = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        depth += sum(line.count(each) for each in "([") - sum(line.count(each) for each in ")]")
        if depth <= 0:
            return "\n".join(lines[: number + 1]).strip().rstrip(" {:")
    return digest.header(text)
