"""Only text that parses: a completion must not add a syntax error to its document."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from .request import Request

if TYPE_CHECKING:
    from hearth.syntax.parse import Tree

    from .prompt import Prompts

log = logging.getLogger(__name__)

_WAIT_S = 0.15
"""Longest wait for the check of an answer. What is not known by then is offered unchecked."""


class Check:
    """The syntax of one document, to try completions in. Parsers run in threads."""

    def __init__(self, request: Request, prompts: Prompts, key: str) -> None:
        self._request = request
        self._trees = prompts.trees
        self._key = key
        self._tree: asyncio.Task[Tree | None] = asyncio.create_task(prompts.tree(key, request))

    async def longest(self, text: str) -> str:
        """The longest beginning of ``text`` that adds no syntax error; all of it where that is not known."""
        if not text.strip():
            return text
        try:
            async with asyncio.timeout(_WAIT_S):
                tree = await asyncio.shield(self._tree)
                if tree is None:
                    return text
                kept, after = await asyncio.to_thread(_longest, tree, self._request.offset, text)
                if after is not None and not self._key.endswith("+"):
                    self._trees.keep(
                        f"{self._key}+", self._request.language, after
                    )  # What would follow its acceptance begins with that.
                return kept
        except TimeoutError:
            log.debug("a completion is not checked: that takes too long")
        except Exception:  # A parser is native code fed with half-written text; its troubles must cost no completion.
            log.warning("a completion could not be checked", exc_info=True)
        return text

    def close(self) -> None:
        """Nobody asks any more."""
        self._tree.cancel()
        self._tree.add_done_callback(_retrieved)


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


def _longest(tree: Tree, offset: int, text: str) -> tuple[str, Tree | None]:
    from hearth.syntax.complete import longest_inserted  # noqa: PLC0415 (needed by a completion, not by the start)

    return longest_inserted(tree, offset, text)


def _retrieved(task: asyncio.Task[Tree | None]) -> None:
    if not task.cancelled():
        task.exception()
