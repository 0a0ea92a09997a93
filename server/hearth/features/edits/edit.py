"""From an answer to a safe edit: parsed, placed, validated."""

from __future__ import annotations

import attrs

from .changes import Change, changes
from .documented import documented
from .import_lines import insertion
from .misfit import Misfit
from .parse import Parsed, parse
from .passages import replaced
from .place import Placed, document_style, fitted, place
from .spot import Spot
from .stub import stub_of
from .style import unit_of
from .target import Form, Target
from .validate import check


@attrs.frozen
class Edit:
    """Changes of one document, in order and apart from one another. They hold for the very text they were made for."""

    changes: tuple[Change, ...]
    start: int
    """What was asked to be changed, in code points of the text before."""
    end: int


def read(answer: str, spot: Spot, target: Target, *, is_cut: bool = False) -> Edit:
    """The edit that ``answer`` describes. ``is_cut`` says that the model ran out of tokens. Raises Misfit."""
    if not answer.strip():
        raise Misfit("it is empty")
    parsed = parse(answer)
    if parsed.broken:
        raise Misfit(parsed.broken)
    if is_cut and not (parsed.blocks and all(block.closed for block in parsed.blocks)):
        raise Misfit("it is cut off: the code is too long for one answer")
    if target.form is Form.DOCUMENTATION:
        return _documentation(parsed, spot, target)
    placed = _placed(parsed, spot, target)
    old = spot.text[target.start : target.end]
    edits = changes(old, placed.text, target.start)
    imported = None
    if placed.imports and spot.tree is not None:
        added = insertion(spot.tree, placed.imports, document_style(spot, target)[0].newline)
        if target.start < added.start < target.end:
            raise Misfit("it brings imports that have no place")
        imported = added.start
        edits = tuple(sorted((added, *edits), key=lambda each: (each.start, each.end)))
    check(spot, target, edits, placed.text, imported)
    return Edit(edits, target.start, target.end)


def _placed(parsed: Parsed, spot: Spot, target: Target) -> Placed:
    if parsed.replacements:
        return Placed(replaced(parsed.replacements, spot, target))
    try:
        return place(parsed, spot, target)
    except Misfit:
        body = _body(parsed, spot, target) if target.form is Form.BODY else None
        if body is None:
            raise
        return Placed(body)


def _body(parsed: Parsed, spot: Spot, target: Target) -> str | None:
    """The target with the body in it that an answer without the header holds."""
    if spot.tree is None or target.scope is None or len(parsed.blocks) != 1:
        return None
    stub = stub_of(spot.tree, target.scope)
    name = target.scope.name
    header = " ".join([*target.scope.signature.partition(name)[0].split()[-1:], name])
    if stub is None or header in " ".join(parsed.blocks[0].text.split()):
        return None
    style, base, _ = document_style(spot, target)
    start, end = stub
    code = parsed.blocks[0].text
    inner = fitted(code, spot, target).split(style.newline)
    unit = style.unit or unit_of(code) or "    "
    lines = [unit + line if line else "" for line in inner]
    text = style.newline.join(lines)
    begun = spot.text[target.start : start]
    last = begun.rpartition("\n")[2]
    if spot.text[start:end].strip():
        text = text.lstrip(" \t") if not last.strip() else style.newline + text
        if last.strip():
            begun = begun.rstrip(" \t")
        return begun + text + spot.text[end : target.end]
    return begun.rstrip() + style.newline + text + style.newline + base + spot.text[end : target.end].lstrip()


def _documentation(parsed: Parsed, spot: Spot, target: Target) -> Edit:
    start, end, text = documented(parsed, spot, target)
    old = spot.text[start:end]
    edits = changes(old, text, start) if old else (Change(start, end, text),)
    first, last = min(start, target.start), max(end, target.end)
    whole = attrs.evolve(target, start=first, end=last)
    new = spot.text[first:start] + text + spot.text[end:last]
    check(spot, whole, edits, new, None)
    return Edit(edits, first, last)
