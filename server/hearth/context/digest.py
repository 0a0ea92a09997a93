"""A definition in few tokens: its header, its documentation and what it has, without the bodies."""

from __future__ import annotations

import functools
import re
import textwrap

from hearth.syntax import languages, scope
from hearth.syntax.languages import Language
from hearth.syntax.parse import parse

from .pieces import nest

_WHOLE_LINES = 12
"""A definition of so few lines is shown as it is: its body says more than its signature."""
_STATEMENT_LINES = 3
"""Of a run of statements: lines from the name on."""
_PARSE_S = 0.2


@functools.lru_cache(maxsize=256)
def function(text: str, language: str) -> tuple[str, bool]:
    """A function without its body if it is long, and whether something was left out.

    The same ones are asked for with every key, and each takes two parses.
    """
    text = textwrap.dedent(text).strip("\n")
    if text.count("\n") < _WHOLE_LINES:
        return text, False
    known = languages.by_name(language)
    tree = parse(text, known, deadline=_PARSE_S) if known is not None else None
    found = scope.scopes(tree) if tree is not None else []
    if tree is not None and found:
        # A place behind everything makes the whole definition one piece, which knows its short form.
        whole = nest(parse(text + "\n\n", tree.language, deadline=_PARSE_S) or tree, len(text) + 2)
        short = next((piece.short for piece in whole.pieces if piece.short), None)
        if short is not None:
            return short.strip("\n"), True
        return text[: found[0].body_start].rstrip(), True
    return "\n".join(text.split("\n")[:_WHOLE_LINES]), True


def header(text: str) -> str:
    """The first line of a definition that is neither a decorator nor a comment, without what opens its body."""
    lines = [line.strip() for line in text.strip().split("\n")]
    first = next((line for line in lines if line and not line.startswith(("@", "#", "//", "/*", "*"))), lines[0])
    return first.rstrip(" {:")


def container(header: str, members: list[str], language: str) -> tuple[str, bool]:
    """A class: its header chunk and the signatures of its members, one a line."""
    header = textwrap.dedent(header).strip("\n")
    known = languages.by_name(language)
    lines = [_signature_line(each, known) for each in members if each]
    return "\n".join([header, *lines]), bool(lines)


def statement(text: str, name: str) -> tuple[str, bool]:
    """The lines of a run of statements that define ``name``."""
    lines = text.strip("\n").split("\n")
    if len(lines) <= _STATEMENT_LINES:
        return "\n".join(lines), False
    defined = re.compile(rf"\b{re.escape(name)}\b")
    at = next((i for i, line in enumerate(lines) if defined.search(line)), 0)
    return textwrap.dedent("\n".join(lines[at : at + _STATEMENT_LINES])), True


def _signature_line(signature: str, language: Language | None) -> str:
    if language is not None and language.block_style == "indent":
        return f"    {signature}: ..." if not signature.endswith(":") else f"    {signature} ..."
    return f"    {signature};" if language is not None and language.block_style == "braces" else f"    {signature}"
