"""Prompts are data: the files beside this one, with ``{names}`` to fill in."""

from __future__ import annotations

import functools
import re
from pathlib import Path

_FOLDER = Path(__file__).parent
_NAME = re.compile(r"\{(\w+)\}")
_FENCE = re.compile(r"^\s*(`{3,})", re.MULTILINE)


def render(name: str, **values: str) -> str:
    """The prompt file ``name`` (such as ``chat/ask``) with each ``{name}`` replaced, white space at its end dropped.

    Values are put in once and not looked into: code that holds braces stays as it is. Raises KeyError if the file names
    a value that is not given.
    """
    return _NAME.sub(lambda match: values[match.group(1)], _text(name)).rstrip()


def fence(code: str) -> str:
    """Backticks that ``code`` does not hold itself, to put around it."""
    longest = max((len(match) for match in _FENCE.findall(code)), default=0)
    return "`" * max(3, longest + 1)


@functools.cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")
