"""What is to be completed, and what comes out."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from typing import Self

import attrs

from hearth.providers.base import Reason, Usage

_CLOSERS_ONLY = re.compile(r"[\s)\]}>\"'`;,:]*")
_INDENTATION = re.compile(r"[ \t]*")
_BLOCK_END = re.compile(r"(?:[{]|=>|\b(?:then|do|else|begin))$")
_COLON_BLOCKS = frozenset({"python", "gdscript", "nim", "starlark", "cython", "mojo"})
"""Languages in which a colon at the end of a line opens a block."""
_STRING = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
_NO_HEADER = re.compile(r"\blambda\b|^\"|^(?!(?:else|try|except|finally|block|defer|static|get|set):)[a-z_][\w.]*:$")
"""What else a colon ends there: a function without a name, the key of a dictionary, a name before its type."""
_TAB_COLUMNS = 4


@attrs.frozen
class Request:
    """A cursor in a document."""

    text: str = attrs.field(repr=False)
    """The whole document, with any line ends."""
    offset: int
    """The cursor, in code points."""
    path: str = ""
    """Path within the workspace."""
    language: str = ""
    """LSP language identifier."""
    automatic: bool = True
    """Nobody asked for it: it follows a keystroke."""
    private: bool = False
    """The document may hold secrets."""
    imagined: bool = False
    """The text is not quite that of the document: something in the editor's list counts as typed."""

    @functools.cached_property
    def newline(self) -> str:
        """How lines end in this document."""
        return "\r\n" if "\r\n" in self.text else "\n"

    @functools.cached_property
    def line_before(self) -> str:
        """Text of the cursor's line before the cursor."""
        start = max(self.text.rfind("\n", 0, self.offset), self.text.rfind("\r", 0, self.offset)) + 1
        return self.text[start : self.offset]

    @functools.cached_property
    def line_after(self) -> str:
        """Text of the cursor's line after the cursor."""
        return re.split(r"[\r\n]", self.text[self.offset : self.offset + 10_000], maxsplit=1)[0]

    @functools.cached_property
    def next_line(self) -> str:
        """The first line with anything on it after the cursor's line, without its line end; empty if none is near."""
        following = self.text[self.offset + len(self.line_after) : self.offset + len(self.line_after) + 10_000]
        return next((line for line in re.split(r"\r\n|\r|\n", following) if line.strip()), "")

    @functools.cached_property
    def opens_block(self) -> bool:
        """Whether the cursor stands behind the opening of a block."""
        before = self.line_before.rstrip()
        if self.language in _COLON_BLOCKS:
            return before.endswith(":") and _is_header(_STRING.sub('""', before))
        return _BLOCK_END.search(before) is not None

    @functools.cached_property
    def many_lines(self) -> bool:
        """Whether a completion of several lines makes sense here."""
        fresh = not self.line_before.strip() or self.opens_block
        return fresh and _CLOSERS_ONLY.fullmatch(self.line_after) is not None


def _is_header(line: str) -> bool:
    """Whether a line of code that ends with a colon, its strings emptied, opens a block."""
    is_inside = sum(map(line.count, "([{")) > sum(map(line.count, ")]}"))
    return "#" not in line and not is_inside and _NO_HEADER.search(line.strip()) is None


@attrs.frozen
class Token:
    """A token of a completion."""

    start: int
    """Characters of the completion before it."""
    logprob: float
    """Natural logarithm of its probability."""


@attrs.frozen
class CompletionState:
    """A completion as far as it has come. Each state replaces the one before."""

    text: str
    final: bool = False
    tokens: tuple[Token, ...] = ()
    """Empty where the model does not tell them."""
    reason: Reason | None = None
    """Why the model stopped; None if Hearth stopped it or it goes on."""
    usage: Usage | None = None
    """Only in the final state, and only if the model came to its end by itself."""

    def behind(self, chars: int, text: str) -> Self:
        """What is left of it: ``text``, which begins behind the first ``chars`` characters."""
        return attrs.evolve(self, text=text, tokens=within(self.tokens, chars, len(text)))


def within(tokens: Sequence[Token], start: int, length: int) -> tuple[Token, ...]:
    """The tokens that have a part in the ``length`` characters from ``start`` on; their places count from there."""
    ends = [*(token.start for token in tokens[1:]), math.inf]
    return tuple(
        Token(max(0, token.start - start), token.logprob)
        for token, end in zip(tokens, ends, strict=False)
        if (token.start >= start or end > start) and token.start < start + length
    )


def indentation(line: str) -> int:
    """Columns of white space at the start of ``line``."""
    match = _INDENTATION.match(line)
    return len(match.group().expandtabs(_TAB_COLUMNS)) if match else 0
