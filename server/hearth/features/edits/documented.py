"""Documentation that a model wrote, as an edit: it goes where the language keeps it, and no code is touched."""

from __future__ import annotations

import itertools

from hearth.syntax.complete import is_whole
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree, parse
from hearth.syntax.scope import Scope, scopes

from .documentation import CommentStyle, existing, is_documentation, plain, style_of, written
from .misfit import Misfit
from .parse import Parsed
from .spot import Spot
from .style import indentation, lines_of
from .style import style_of as text_style
from .target import Target

_PROSE_LINES = 12
"""An answer without a fence may be the documentation itself, if it is no longer than that."""


def documented(parsed: Parsed, spot: Spot, target: Target) -> tuple[int, int, str]:
    """(start, end, text): what to put in place of the documentation, or where it belongs. Raises Misfit."""
    tree, scope = spot.tree, target.scope
    style = style_of(tree.language) if tree is not None else None
    if tree is None or scope is None or style is None:
        raise Misfit("this language has no usual form of documentation")
    lines = _lines(parsed, tree.language, scope)
    if not lines:
        raise Misfit("it holds no documentation")
    newline = text_style(spot.text, scope.start).newline
    old = existing(tree, scope)
    if old is not None:
        if plain(spot.text[slice(*old)]) == lines:
            raise Misfit("it changes nothing")
        base = indentation(spot.text[spot.text.rfind("\n", 0, old[0]) + 1 :])
        return *old, _joined(lines, style, base, newline)
    if style.inside:
        line = spot.text.rfind("\n", 0, scope.body_start) + 1
        base = indentation(spot.text[line:])
        if spot.text[line : scope.body_start].strip():
            raise Misfit("the body of the definition is on the line of its header")
        start = line + len(base)
        start = min(start, scope.body_start)
        return start, start, _joined(lines, style, base, newline) + newline + base
    line = spot.text.rfind("\n", 0, scope.start) + 1
    base = indentation(spot.text[line:])
    if spot.text[line : scope.start].strip():
        raise Misfit("the definition does not begin a line")
    return scope.start, scope.start, _joined(lines, style, base, newline) + newline + base


def _joined(lines: list[str], style: CommentStyle, base: str, newline: str) -> str:
    made = written(lines, style)
    return newline.join([made[0], *(base + line if line else "" for line in made[1:])])


def _lines(parsed: Parsed, language: Language, scope: Scope) -> list[str]:
    if len(parsed.blocks) > 1:
        of_scope = [lines for block in parsed.blocks if (lines := _of_code(block.text, language, scope))]
        if len(of_scope) != 1:
            raise Misfit("it holds several blocks")
        return of_scope[0]
    if parsed.blocks:
        block = parsed.blocks[0].text
        if not parsed.blocks[0].closed and not is_documentation(block):
            raise Misfit("it is cut off")
        found = _of_code(block, language, scope)
        if found:
            return found
        if _defines(block, language, scope):
            raise Misfit("it holds the code, but no documentation")
        if not is_documentation(block) and (parsed.blocks[0].tag or _is_code(block, language)):
            raise Misfit("it holds code, but no documentation")
        return plain(block)
    if parsed.prose and len(lines_of(parsed.prose)) <= _PROSE_LINES:
        return plain(parsed.prose)
    raise Misfit("it holds no code block")


def _parsed(block: str, language: Language, scope: Scope) -> tuple[Tree, Scope] | None:
    tree = parse(block, language)
    if tree is None:
        return None
    found = next((each for each in scopes(tree) if each.name == scope.name), None)
    return None if found is None else (tree, found)


def _defines(block: str, language: Language, scope: Scope) -> bool:
    return _parsed(block, language, scope) is not None or scope.signature in " ".join(block.split())


def _is_code(block: str, language: Language) -> bool:
    """Whether a text is a program of the language that defines something."""
    tree = parse(block, language)
    return tree is not None and is_whole(tree) and bool(scopes(tree))


def _of_code(block: str, language: Language, scope: Scope) -> list[str]:
    """The documentation of the definition in a block that holds all of it."""
    found = _parsed(block, language, scope)
    if found is None:
        return plain(_leading_comment(block, language)) if _defines(block, language, scope) else []
    span = existing(*found)
    return plain(block[slice(*span)]) if span else []


def _leading_comment(block: str, language: Language) -> str:
    """The comment that a text begins with: a method without its class is no program in some languages."""
    opening, closing = language.block_comment or ("", "")
    text = block.lstrip()
    if opening and text.startswith(opening) and closing in text:
        return text[: text.index(closing) + len(closing)]
    mark = language.line_comment or "\0"
    return "\n".join(itertools.takewhile(lambda line: line.strip().startswith(mark), lines_of(text)))
