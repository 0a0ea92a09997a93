"""An edit that was made for a text which has changed since."""

from __future__ import annotations

import attrs

from hearth.core.text import difference
from hearth.syntax.complete import no_worse
from hearth.syntax.parse import Tree

from .changes import Change, applied
from .edit import Edit


def rebased(edit: Edit, old: str, new: str, tree: Tree | None) -> Edit | None:
    """The edit for ``new``, whose syntax is ``tree``; None if what it is about is not what it was."""
    start, end, new_end = difference(old, new)
    first = min(edit.start, *(each.start for each in edit.changes))
    last = max(edit.end, *(each.end for each in edit.changes))
    if start >= last:
        moved = edit
    elif end <= first:
        moved = _shifted(edit, new_end - end)
    else:
        return None
    if tree is not None:
        after = tree.edited(0, len(new), applied(new, moved.changes))
        if after is None or not no_worse(tree, after):
            return None
    return moved


def carried(offset: int, old: str, new: str) -> int:
    """Where an offset in ``old`` is in ``new``."""
    start, end, new_end = difference(old, new)
    return offset if offset <= start else max(start, offset + new_end - end)


def _shifted(edit: Edit, by: int) -> Edit:
    moved = tuple(Change(each.start + by, each.end + by, each.text) for each in edit.changes)
    return attrs.evolve(edit, changes=moved, start=edit.start + by, end=edit.end + by)
