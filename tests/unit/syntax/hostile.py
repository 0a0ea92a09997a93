"""Texts that are known to bring parsers down: found by trying one construct after another, grown to a size."""

from __future__ import annotations

from collections.abc import Callable

_OPERATORS = "+-*/<>&|!?:,.="


def _letter(number: int) -> str:
    return chr(97 + (number * 2_654_435_761 >> 13) % 26)


PIECES: dict[str, tuple[str, Callable[[int], str]]] = {
    "java, generics that do not end": ("java", lambda i: f"a{i}<"),
    "java, on lines": ("java", lambda i: f"a{i}<\n"),
    "csharp, generics that do not end": ("csharp", lambda i: f"a{i}<"),
    "bash, operators": ("bash", lambda i: _OPERATORS[i * 7 % 14] + ("" if i % 3 else _letter(i) + _letter(7 * i))),
    "ruby, calls": ("ruby", lambda i: f".a{i}"),
    "lua, a table that does not end": ("lua", lambda i: f"a{i}:{{"),
    "swift, raw strings": ("swift", lambda i: "#" * (1 + i % 3) + f'"{i}'),
}


def text(piece: Callable[[int], str], size: int) -> str:
    """``size`` characters of a construct, no two pieces the same."""
    parts: list[str] = []
    length = number = 0
    while length < size:
        parts.append(piece(number))
        length += len(parts[-1])
        number += 1
    return "".join(parts)
