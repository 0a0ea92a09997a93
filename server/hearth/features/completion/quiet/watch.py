"""What became of the suggestions that are on a screen, told by editors or seen from the documents' text."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from hearth.features.completion.cache import Place, rest

from .ledger import Outcome, Row

_SEEN_S = 0.3
"""Time on the screen before somebody has read a suggestion. Typing on sooner says nothing about it."""
_KEPT_S = 30.0
"""An accepted suggestion that is still there after this time was of use."""
_JUMP = 4
"""Characters that come in at once when a part is accepted. Editors that send late put two or three keys in one."""
_LAST_JUMP = 2
"""The same where they complete the suggestion."""
_MOST_KEPT = 50


@attrs.define
class _Shown:
    place: Place
    text: str
    row: Row
    at: float
    done: int = 0
    """Characters of it that are in the document."""
    inserted: bool = False
    """Some of them came at once."""


@attrs.frozen
class _Accepted:
    uri: str
    text: str
    row: Row
    at: float


class Watch:
    """One suggestion for each document, and the accepted ones of the last half minute. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shown: dict[str, _Shown] = {}
        self._accepted: list[_Accepted] = []
        self._rows: list[Row] = []

    @property
    def has_rows(self) -> bool:
        """Whether ``drain`` would give any."""
        return bool(self._rows)

    def is_watching(self, uri: str) -> bool:
        """Whether changes of a document say anything."""
        return uri in self._shown or any(each.uri == uri for each in self._accepted)

    def goes_on(self, place: Place, text: str) -> bool:
        """Whether ``text`` at ``place`` is what is left of the suggestion that is shown there, or more of it."""
        shown = self._shown.get(place.uri)
        if shown is None:
            return False
        typed = place.offset - shown.place.offset
        if typed != shown.done or place.length - shown.place.length < typed:
            return False
        left = shown.text[typed:]
        return bool(left) and (left.startswith(text) or text.startswith(left))

    def show(self, place: Place, text: str, row: Row) -> None:
        """A suggestion comes on the screen, in place of an older one of its document."""
        self._end(place.uri)
        self._shown[place.uri] = _Shown(place, text, row, self._clock())

    def grown(self, place: Place, text: str) -> None:
        """The suggestion that is shown is ``text`` now, seen from ``place``."""
        shown = self._shown.get(place.uri)
        if shown is not None and place.offset - shown.place.offset == shown.done:
            shown.text = shown.text[: shown.done] + text

    def changed(self, uri: str, text: str) -> None:
        """A document has a new text."""
        self._look_after(uri, text)
        shown = self._shown.get(uri)
        if shown is None:
            return
        readings = shown.place.readings(text)
        fitting = [typed for typed in readings if rest(shown.text, typed) is not None]
        if not fitting:
            # More may have come in one change: the suggestion and what was typed behind it.
            whole = any(len(typed.text) > len(shown.text) and typed.text.startswith(shown.text) for typed in readings)
            self._end(uri, Outcome.ACCEPTED if whole and len(shown.text) - shown.done >= _LAST_JUMP else None)
            return
        typed = max(fitting, key=lambda each: len(each.text))
        done = len(typed.text) + len(typed.closers)
        ended = done >= len(shown.text)
        shown.inserted |= done - shown.done >= (_LAST_JUMP if ended else _JUMP)
        shown.done = len(typed.text)
        if ended:
            self._end(uri, Outcome.ACCEPTED if shown.inserted else Outcome.TYPED)

    def told(self, uri: str, offset: int, text: str, *, accepted: bool, part: bool = False) -> None:
        """The editor says that ``text``, offered at ``offset``, was accepted, or a part of it, or else rejected."""
        shown = self._shown.get(uri)
        if shown is None:
            return
        start = offset - shown.place.offset
        left = shown.text[max(0, start) :]
        if start < 0 or not left or not (left.startswith(text) or text.startswith(left)):
            return  # It is about an older one, which the text has told of already.
        shown.inserted |= accepted
        if not part:
            self._end(uri, Outcome.ACCEPTED if shown.inserted else Outcome.REJECTED)

    def note(self, row: Row) -> None:
        """A row that is complete."""
        self._rows.append(row)

    def forget(self, uri: str) -> None:
        """A document is closed. Somebody who did so has not rejected what was shown."""
        shown = self._shown.pop(uri, None)
        if shown is not None and shown.inserted:
            self._rows.append(attrs.evolve(shown.row, outcome=Outcome.ACCEPTED))
        for each in [each for each in self._accepted if each.uri == uri]:
            self._accepted.remove(each)
            self._rows.append(each.row)

    def drain(self, *, end: bool = False) -> list[Row]:
        """The rows that are complete since the last call; with ``end`` those too that waited to be looked after."""
        if end:
            for uri in {*self._shown, *(each.uri for each in self._accepted)}:
                self.forget(uri)
        rows, self._rows = self._rows, []
        return rows

    def _end(self, uri: str, outcome: Outcome | None = None) -> None:
        shown = self._shown.pop(uri, None)
        if shown is None:
            return
        if outcome is None and shown.inserted:
            outcome = Outcome.ACCEPTED
        if outcome is None:
            outcome = Outcome.REJECTED if self._clock() - shown.at >= _SEEN_S else Outcome.UNSEEN
        row = attrs.evolve(shown.row, outcome=outcome)
        if outcome is not Outcome.ACCEPTED:
            self._rows.append(row)
            return
        text = shown.text[: shown.done] if 0 < shown.done < len(shown.text) else shown.text
        self._accepted.append(_Accepted(uri, text, row, self._clock()))
        if len(self._accepted) > _MOST_KEPT:
            self._rows.append(self._accepted.pop(0).row)

    def _look_after(self, uri: str, text: str) -> None:
        due = [each for each in self._accepted if each.uri == uri and self._clock() - each.at >= _KEPT_S]
        for each in due:
            self._accepted.remove(each)
            self._rows.append(attrs.evolve(each.row, kept=each.text.strip() in text))
