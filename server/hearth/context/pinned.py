"""What stands before a document's own text in its prompts, and when that may change.

A prompt whose beginning changed is evaluated again as a whole. So snippets stay as they are while somebody types at a
place; what is found later is added behind them, and only what changes the model's mind is worth that: a definition of
a name that has just been used.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from .snippet import Origin, Snippet

_NEAR = 1.0
"""Score of a definition that is worth the evaluation of the whole prompt: its name is used a few lines away."""
_TELLING = (Origin.DEFINITION, Origin.SIGNATURE)
_JUMP_LINES = 150
"""A cursor that moves farther is somewhere else: other snippets are worth their evaluation."""


@attrs.frozen
class Pinned:
    """The snippets of one document's prompts, in their order, and the line they were chosen for."""

    snippets: tuple[Snippet, ...]
    line: int

    def misses(self, chosen: Sequence[Snippet]) -> bool:
        """Whether ``chosen`` has the definition of a name used close by that is not shown."""
        shown = {(each.path, each.start) for each in self.snippets}
        near = [each for each in chosen if each.origin in _TELLING and each.score >= _NEAR]
        return any((each.path, each.start) not in shown for each in near)

    def is_near(self, line: int) -> bool:
        """Whether ``line`` is where it was chosen for."""
        return are_near(self.line, line)

    def with_added(self, chosen: Sequence[Snippet], line: int, fits: int) -> Pinned:
        """The snippets that are still chosen or still fit, in the order they have, and the new ones behind them.

        ``fits`` is how many of the old ones there is room for beside the chosen ones.
        """
        wanted = {_key(each) for each in chosen}
        spare = fits
        kept = []
        for each in self.snippets:
            if _key(each) in wanted:
                kept.append(each)
            elif spare > 0:
                kept.append(each)
                spare -= 1
        shown = {_key(each) for each in kept}
        new = [each for each in reversed(chosen) if _key(each) not in shown]
        return Pinned((*kept, *new), line)


def are_near(line: int, other: int) -> bool:
    """Whether what is worth showing at one line is so at the other."""
    return abs(line - other) <= _JUMP_LINES


def pin(chosen: Sequence[Snippet], line: int) -> Pinned:
    """Begin anew: the best snippet stands last, nearest to the text."""
    return Pinned(tuple(reversed(chosen)), line)


def _key(snippet: Snippet) -> tuple[str, int, str]:
    return snippet.path, snippet.start, snippet.text
