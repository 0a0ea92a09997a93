"""The place an action is asked for, and what the syntax there is."""

from __future__ import annotations

from functools import cached_property

import attrs

from hearth.syntax import queries
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope, enclosing

FUNCTIONS = frozenset({"function", "method"})
_DEFINITIONS = FUNCTIONS | queries.CONTAINERS


@attrs.frozen
class Trouble:
    """A diagnostic. Offsets are code points."""

    message: str
    start: int
    end: int


@attrs.frozen
class Place:
    """A document at one moment, and what is selected in it. Offsets are code points."""

    text: str = attrs.field(repr=False)
    path: str
    """Name of the document within its workspace folder."""
    language: str
    """LSP language identifier."""
    start: int
    end: int
    """Equals ``start`` where nothing is selected."""
    troubles: tuple[Trouble, ...] = ()
    private: bool = False
    """It may hold secrets, so no model is shown it."""


@attrs.frozen(eq=False)
class Spot:
    """A place with its syntax. Everything is found when it is first asked for."""

    place: Place
    tree: Tree | None
    """None where the language is not known or the text could not be parsed."""

    @property
    def text(self) -> str:
        """The document."""
        return self.place.text

    @property
    def language(self) -> Language | None:
        """The language, if the text was parsed."""
        return self.tree.language if self.tree is not None else None

    @cached_property
    def selection(self) -> tuple[int, int]:
        """What is selected, without blanks at its ends; an empty span where nothing else is.

        One word or sign is only where the cursor is: Helix's cursor is a selection, and eglot sends the word at point.
        """
        start, end = self.place.start, self.place.end
        inner = self.text[start:end]
        code = inner.strip()
        first = start + len(inner) - len(inner.lstrip()) if code else start
        if len(code) < 2 or code.isidentifier():
            return first, first
        return first, first + len(code)

    def at(self, offset: int) -> Spot:
        """The same document with the cursor elsewhere."""
        return Spot(attrs.evolve(self.place, start=offset, end=offset), self.tree)

    @property
    def is_selected(self) -> bool:
        """Whether any text is selected."""
        return self.selection[1] > self.selection[0]

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes that hold the selection, the outermost first. All of a line belongs to a scope that begins on it.

        A place in text that does not parse may be in scopes that are only guessed; such are left out, because nothing
        can be put in their place.
        """
        if self.tree is None:
            return ()
        start, end = self.selection
        line = self.text.rfind("\n", 0, start) + 1
        code = line + len(self.text[line:]) - len(self.text[line:].lstrip(" \t"))
        inside = max(start, min(code, len(self.text))) + (start <= code or self.is_selected)
        found = enclosing(self.tree, min(inside, len(self.text)))
        return tuple(each for each in found if each.start <= max(start, code) and end <= each.end)

    @cached_property
    def function(self) -> Scope | None:
        """The innermost function with a name that holds the selection."""
        return next((each for each in reversed(self.scopes) if each.kind in FUNCTIONS and each.name), None)

    @cached_property
    def definition(self) -> Scope | None:
        """The innermost function, class or their like with a name that holds the selection."""
        return next((each for each in reversed(self.scopes) if each.kind in _DEFINITIONS and each.name), None)

    @property
    def is_part(self) -> bool:
        """Whether some lines are selected, but not the whole of the definition that they are in."""
        if not self.is_selected:
            return False
        scope = self.definition
        return scope is None or self.selection != (scope.start, scope.end)

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The span widened to whole lines where only blanks stand beside it; the last line end is left out."""
        return whole_lines(self.text, start, end)


def whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole lines where only blanks stand beside it; the last line end is left out."""
    end = start + len(text[start:end].rstrip("\r\n"))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    if text[last - 1 : last] == "\r" and last > end:
        last -= 1
    start = first if not text[first:start].strip() else start
    end = last if not text[end:last].strip() else end
    return start, end
