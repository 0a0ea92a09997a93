"""Functions without a body: what stands there in its place."""

from __future__ import annotations

import re

from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope

_STUB = re.compile(
    r"""(?x)
      pass | \.\.\. | nil | null
    | raise [ ]+ NotImplementedError \b (?: \( [^\n]* \) )?
    | raise [ ]+ NotImplementedError , [^\n]*
    | (?i: todo | unimplemented | fatalError ) !? \( [^\n]* \) ;?
    | throw [ ]+ (?: new [ ]+ )? \w* (?: Error | Exception ) \( [^\n]* \) ;?
    | panic \( [^\n]* \)
    | error \( [^\n]* \)
    | \?\?\?
    """
)
_SAYS_SO = re.compile(r"(?i)not\s*(?:yet\s*)?implemented|unimplemented|unsupportedoperation|todo|not supported yet")
_NEEDS_WORDS = ("throw", "panic", "error", "fatalError")


def stub_of(tree: Tree, scope: Scope) -> tuple[int, int] | None:
    """Where the missing body belongs, in code points; None if the function has one."""
    start, end = _inside(tree, scope)
    if start > end:
        return None
    start = _behind_comments(tree, start, end)
    code = tree.text[start:end].strip()
    if code and not _is_stub(code):
        return None
    lead = len(tree.text[start:end]) - len(tree.text[start:end].lstrip())
    return (start + lead, start + lead + len(code)) if code else (start, end)


def _is_stub(code: str) -> bool:
    match = _STUB.fullmatch(code)
    return match is not None and (not code.startswith(_NEEDS_WORDS) or _SAYS_SO.search(code) is not None)


def _inside(tree: Tree, scope: Scope) -> tuple[int, int]:
    """What stands between the braces, or behind the header."""
    start, end = scope.body_start, scope.body_end
    if start >= scope.end:
        return 1, 0
    if tree.text[start : start + 1] == "{" and tree.text[end - 1 : end] == "}" and end - start > 1:
        return start + 1, end - 1
    return start, end


def _behind_comments(tree: Tree, start: int, end: int) -> int:
    """Behind the documentation and the comments that open a body."""
    language = tree.language
    opening, closing = language.block_comment or ("", "")
    while True:
        blank = len(tree.text[start:end]) - len(tree.text[start:end].lstrip())
        rest = tree.text[start + blank : end]
        if language.line_comment and rest.startswith(language.line_comment):
            start = min(end, start + blank + len(rest.partition("\n")[0]))
        elif opening and rest.startswith(opening) and closing in rest[len(opening) :]:
            start += blank + rest.index(closing, len(opening)) + len(closing)
        elif language.name == "python" and (match := _DOCSTRING.match(rest)):
            start += blank + match.end()
        else:
            return start


_DOCSTRING = re.compile(
    r'[rRuU]{0,2}(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"[^"\n]*"|\'[^\'\n]*\')', re.DOTALL
)
