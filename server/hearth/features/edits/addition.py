"""Code that is put behind what a document holds: tests in a file of tests."""

from __future__ import annotations

import re

from hearth.syntax.complete import no_worse
from hearth.syntax.scope import scopes

from .changes import Change, applied
from .compiled import breaks_python
from .edit import Edit
from .import_lines import insertion, missing_imports, split_imports
from .misfit import Misfit
from .parse import parse
from .place import is_language
from .spot import Spot
from .style import reindent, style_of
from .validate import check_leftovers


def read(answer: str, into: Spot, holds: re.Pattern[str], *, is_cut: bool = False) -> Edit:
    """The edit that puts the code of ``answer`` behind all else. ``holds`` is what it must hold. Raises Misfit."""
    parsed = parse(answer)
    blocks = [block for block in parsed.blocks if holds.search(block.text)]
    if parsed.broken or len(blocks) != 1:
        raise Misfit(parsed.broken or ("it holds several blocks" if blocks else "it holds no tests"))
    if is_cut and not blocks[0].closed:
        raise Misfit("it is cut off: the code is too long for one answer")
    if into.tree is None or into.language is None:
        raise Misfit("the file cannot be parsed")
    if not is_language(blocks[0].tag, into.language):
        raise Misfit(f"its code is in another language than {into.language.title}")
    imported, code = split_imports(blocks[0].text, into.language) if into.text.strip() else ((), blocks[0].text)
    check_leftovers("", code)
    style = style_of(into.text)
    lines = style.newline.join(reindent(code.strip("\r\n"), "", style))
    gap = style.newline * 3 if into.language.name == "python" else style.newline * 2
    body = into.text.rstrip()
    added = missing_imports(into.tree, imported)
    text = (gap if body else "") + lines + style.newline
    edits: tuple[Change, ...] = (Change(len(body), len(into.text), text),)
    if added:
        edits = (insertion(into.tree, added, style.newline), *edits)
    _check(into, edits)
    return Edit(edits, len(body), len(into.text))


def _check(into: Spot, edits: tuple[Change, ...]) -> None:
    before, new = into.tree, applied(into.text, edits)
    after = before.edited(0, len(into.text), new) if before is not None else None
    if before is None or after is None or not no_worse(before, after) or breaks_python(before, new):
        raise Misfit("it has a syntax error")
    old = [(each.kind, each.name) for each in scopes(before)]
    now = [(each.kind, each.name) for each in scopes(after)]
    if now[: len(old)] != old:
        raise Misfit("the code around it would not be the same any more")
    twice = next((name for kind, name in now[len(old) :] if (kind, name) in old and name), "")
    if twice:
        raise Misfit(f"it defines `{twice}`, which is there already")
