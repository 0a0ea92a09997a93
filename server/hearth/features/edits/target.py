"""What an action may change, and what has to stay as it is."""

from __future__ import annotations

import enum

import attrs

from hearth.syntax.scope import Scope

from .spot import Spot

_PARTS_LINES = 80
"""A longer piece is changed in parts: to write it out again takes minutes on a small machine, and invites mistakes."""


class Form(enum.Enum):
    """What the model is asked to answer with."""

    WHOLE = "whole"
    """All of the piece, changed."""
    PARTS = "parts"
    """Passages of the piece, each with what to put in its place."""
    BODY = "body"
    """All of a function whose body is missing."""
    DOCUMENTATION = "documentation"
    """The documentation alone."""
    ADDITION = "addition"
    """Code to put behind what the document holds."""


class Keep(enum.Enum):
    """What an answer must leave as it is."""

    NOTHING = "nothing"
    HEADER = "header"
    """The header of the function."""
    CODE = "code"
    """All but comments and documentation."""
    STRUCTURE = "structure"
    """All but the names of variables."""


@attrs.frozen
class Target:
    """A span of the document, in code points: whole lines if it stands alone on them."""

    start: int
    end: int
    form: Form = Form.WHOLE
    scope: Scope | None = None
    """The definition that the span holds; None for lines, and for the whole document."""
    depth: int = 0
    """Definitions around ``scope``."""
    keep: Keep = Keep.NOTHING
    least: float = 0.0
    """Share of the lines that has to remain: what is shorter has lost something."""


def of_scope(spot: Spot, scope: Scope, *, keep: Keep = Keep.NOTHING, least: float = 0.0) -> Target:
    """All of a definition."""
    start, end = spot.lines(scope.start, scope.end)
    is_long = spot.text.count("\n", start, end) >= _PARTS_LINES
    depth = next((index for index, each in enumerate(spot.scopes) if each == scope), len(spot.scopes))
    return Target(start, end, Form.PARTS if is_long else Form.WHOLE, scope, depth, keep, least)


def of_lines(spot: Spot, start: int, end: int, *, keep: Keep = Keep.NOTHING, least: float = 0.0) -> Target:
    """The lines that hold the text between two offsets."""
    text = spot.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    last -= text[last - 1 : last] == "\r" and last > first
    is_long = text.count("\n", first, last) >= _PARTS_LINES
    return Target(first, max(first, last), Form.PARTS if is_long else Form.WHOLE, keep=keep, least=least)


def of_selection(spot: Spot, *, keep: Keep = Keep.NOTHING, least: float = 0.0) -> Target | None:
    """The selected lines, or the function at the place; None where there is neither."""
    if spot.is_part:
        return of_lines(spot, *spot.selection, keep=keep, least=least)
    scope = spot.definition if spot.is_selected else spot.function or spot.definition
    return None if scope is None else of_scope(spot, scope, keep=keep, least=least)
