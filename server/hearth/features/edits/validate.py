"""Is an edit safe? What must hold of the document before and after it, whatever the model wrote."""

from __future__ import annotations

import re

from hearth.syntax.complete import no_worse
from hearth.syntax.leaves import Leaf, leaves
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope, scopes

from .changes import Change, applied
from .compiled import breaks_python
from .misfit import Misfit
from .spot import Spot
from .stub import stub_of
from .style import lines_of
from .target import Form, Keep, Target

_LEFT_OUT = re.compile(
    r"(?ix) ^ (?: \#+ | //+!? | \{?/\*+ | --+ | ;+ | <!-- | % | \*\s | \(\* ) \s* [(\[<]*"
    r"(?: (?:the\s+)? (?: rest | remaining | remainder ) \b"
    r" | \.{3} | …"
    r" | (?: existing | unchanged | same | previous | original | other ) \s+ (?: code | as | methods? | function )"
    r" | (?:code|implementation|body|everything) .{0,20} (?: unchanged | omitted | same | here\W*$ )"
    r" | your\s+code )"
)
"""Comments that stand for code which the model did not write out again."""

_DOTS = re.compile(r"^\s*(?:\.{3}|…)[,;]?\s*$")
_LEFTOVER = re.compile(r"^[ \t]*(?:```|~~~|<{7}[ \t]|>{7}[ \t]|={7}[ \t]*$)")
_CONTROL = re.compile(r"<\|[\w ]{2,40}\|>|</?s>|<\uff5c[^\uff5c\n]{2,40}\uff5c>|\u2060")


def check(spot: Spot, target: Target, edits: tuple[Change, ...], text: str, imported: int | None) -> None:
    """Raise Misfit unless ``text``, the new text of the target, and ``edits``, which bring it in, are safe.

    ``imported`` is where imports are added, if any are.
    """
    old = spot.text[target.start : target.end]
    new = applied(spot.text, edits)
    if not edits or new == spot.text:
        raise Misfit("it changes nothing")
    _inside(target, edits, imported)
    _whole(old, text, target)
    if spot.tree is None:
        return
    first = min(each.start for each in edits)
    last = max(each.end for each in edits)
    after = spot.tree.edited(first, last, new[first : len(new) - (len(spot.text) - last)])
    if after is None or after.text != new:
        raise Misfit("it cannot be parsed")
    if not no_worse(spot.tree, after) or breaks_python(spot.tree, new):
        raise Misfit("it has a syntax error")
    moved = sum(len(each.text) for each in edits if each.start == imported and each.end == imported)
    at = target.start + (moved if imported is not None and imported <= target.start else 0)
    _neighbours(spot.tree, after, target, at + len(text), moved)
    if target.scope is not None:
        _kept(spot.tree, after, target, target.scope, at, at + len(text))


def _inside(target: Target, edits: tuple[Change, ...], imported: int | None) -> None:
    for each in edits:
        within = target.start <= each.start and each.end <= target.end
        if not within and not (each.start == each.end == imported):
            raise Misfit("it changes more than the code that it is for")


def check_leftovers(old: str, new: str) -> None:
    """Raise Misfit where new lines stand for code that was left out, or are no code at all."""
    before = {line.strip() for line in lines_of(old)}
    for line in lines_of(new):
        code = line.strip()
        if code in before or not code:
            continue
        if _LEFT_OUT.match(code) or _DOTS.match(code):
            raise Misfit(f"it leaves out code (`{code[:60]}`)")
        if _LEFTOVER.match(line) or _CONTROL.search(line):
            raise Misfit(f"it holds what is no code (`{code[:60]}`)")


def _whole(old: str, new: str, target: Target) -> None:
    """Nothing was left out, and nothing was left over."""
    check_leftovers(old, new)
    had, has = (sum(bool(line.strip()) for line in lines_of(each)) for each in (old, new))
    if has < max(1, had * target.least):
        raise Misfit(f"it has {has} lines in place of {had}, so something is lost" if has else "it is empty")


def _neighbours(before: Tree, after: Tree, target: Target, end: int, moved: int) -> None:
    """The definitions around are the same: an unclosed bracket or string has not swallowed one."""
    old = [each for each in scopes(before) if each.start >= target.end or each.start < target.start]
    new = [each for each in scopes(after) if each.start >= end or each.start < end - (end - target.start - moved)]
    if [(each.kind, each.name) for each in old] != [(each.kind, each.name) for each in new]:
        raise Misfit("the code around it would not be the same any more")


def _kept(before: Tree, after: Tree, target: Target, scope: Scope, start: int, end: int) -> None:
    found = next((each for each in scopes(after) if each.name == scope.name and start <= each.start < end), None)
    if found is None:
        raise Misfit(f"`{scope.name}` is not in it")
    if target.keep in (Keep.HEADER, Keep.STRUCTURE) and _header(before, scope) != _header(after, found):
        raise Misfit(f"it changes the header of `{scope.name}`")
    if target.form is Form.BODY and stub_of(after, found) is not None:
        raise Misfit(f"the body of `{scope.name}` is still missing")
    if target.keep in (Keep.CODE, Keep.STRUCTURE):
        old = _code(leaves(before, target.start, target.end))
        new = _code(leaves(after, start, end))
        if target.keep is Keep.CODE and old != new:
            raise Misfit("it changes code, and not only comments and documentation")
        if target.keep is Keep.STRUCTURE:
            _renamed(old, new)


def _header(tree: Tree, scope: Scope) -> str:
    end = scope.body_start if scope.body_start > scope.start else scope.end
    return "".join(leaf.text for leaf in leaves(tree, scope.start, end) if leaf.role in ("code", "name"))


def _code(found: list[Leaf]) -> list[Leaf]:
    return [leaf for leaf in found if leaf.role in ("code", "name")]


def _renamed(old: list[Leaf], new: list[Leaf]) -> None:
    """Both are the same but for names, each of which became one other everywhere; attributes are not names here."""
    if [(leaf.role, leaf.role == "code" and leaf.text) for leaf in old] != [
        (leaf.role, leaf.role == "code" and leaf.text) for leaf in new
    ]:
        raise Misfit("it changes more than names")
    names: dict[str, str] = {}
    for index, (one, other) in enumerate(zip(old, new, strict=True)):
        if one.role != "name":
            continue
        fixed = index > 0 and old[index - 1].text in (".", "?.", "->", "::")
        fixed = fixed or (
            one.parent == "keyword_argument" and old[index + 1 : index + 2] != [] and old[index + 1].text == "="
        )
        if fixed:
            if one.text != other.text:
                raise Misfit(f"it renames `{one.text}`, which is no local variable")
        elif names.setdefault(one.text, other.text) != other.text:
            raise Misfit(f"it renames `{one.text}` in some places only")
    if len(set(names.values())) < len(names):
        raise Misfit("it gives two variables one name")
