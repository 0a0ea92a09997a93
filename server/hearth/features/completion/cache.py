"""Completions that are known: keyed by the text before *and* after the cursor, and used on while they are typed.

What makes an answer right is the document that accepting it would give: it must be the one that accepting the known
completion where it was made would have given. So whatever was typed, accepted in parts or deleted since, nothing stale
is ever offered.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import Self

import attrs

from .request import CompletionState, Request

_BEFORE_CHARS, _AFTER_CHARS = 8_000, 4_000
"""Text around a place that must be the same. The default windows of the model are smaller."""
_CLOSERS = ")]}>\"'`"
_MOST_CLOSERS = 4
"""Closing characters that editors put behind the cursor by themselves while brackets and quotes are typed."""
_MAX_ENTRIES = 256
"""Minutes of typing. All of them are looked through for each keystroke, most by comparing two numbers."""
_MAX_BYTES = 8_000_000
"""An entry takes 12 kB in most documents, four times that where there are emoji."""


@attrs.frozen
class Typed:
    """What has been added at a place."""

    text: str
    """Before the cursor."""
    closers: str = ""
    """Behind the cursor."""


@attrs.frozen
class Place:
    """Where a completion was made: enough of the document to know it again."""

    uri: str
    offset: int
    length: int
    """Of the whole document: an edit anywhere else changes it."""
    before: str = attrs.field(repr=False)
    after: str = attrs.field(repr=False)

    @classmethod
    def of(cls, uri: str, request: Request) -> Self:
        """The place of a request."""
        text, offset = request.text, request.offset
        before = text[max(0, offset - _BEFORE_CHARS) : offset]
        return cls(uri, offset, len(text), before, text[offset : offset + _AFTER_CHARS])

    def typed(self, request: Request) -> Typed | None:
        """What was typed here to come to the cursor of ``request``; None if anything else is different too."""
        added = request.offset - self.offset
        closing = len(request.text) - self.length - added
        if added < 0 or not 0 <= closing <= _MOST_CLOSERS or self._added(request.text) is None:
            return None
        closers = request.text[request.offset : request.offset + closing]
        return Typed(request.text[self.offset : request.offset], closers) if _are_closers(closers) else None

    def readings(self, text: str) -> list[Typed]:
        """What may have been typed here to come to a document with ``text``, wherever the cursor is in it."""
        added = self._added(text)
        if added is None:
            return []
        ends = range(len(added), max(-1, len(added) - _MOST_CLOSERS - 1), -1)
        return [Typed(added[:end], added[end:]) for end in ends if _are_closers(added[end:])]

    def is_ahead_of(self, text: str) -> bool:
        """Whether typing goes on towards this place: a document with ``text`` lacks only what stands before it."""
        start = self.offset - (self.length - len(text))
        kept = len(self.before) - (self.offset - start)
        return (
            0 <= kept <= len(self.before)
            and text[start - kept : start] == self.before[:kept]
            and text[start : start + _AFTER_CHARS] == self.after
        )

    def _added(self, text: str) -> str | None:
        end = self.offset + len(text) - self.length
        same = (
            end >= self.offset
            and text[end : end + _AFTER_CHARS] == self.after
            and text[self.offset - len(self.before) : self.offset] == self.before
        )
        return text[self.offset : end] if same else None


def rest(completion: str, typed: Typed) -> str | None:
    """What is left of a completion behind what was typed; None if something else was typed."""
    if not completion.startswith(typed.text) or not completion.endswith(typed.closers):
        return None
    end = len(completion) - len(typed.closers)
    return completion[len(typed.text) : end] if len(typed.text) <= end else None


class Cache:
    """The completions of a session, the latest used ones; nothing is written anywhere."""

    def __init__(self, max_entries: int = _MAX_ENTRIES, max_bytes: int = _MAX_BYTES) -> None:
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._states: OrderedDict[Place, CompletionState] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._states)

    def find(self, uri: str, request: Request) -> CompletionState | None:
        """What is known at the cursor, the latest used first. Without text: that there is nothing to suggest.

        Somebody who asks explicitly for what was empty is not put off with that.
        """
        for place, state in reversed(self._states.items()):
            added = request.offset - place.offset
            if place.uri != uri or not 0 <= added <= len(state.text) or (added and not state.text):
                continue
            if not state.text.startswith(request.text[place.offset : request.offset]):
                continue
            typed = place.typed(request)
            left = rest(state.text, typed) if typed is not None else None
            nothing = not state.text and left is not None and request.automatic
            if left is not None and (left.strip() or nothing):
                self._states.move_to_end(place)
                return attrs.evolve(state.behind(added, left), usage=None)
        return None

    def store(self, place: Place, state: CompletionState) -> None:
        """Keep a completion that has come to its end."""
        self._drop(place)
        self._states[place] = state
        self._bytes += _size(place, state)
        while self._states and (len(self._states) > self._max_entries or self._bytes > self._max_bytes):
            self._drop(next(iter(self._states)))

    def forget(self, uri: str) -> None:
        """Drop what is known of a document."""
        for place in [place for place in self._states if place.uri == uri]:
            self._drop(place)

    def clear(self) -> None:
        """Drop everything."""
        self._states.clear()
        self._bytes = 0

    def _drop(self, place: Place) -> None:
        state = self._states.pop(place, None)
        if state is not None:
            self._bytes -= _size(place, state)


def _size(place: Place, state: CompletionState) -> int:
    return sum(sys.getsizeof(text) for text in (place.before, place.after, state.text))


def _are_closers(text: str) -> bool:
    return all(char in _CLOSERS for char in text)
