"""Fill in the middle as token ids: the order of the parts, and other files beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

SUFFIX_FIRST = "hearth.fim.suffix_first"
"""A GGUF file whose metadata say ``true`` here was trained with the suffix before the prefix."""

Tokenize = Callable[[str], list[int]]


@attrs.frozen
class OtherFile:
    """Text of another file, shown before the one that is completed."""

    filename: str
    text: str


@attrs.frozen
class Fill:
    """What a model calls the parts of such a prompt: token ids of its vocabulary."""

    prefix: int
    suffix: int
    middle: int | None
    """None in a family whose middle follows the prefix without one: Codestral."""
    repository: int | None = None
    separator: int | None = None
    """Opens each file; without it no other files can be shown."""
    suffix_first: bool = False

    @property
    def takes_files(self) -> bool:
        """Whether other files can be shown."""
        return self.separator is not None

    def prompt(
        self, tokenize: Tokenize, before: str, after: str, filename: str = "", others: Sequence[OtherFile] = ()
    ) -> list[int]:
        """The prompt without the token that every prompt begins with. What the texts spell is never a control token.

        With other files it is the repository format of Qwen2.5-Coder (its model card, *repository level code
        completion*), which has come to be what llama.cpp's server uses too.
        """
        tokens: list[int] = []
        if others and self.separator is not None:
            if self.repository is not None:
                tokens += [self.repository, *tokenize("workspace\n")]
            for other in others:
                tokens += [self.separator, *tokenize(f"{other.filename}\n{_ended(other.text)}")]
            tokens += [self.separator, *tokenize(f"{filename or 'file'}\n")]
        first = [self.prefix, *tokenize(before)]
        second = [self.suffix, *tokenize(after)]
        last = [] if self.middle is None else [self.middle]
        return [*tokens, *(second + first if self.suffix_first else first + second), *last]


_SPELLED = (
    ("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
    ("[PREFIX]", "[SUFFIX]", None),
)
"""Seed-Coder and Codestral: llama.cpp does not know what their vocabularies call the parts. Both want the suffix
first."""


def spelled(find: Callable[[str], int | None]) -> Fill | None:
    """The tokens of a vocabulary that has them by these names; ``find`` gives the control token of a spelling."""
    for prefix, suffix, middle in _SPELLED:
        first, second, last = find(prefix), find(suffix), None if middle is None else find(middle)
        if first is not None and second is not None and (middle is None or last is not None):
            return Fill(first, second, last, suffix_first=True)
    return None


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"
