"""What goes into the making of a prompt and what comes out. Imports nothing that takes long."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import attrs

from .snippet import Snippet

if TYPE_CHECKING:
    from pathlib import Path

    from hearth.index.handle import Handle
    from hearth.workspace.changed import Hunk


@attrs.frozen
class OpenFile:
    """A document that the editor has open, as it stands there."""

    path: str
    language: str
    text: str = attrs.field(repr=False)


@attrs.frozen
class Place:
    """A cursor in a document."""

    key: str
    """Tells documents apart."""
    text: str = attrs.field(repr=False)
    offset: int
    """Code points."""
    path: str
    language: str
    """LSP language identifier."""

    @cached_property
    def line(self) -> int:
        """From 0."""
        return self.text.count("\n", 0, self.offset)


@attrs.frozen
class Problem:
    """Something that is wrong in a document."""

    line: int
    """From 0."""
    message: str


class Changes(Protocol):
    """What differs from the last commit."""

    async def hunks(self) -> Sequence[Hunk]:
        """The changes of all tracked files, by the names that the index gives to files."""
        ...


@attrs.frozen
class Surroundings:
    """What else there is to look at."""

    index: Handle | None = None
    open: tuple[OpenFile, ...] = ()
    recent: tuple[Snippet, ...] = ()
    """What was edited a moment ago, the newest first."""
    viewed: tuple[Snippet, ...] = ()
    """What was looked at a moment ago, the newest first."""
    problems: tuple[Problem, ...] = ()
    """What is wrong in the document."""
    changes: Changes | None = None
    tabs: tuple[str, ...] = ()
    """What the index calls the other open files, those that somebody was in last first."""
    clipboard: str = attrs.field(default="", repr=False)
    texts: Mapping[Path, str] = attrs.field(factory=dict, repr=False)
    """Text of other open files by absolute path: it goes before what was indexed."""
    name: str = ""
    """What the index calls the document; empty if it is not known there."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        others = self.open or self.recent or self.viewed or self.problems or self.clipboard
        return self.index is None and self.changes is None and not others


@attrs.frozen
class Room:
    """What fits into a prompt."""

    prefix_chars: int
    suffix_chars: int
    others_tokens: int
    """For snippets of other files; 0 for none."""
    patient: bool = False
    """Somebody asked for this and waits."""


@attrs.frozen
class Omission:
    """Lines that are not shown."""

    line: int
    """The first of them, from 0."""
    lines: int
    why: str


class Fate(enum.Enum):
    """What became of a snippet."""

    SHOWN = "shown"
    VISIBLE = "the prompt has these lines anyway"
    OVERLAPS = "a better snippet has these lines"
    ALIKE = "nearly the same text is shown already"
    TOO_LONG = "too long for the budget"
    NO_ROOM = "no room left"


@attrs.frozen
class Ranked:
    """A snippet and what became of it."""

    snippet: Snippet
    tokens: int
    fate: Fate


@attrs.frozen
class Assembled:
    """What goes to the model, and why."""

    prefix: str = attrs.field(repr=False)
    suffix: str = attrs.field(repr=False)
    others: tuple[Snippet, ...] = ()
    ranked: tuple[Ranked, ...] = ()
    omitted: tuple[Omission, ...] = ()
    late: tuple[str, ...] = ()
    """Sources that were not waited for."""
    milliseconds: Mapping[str, float] = attrs.field(factory=dict)
    """Time that each stage took."""
