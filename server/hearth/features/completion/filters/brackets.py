"""Closing brackets and quotes that the editor has put behind the cursor already."""

from __future__ import annotations

from hearth.features.completion.request import Request

_PAIRS = {")": "(", "]": "[", "}": "{"}
_QUOTES = "\"'`"


def drop_doubled_closers(text: str, request: Request) -> str:
    """Drop closers at the end of the text that stand behind the cursor too and close nothing in the text."""
    after = request.line_after.strip()
    body = text.rstrip()
    unmatched = _unmatched(body)
    for length in range(min(len(after), len(body)), 0, -1):
        tail = body[-length:]
        if after.startswith(tail) and all(len(body) - length + index in unmatched for index in range(length)):
            return body[:-length]
    return text


def _unmatched(text: str, *, behind_closer: bool = False) -> set[int]:
    """Indices of closing brackets and quotes that nothing in the text opens, and of separators right behind them."""
    open_brackets: list[str] = []
    found = {-1} if behind_closer else set()
    quote, start = "", 0
    index = 0
    while index < len(text):
        char = text[index]
        if quote and char == "\\":
            index += 1
        elif quote:
            quote = "" if char in (quote, "\n") else quote
        elif char in _QUOTES:
            quote, start = char, index
        elif char in _PAIRS.values():
            open_brackets.append(char)
        elif char in _PAIRS:
            if open_brackets and open_brackets[-1] == _PAIRS[char]:
                open_brackets.pop()
            else:
                found.add(index)
        elif char in ";,:" and (index - 1) in found:
            found.add(index)
        index += 1
    # A quote that stays open closed a string which began before the cursor; what follows it is code, not string.
    if quote:
        found.add(start)
        found |= {start + 1 + each for each in _unmatched(text[start + 1 :], behind_closer=True)}
    return found
