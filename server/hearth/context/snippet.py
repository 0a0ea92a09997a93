"""A piece of another file that a completion is shown, and where it came from."""

from __future__ import annotations

import enum

import attrs


class Origin(enum.Enum):
    """Which source found a snippet."""

    DEFINITION = "definition"
    """It defines a name that is used near the cursor."""
    EDITED = "edited"
    """It was edited a moment ago."""
    SIMILAR = "similar"
    """Its words are those around the cursor."""
    SIGNATURE = "signature"
    """It is called where the cursor is, and defined in the same file, out of sight."""
    TAB = "tab"
    """A file that is open defines it."""
    RELATED = "related"
    """It tests the file, or is what the file tests."""
    VIEWED = "viewed"
    """It was on the screen a moment ago."""
    CHANGED = "changed"
    """It differs from the last commit."""
    PROBLEM = "problem"
    """It is what is wrong near the cursor."""
    CLIPBOARD = "clipboard"
    """It was copied."""


@attrs.frozen
class Snippet:
    """Whole lines of a file."""

    path: str
    """Within the workspace; for a person and the model."""
    text: str = attrs.field(repr=False)
    start: int
    """First line, from 1."""
    end: int
    """Last line, from 1, inclusive."""
    origin: Origin
    score: float
    """How useful it is thought to be; comparable within one answer only."""
    why: str
    """For a person: the name, the words."""
    shortened: bool = False
    """Bodies were left out of it."""
    brief: str = attrs.field(default="", repr=False)
    """Less of it, such as the signature alone, for where there is no room for the text; empty if there is no less."""

    def overlaps(self, other: Snippet) -> bool:
        """Whether both show a line of one file."""
        return self.path == other.path and self.start <= other.end and other.start <= self.end

    def joined(self, other: Snippet) -> Snippet | None:
        """This one with the lines of an overlapping one too; None if either does not show all of its lines."""
        first, last = sorted((self, other), key=lambda each: (each.start, each.end))
        lines, more = first._lines(), last._lines()
        if lines is None or more is None:
            return None
        text = "\n".join(lines + more[first.end + 1 - last.start :])
        brief = self.brief or self.text
        return attrs.evolve(self, text=text, brief=brief, start=first.start, end=max(first.end, last.end))

    def _lines(self) -> list[str] | None:
        lines = self.text.removesuffix("\n").split("\n")
        return lines if not self.shortened and len(lines) == self.end - self.start + 1 else None
