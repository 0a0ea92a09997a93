"""What a question says by words that begin with ``@``, beside files: those are :mod:`.sources.mentions`'s."""

from __future__ import annotations

import re

_WORKSPACE = re.compile(r"(?:^|(?<=\s))@(?:codebase|workspace)\b[ \t]*")
_NAMED = re.compile(r"(?:^|(?<=[\s(]))@(selection|diff|problems|terminal)(?![\w./\\:-]*[\w/\\])")
_SYMBOL = re.compile(r"(?:^|(?<=[\s(\[`'\"]))@symbol:([\w.$:#]{1,200})")
_MOST_SYMBOLS = 8

SELECTION, DIFF, PROBLEMS, TERMINAL = "selection", "diff", "problems", "terminal"


def wants_workspace(question: str) -> bool:
    """Whether a question says by ``@codebase`` that the workspace should be searched."""
    return _WORKSPACE.search(question) is not None


def named(question: str) -> frozenset[str]:
    """Which of ``@selection``, ``@diff``, ``@problems`` and ``@terminal`` a question has, without the mark."""
    return frozenset(_NAMED.findall(question))


def symbols(question: str) -> list[str]:
    """The symbols that a question names by ``@symbol:Name``, each once."""
    found = (match.rstrip(".:#") for match in _SYMBOL.findall(question))
    return list(dict.fromkeys(name for name in found if name))[:_MOST_SYMBOLS]


def plain(question: str) -> str:
    """The question in words: without ``@codebase``, and with what the others stand for."""
    question = _NAMED.sub(r"the \1", _WORKSPACE.sub("", question))
    return _SYMBOL.sub(r"`\1`", question)
