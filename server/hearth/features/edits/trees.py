"""The syntax of the documents that were asked for last: after an edit only what it changed is parsed again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from hearth.core.text import difference
from hearth.syntax import languages
from hearth.syntax.parse import Tree, parse

_KEPT = 8
"""Documents. A tree takes some ten times the memory of its text."""

_MAX_CHARS = 1_000_000
"""Larger texts are data, and no person edits them function by function."""


class Trees:
    """Trees by document. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trees: OrderedDict[str, Tree] = OrderedDict()

    def tree(self, uri: str, text: str, language_id: str) -> Tree | None:
        """The tree of ``text``; None if its language has no grammar here or it cannot be parsed in time."""
        language = languages.by_name(language_id)
        if language is None or len(text) > _MAX_CHARS:
            return None
        with self._lock:
            known = self._trees.pop(uri, None)
        if known is not None and known.language is language:
            tree = known if known.text == text else _edited(known, text)
        else:
            tree = parse(text, language)
        if tree is not None:
            with self._lock:
                self._trees[uri] = tree
                while len(self._trees) > _KEPT:
                    self._trees.popitem(last=False)
        return tree


def _edited(tree: Tree, text: str) -> Tree | None:
    start, end, new_end = difference(tree.text, text)
    return tree.edited(start, end, text[start:new_end])
