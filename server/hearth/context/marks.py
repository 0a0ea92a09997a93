"""What a question says about where to look, by words that begin with ``@``. Files are :mod:`.sources.mentions`'s."""

from __future__ import annotations

import re

_WORKSPACE = re.compile(r"(?:^|(?<=\s))@(?:codebase|workspace)\b[ \t]*")


def wants_workspace(question: str) -> bool:
    """Whether a question says by ``@codebase`` that the workspace should be searched."""
    return _WORKSPACE.search(question) is not None


def plain(question: str) -> str:
    """The question without such marks."""
    return _WORKSPACE.sub("", question)
