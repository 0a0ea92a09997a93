"""Code like that around the cursor: windows of open files by common words, as Copilot's first prompts chose them."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from itertools import chain

from hearth.context.frame import OpenFile
from hearth.context.snippet import Origin, Snippet
from hearth.context.words import FEWEST, before, words

_LINES = 16
"""Lines of a window."""
_STEP = 8
_LEAST = 0.15
"""Less in common is chance."""
_MOST = 3
_LARGEST = 200_000
"""Characters of a file that are looked at."""
_REMEMBERED = 24
"""Files."""


class Similar:
    """Finds it for all documents of a session. The words of a file are looked up once, until its text changes."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, _Windows] = OrderedDict()
        self._one_at_a_time = threading.Lock()
        self.read = 0
        """Files whose words were looked up."""

    def find(self, text: str, offset: int, path: str, others: Sequence[OpenFile]) -> list[Snippet]:
        """The windows of other files that have most in common with the lines before ``offset``; one a file.

        Takes long for files that it has not seen, so call it in a thread, from however many at once.
        """
        here = before(text, offset)
        if len(here) < FEWEST:
            return []
        with self._one_at_a_time:  # A request that is given up leaves what it has read to the next.
            best = [self._windows(each).best(here) for each in others if each.path != path]
        found = [each for each in best if each is not None]
        return sorted(found, key=lambda each: -each.score)[:_MOST]

    def _windows(self, file: OpenFile) -> _Windows:
        known = self._files.pop(file.path, None)
        if known is None or known.text != file.text:
            known = _Windows(file)
            self.read += 1
        self._files[file.path] = known
        if len(self._files) > _REMEMBERED:
            self._files.popitem(last=False)
        return known


class _Windows:
    """The windows that have a word, for each word of a file."""

    def __init__(self, file: OpenFile) -> None:
        self.text = file.text
        self._path = file.path
        self._lines = file.text[:_LARGEST].split("\n")
        self._having: dict[str, list[int]] = {}
        self._sizes: list[int] = []
        for window, first in enumerate(range(0, max(1, len(self._lines) - _STEP), _STEP)):
            own = words("\n".join(self._lines[first : first + _LINES]))
            self._sizes.append(len(own))
            for word in own:
                self._having.setdefault(word, []).append(window)

    def best(self, here: frozenset[str]) -> Snippet | None:
        common = Counter(chain.from_iterable(self._having.get(word, ()) for word in here))
        best, score = 0, _LEAST
        for window in sorted(common):
            found = common[window] / (self._sizes[window] + len(here) - common[window])  # Jaccard's measure.
            if found > score:
                best, score = window, found
        if score <= _LEAST:
            return None
        first = best * _STEP
        shown = "\n".join(self._lines[first : first + _LINES]).strip("\n")
        why = f"{score:.0%} of its words are here too"
        return Snippet(self._path, shown, first + 1, first + _LINES, Origin.SIMILAR, score, why)
