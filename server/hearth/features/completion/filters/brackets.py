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


def _unmatched(text: str) -> set[int]:
    """Indices of closing brackets and quotes that nothing in the text opens, and of separators right behind them."""
    found: set[int] = set()
    start: int | None = 0
    while start is not None:
        # A quote that stays open closed a string which began before the cursor; what follows it is code, not string.
        start = _scan(text, start, found)
    return found


def _scan(text: str, start: int, found: set[int]) -> int | None:
    """Add what is found from ``start`` on. Where a string stays open to the end, the place behind its quote."""
    open_brackets: list[str] = []
    quote, opened = "", 0
    index = start
    while index < len(text):
        char = text[index]
        if quote and char == "\\":
            index += 1
        elif quote:
            quote = "" if char in (quote, "\n") else quote
        elif char in _QUOTES:
            quote, opened = char, index
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
    if not quote:
        return None
    found.add(opened)
    return opened + 1
