"""Only text that parses: a completion must not add a syntax error to its document."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from hearth.context.trees import parse_again

from .request import Request

if TYPE_CHECKING:
    from hearth.syntax.parse import Tree

    from .prompt import Prompts

log = logging.getLogger(__name__)

_WAIT_S = 0.15
"""Longest wait for the check of an answer. What is not known by then is offered unchecked."""


class Check:
    """The syntax of one document, to try completions in. Parsers run in threads.

    Most suggestions make a text that parses, whatever that of the document does. So a document that did with its last
    suggestion is not parsed by itself: only the text with the suggestion is, from the tree of the one before.
    """

    def __init__(self, request: Request, prompts: Prompts, key: str) -> None:
        self._request = request
        self._prompts = prompts
        self._trees = prompts.trees
        self._key = key
        self._accepted = key if key.endswith("+") else f"{key}+"
        self._before = self._trees.latest(self._accepted, request.language)
        self._tree: asyncio.Task[Tree | None] | None = None
        if self._before is None or self._before.has_error:
            self._parse()  # While the model works.

    async def longest(self, text: str) -> str:
        """The longest beginning of ``text`` that adds no syntax error; all of it where that is not known."""
        if not text.strip():
            return text
        try:
            async with asyncio.timeout(_WAIT_S):
                whole = None
                if self._tree is None:
                    whole = await asyncio.to_thread(_with, self._before, self._request, text)
                    if whole is not None and not whole.has_error:
                        self._keep(whole)
                        return text
                tree = await asyncio.shield(self._parse())
                if tree is None:
                    return text
                kept, after = await asyncio.to_thread(_longest, tree, self._request.offset, text, whole)
                if after is not None:
                    self._keep(after)
                return kept
        except TimeoutError:
            log.debug("a completion is not checked: that takes too long")
        except Exception:  # A parser is native code fed with half-written text; its troubles must cost no completion.
            log.warning("a completion could not be checked", exc_info=True)
        return text

    def close(self) -> None:
        """Nobody asks any more."""
        if self._tree is not None:
            self._tree.cancel()
            self._tree.add_done_callback(_retrieved)

    def _parse(self) -> asyncio.Task[Tree | None]:
        if self._tree is None:
            self._tree = asyncio.create_task(self._prompts.tree(self._key, self._request))
        return self._tree

    def _keep(self, after: Tree) -> None:
        """What would follow the suggestion's acceptance begins with that."""
        self._before = after
        if self._accepted != self._key:
            self._trees.keep(self._accepted, self._request.language, after)


@contextlib.asynccontextmanager
async def checking(request: Request, prompts: Prompts, key: str, *, wanted: bool) -> AsyncIterator[Check | None]:
    """A check while the block runs; None if it is not wanted, or the language is not known."""
    if not wanted or not request.language:
        yield None
        return
    check = Check(request, prompts, key)
    try:
        yield check
    finally:
        check.close()


def _with(before: Tree | None, request: Request, text: str) -> Tree | None:
    accepted = "".join((request.text[: request.offset], text, request.text[request.offset :]))
    return parse_again(before, accepted, request.language, _WAIT_S)


def _longest(tree: Tree, offset: int, text: str, all_of_it: Tree | None) -> tuple[str, Tree | None]:
    from hearth.syntax.complete import longest_inserted  # noqa: PLC0415 (needed by a completion, not by the start)

    return longest_inserted(tree, offset, text, all_of_it=all_of_it)


def _retrieved(task: asyncio.Task[Tree | None]) -> None:
    if not task.cancelled():
        task.exception()
