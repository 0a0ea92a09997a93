"""Trees of a text that is being typed: without the line that is unfinished, and as they were before the last edit."""

from __future__ import annotations

from hearth.core.text import difference

from .parse import DEADLINE, Tree

_BLANK = " \t\r\n"


def without_line(tree: Tree, offset: int) -> tuple[int, Tree] | None:
    """Where the line of a place began, and the tree of the text in which that line is blank."""
    text = tree.text
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    first = start + len(text[start:end]) - len(text[start:end].lstrip(_BLANK))
    placeholder = _placeholder(tree, start, end)
    if text[first:end].rstrip(_BLANK) in ("", placeholder):
        return None
    span = first, end
    if span not in tree.repaired:
        cut = again(tree, f"{text[:first]}{placeholder}{text[end:]}")
        tree.repaired.clear()
        tree.repaired[span] = cut
    else:
        cut = tree.repaired[span]
    return None if cut is None else (first, cut)


def _placeholder(tree: Tree, start: int, end: int) -> str:
    """What must stand in place of the line between two offsets: where indentation counts, nothing if the line is
    indented otherwise than those around it, for that is an error itself.
    """
    text, placeholder = tree.text, tree.language.placeholder
    if tree.language.block_style != "indent" or not placeholder:
        return placeholder
    above = len(text[:start].rstrip())
    below = next((line for line in text[end : end + _FAR].split("\n") if line.strip()), "")
    deep = indentation(text, end)
    is_astray = deep > indentation(text, above) and not text.endswith(":", 0, above)
    return "" if is_astray or len(below) - len(below.lstrip()) > deep else placeholder


_FAR = 2000
"""Characters in which the next line is looked for."""


def again(tree: Tree, text: str, *, deadline: float = DEADLINE, steps: int | None = None) -> Tree | None:
    """The tree of a text like that of ``tree``, from the last one that parsed if that is as near: what lies between two
    edits is looked at again, and so is all that errors reach.
    """
    start, end, new_end = difference(tree.text, text)
    if tree.whole is not None:
        other = difference(tree.whole.text, text)
        if max(other[1], other[2]) - other[0] <= max(end, new_end) - start + _NEAR:
            tree, (start, end, new_end) = tree.whole, other
    return tree.edited(start, end, text[start:new_end], deadline=deadline, steps=steps)


_NEAR = 4000
"""Characters that are parsed in well under a millisecond."""


def as_it_was(tree: Tree, text: str) -> Tree | None:
    """A text with the last tree from before it that parsed, its parts moved; None where that is too long ago.

    Nothing is parsed. In a language of indentation a line that goes on with a block is part of it.
    """
    base = tree.whole or tree
    start, end, new_end = difference(base.text, text)
    if base.has_error or max(end, new_end) - start > _NEAR:
        return None
    if start < end:
        return base.moved(start, end, text[start:new_end])
    # Of the places at which the same insertion can be meant, the start of a line is the likely one.
    line = text.rfind("\n", 0, start) + 1
    if text[line:start] == text[new_end - (start - line) : new_end]:
        start, new_end = line, new_end - (start - line)
    code_end = start + len(text[start:new_end].rstrip())
    above = len(text[:line].rstrip())
    if tree.language.block_style == "indent" and _is_lines(text, line, start, code_end) and _goes_on(text, line, above):
        # What is inserted right behind a part of the tree is a part of it.
        cleared = base.moved(above, start, text[code_end:new_end])
        return cleared.moved(above, above, text[above:code_end])
    return base.moved(start, start, text[start:new_end])


def _is_lines(text: str, line: int, start: int, end: int) -> bool:
    """Whether nothing but blanks stands beside a span on its lines."""
    behind = text.find("\n", end)
    return not text[line:start].strip() and not text[end : len(text) if behind < 0 else behind].strip()


def _goes_on(text: str, line: int, above: int) -> bool:
    """Whether a line is as deep as the one that ends at ``above``, or the first of its block."""
    deep, before = _depth(text, line), indentation(text, above)
    return deep == before or (deep > before and text.endswith(":", 0, above))


def indentation(text: str, offset: int) -> int:
    """Blanks at the start of the line of a place, as far as they are before it."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return len(line) - len(line.lstrip(_BLANK))


def _depth(text: str, line: int) -> int:
    """Indentation of the line that begins at an offset."""
    end = text.find("\n", line)
    return indentation(text, len(text) if end < 0 else end)
