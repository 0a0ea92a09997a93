"""What became of suggestions: an editor tells it of the suggestions that were sent to it, by their ids."""

from __future__ import annotations

import enum
import itertools
from collections import OrderedDict
from typing import Protocol

import attrs

_MOST = 256
"""Suggestions that are remembered: minutes of typing. What became of an older one will not be told."""


class Outcome(enum.Enum):
    """What became of a suggestion."""

    ACCEPTED = "accepted"
    """It was put into the document, or the beginning of it."""
    REJECTED = "rejected"
    """It was seen, and something else was typed, or it was dismissed."""
    IGNORED = "ignored"
    """The cursor went elsewhere, or another suggestion took its place."""


@attrs.frozen
class Suggestion:
    """What was sent to an editor."""

    uri: str
    language: str
    """LSP language identifier."""
    text: str = attrs.field(repr=False)
    """As it was sent; it may have grown since."""
    offset: int
    """Where it was asked for, in code points."""
    automatic: bool
    """Nobody asked for it by hand."""


@attrs.frozen
class Feedback:
    """What became of one suggestion."""

    suggestion: Suggestion
    outcome: Outcome
    accepted: int
    """Length of what was put into the document, in UTF-16 units; 0 if that is nothing, or all of it."""


class Sink(Protocol):
    """Who wants to know."""

    def told(self, feedback: Feedback) -> None:
        """Hear of one suggestion. The last word counts: one that is accepted word by word is told of several times."""
        ...


class Offered:
    """The suggestions that an editor may still tell of."""

    def __init__(self, sink: Sink | None = None) -> None:
        self._sink = sink
        self._numbers = itertools.count(1)
        self._known: OrderedDict[str, Suggestion] = OrderedDict()

    def add(self, suggestion: Suggestion) -> str:
        """Remember what is about to be sent; returns its id, the same while the same is asked for again."""
        last = next(reversed(self._known), None)
        if last is not None and self._known[last] == suggestion:
            return last
        name = str(next(self._numbers))
        self._known[name] = suggestion
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return name

    def told(self, name: str, outcome: Outcome, accepted: int = 0) -> Feedback | None:
        """Hand on what became of a suggestion; None if no such suggestion is known."""
        suggestion = self._known.get(name)
        if suggestion is None:
            return None
        feedback = Feedback(suggestion, outcome, max(0, accepted))
        if self._sink is not None:
            self._sink.told(feedback)
        return feedback

    def forget(self, uri: str) -> None:
        """Forget the suggestions of a document that was closed."""
        self._known = OrderedDict((name, each) for name, each in self._known.items() if each.uri != uri)
