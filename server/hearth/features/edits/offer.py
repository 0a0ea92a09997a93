"""What is offered at a place: a title for the user, and the task for the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from .spot import Spot, Trouble
from .target import Target

_TITLE_CHARS = 70


@attrs.frozen
class Offer:
    """One entry of the editor's menu."""

    title: str
    target: Target | None
    """None for what changes nothing: an explanation."""
    instruction: str = attrs.field(repr=False)
    """What the model is asked to do."""
    trouble: Trouble | None = None
    """The diagnostic that it is about."""
    action: str = ""
    """Name of the action that made the offer."""
    kind: str = ""


@attrs.frozen
class Action:
    """One thing that can be asked for. Each is a file of ``actions/``."""

    name: str
    kind: str
    """A code action kind of LSP, or one below ``hearth``."""
    offers: Callable[[Spot], Iterable[Offer]]
    """What it offers at a place. Called at every move of the cursor: it looks at the syntax and at nothing else."""


def title(text: str) -> str:
    """``text`` on one line, not longer than menus are wide."""
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_CHARS else line[: _TITLE_CHARS - 1] + "…"


def subject(spot: Spot, target: Target) -> str:
    """What to call the code of a target in a title."""
    return f"`{target.scope.name}`" if target.scope is not None else "the selection" if spot.is_selected else "this"


def line_count(spot: Spot, target: Target) -> int:
    """Lines of a target."""
    return spot.text.count("\n", target.start, target.end) + 1
