"""Python has a second opinion: its grammar takes a header without a block, and other things that Python does not."""

from __future__ import annotations

import ast
import warnings

from hearth.syntax.parse import Tree


def breaks_python(before: Tree, after: str) -> bool:
    """Whether the interpreter that runs Hearth could read the text before, and cannot read it ``after`` an edit.

    False for other languages. Syntax that is newer than this interpreter counts as an error.
    """
    return before.language.name == "python" and _is_readable(before.text) and not _is_readable(after)


def _is_readable(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # About escapes in strings, on stderr.
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
