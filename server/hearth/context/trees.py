"""Syntax trees of the documents that are worked on, kept from one key to the next."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

import attrs

from hearth.core.text import difference

if TYPE_CHECKING:
    from hearth.syntax.parse import Tree

_KEPT = 12
"""Documents. A tree takes some ten times the memory of its text."""
_MAX_CHARS = 500_000
"""Larger documents are not parsed at each key."""
_PARSE_S = 1.0
_SOON_S = 0.003
"""Wait for a parse that is under way before the last tree will do."""
_LITTLE_S = 0.0015
_FEW_STEPS = 64
"""Of the parser: most keys in a text that parses take less. Where something is left open it goes through all behind."""


@attrs.frozen
class _Held:
    language: str
    tree: Tree
    turn: int = 0
    """When its text was last asked for. A parse that ends late does not take the place of a newer text."""


class Trees:
    """The newest tree of each document. Only the event loop touches what is held; parsing is done in threads."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._parsing: dict[str, tuple[str, asyncio.Task[Tree | None]]] = {}
        self._turn = 0
        self.reparsed = 0
        """Parses that began from an older tree."""
        self.parsed = 0
        """Parses from nothing."""

    async def get(
        self, key: str, text: str, language: str, *, most_chars: int | None = None, deadline: float | None = None
    ) -> Tree | None:
        """The tree of ``text``; None for an unknown language, more than ``most_chars`` characters, or what does not
        parse in ``deadline`` seconds. The defaults are for what is asked at each key.

        ``key`` tells documents apart. Where the text is that of the last call but for one edit, only that is parsed.
        However many ask for one text at once, it is parsed once; who goes away leaves it to the others.
        """
        held = self._held.get(key)
        if held is not None and held.language != language:
            held = None
        if held is not None and held.tree.text == text:
            self._hold(key, held.language, held.tree, self._next())
            return held.tree
        if len(text) > (_MAX_CHARS if most_chars is None else most_chars):
            return None
        parsing = self._parsing.get(key)
        if parsing is not None and parsing[0] == text:
            return await asyncio.shield(parsing[1])
        task = asyncio.create_task(self._parse(key, held, text, language, _PARSE_S if deadline is None else deadline))
        self._parsing[key] = text, task
        task.add_done_callback(lambda ended: self._parsed(key, ended))
        return await asyncio.shield(task)

    async def near(self, key: str, text: str, language: str) -> Tree | None:
        """A tree for what cannot wait, such as a menu: that of ``text`` if it takes little work and has no error, else
        the last one that had none, moved to where its parts are in ``text``. None where there is neither; then
        :meth:`get` is to be waited for.
        """
        parsing = self._parsing.get(key)
        if parsing is not None and parsing[0] == text:
            await asyncio.wait({parsing[1]}, timeout=_SOON_S)
        old = self.latest(key, language)
        if old is None:
            return None
        turn = self._next()
        exact, tree = await asyncio.to_thread(_nearly, old, text)
        if exact is not None:
            self._hold(key, language, exact, turn)
        return tree

    def held(self, key: str, text: str) -> Tree | None:
        """The tree of exactly ``text``, if it is known already."""
        held = self._held.get(key)
        return held.tree if held is not None and held.tree.text == text else None

    def latest(self, key: str, language: str) -> Tree | None:
        """The tree of an older text of a document, or of this one, to begin from; None if there is none."""
        held = self._held.get(key)
        return held.tree if held is not None and held.language == language else None

    def keep(self, key: str, language: str, tree: Tree) -> None:
        """A tree that came about elsewhere: who asks for its text under ``key`` gets it."""
        self._hold(key, language, tree, self._next())

    def forget(self, key: str) -> None:
        """A document is closed."""
        self._held.pop(key, None)

    async def _parse(self, key: str, held: _Held | None, text: str, language: str, deadline: float) -> Tree | None:
        old = held.tree if held is not None else None
        turn = self._next()
        tree = await asyncio.to_thread(parse_again, old, text, language, deadline)
        if held is not None:
            self.reparsed += 1
        else:
            self.parsed += 1
        if tree is not None:
            self._hold(key, language, tree, turn)
        return tree

    def _next(self) -> int:
        self._turn += 1
        return self._turn

    def _hold(self, key: str, language: str, tree: Tree, turn: int) -> None:
        held = self._held.get(key)
        if held is None or held.turn <= turn:
            self._held[key] = _Held(language, tree, turn)
        self._held.move_to_end(key)
        while len(self._held) > _KEPT:
            self._held.popitem(last=False)

    def _parsed(self, key: str, task: asyncio.Task[Tree | None]) -> None:
        if self._parsing.get(key, ("", None))[1] is task:
            del self._parsing[key]
        if not task.cancelled():
            task.exception()  # Whoever waits for it gets it, and nobody may.


def _nearly(old: Tree, text: str) -> tuple[Tree | None, Tree | None]:
    """The tree of ``text`` if it is cheap, and the one that will do for now."""
    from hearth.syntax.repair import again, as_it_was  # noqa: PLC0415 (needed by a menu, not by the start)

    exact = old if old.text == text else again(old, text, deadline=_LITTLE_S, steps=_FEW_STEPS)
    if exact is not None and not exact.has_error:
        return exact, exact
    return exact, as_it_was(old, text) or exact


def parse_again(old: Tree | None, text: str, language: str, deadline: float) -> Tree | None:
    """The tree of ``text``, made from an older one of the same document where there is one."""
    from hearth.syntax import languages, parse  # noqa: PLC0415 (needed by a completion, not by the start)

    known = languages.by_name(language)
    if known is None:
        return None
    if old is not None:
        start, end, new_end = difference(old.text, text)
        edited = old.edited(start, end, text[start:new_end], deadline=deadline)
        if edited is not None:
            return edited
    return parse.parse(text, known, deadline=deadline)
