"""Control tokens in the user's text.

A server that is given a raw prompt reads ``<|fim_middle|>`` as a command wherever it stands, in a test file or a
README about models too. :class:`Specials` blunts such spellings by a word joiner (U+2060, no width) behind their first
character, which no tokenizer takes for the control token, and takes the joiner out of the answer again. The mapping is
exact: a spelling that already carries joiners gets one more, so ``restore(blunt(text)) == text`` for every text.
"""

from __future__ import annotations

import re

JOINER = "\u2060"


class Specials:
    """The control tokens of a model family.

    No token may contain a joiner, and none may overlap another (end as another begins): the shipped ones are tested.
    """

    def __init__(self, tokens: tuple[str, ...]) -> None:
        self.tokens = tokens
        self._spelled = self._pattern(f"{JOINER}*")
        self._blunted = self._pattern(f"{JOINER}+")
        firsts = "".join(sorted({re.escape(token[0]) for token in tokens}))
        self._start = re.compile(rf"[{firsts}](?:{JOINER}+|\Z)" if firsts else r"(?!)")

    def blunt(self, text: str) -> str:
        """``text`` without control tokens in it."""
        return self._spelled.sub(lambda match: match[0] + JOINER, text)

    def restore(self, text: str) -> str:
        """Undo :meth:`blunt`."""
        return self._blunted.sub(lambda match: match[0][:-1], text)

    def restoring(self) -> Restoring:
        """A new filter for the pieces of one answer."""
        return Restoring(self)

    def unfinished(self, text: str) -> int:
        """From where ``text`` may be the start of a blunted spelling that goes on; its length if nowhere."""
        for match in self._start.finditer(text):
            rest = text[match.end() :]
            if any(
                token[0] == match[0][0] and len(rest) < len(token) - 1 and token.startswith(rest, 1)
                for token in self.tokens
            ):
                return match.start()
        return len(text)

    def _pattern(self, joiners: str) -> re.Pattern[str]:
        each = (f"{re.escape(token[0])}{joiners}(?={re.escape(token[1:])})" for token in self.tokens)
        return re.compile("|".join(each) or r"(?!)")


class Restoring:
    """Takes joiners out of an answer that comes in pieces; holds back only what may be half a blunted spelling."""

    def __init__(self, specials: Specials) -> None:
        self._specials = specials
        self._held = ""

    def feed(self, text: str) -> str:
        """What of the answer so far is certain and was not given out yet."""
        text = self._held + text
        cut = self._specials.unfinished(text)
        self._held = text[cut:]
        return self._specials.restore(text[:cut])

    def end(self) -> str:
        """What was held back."""
        rest, self._held = self._held, ""
        return self._specials.restore(rest)
