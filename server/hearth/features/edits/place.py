"""Where the code of an answer belongs: the definition it is for, and what came along with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs

from hearth.core.text import Encoding, LineIndex
from hearth.syntax import languages
from hearth.syntax.complete import no_worse
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree, parse
from hearth.syntax.scope import Scope, scopes
from hearth.syntax.tags import definitions
from hearth.syntax.tokens import kind_at

from .documentation import comment_above
from .import_lines import missing_imports, split_imports
from .misfit import Misfit
from .parse import Block, Parsed
from .pieces import Piece, pieces
from .spot import Spot, whole_lines
from .style import Style, indentation, lines_of, reindent, style_of
from .target import Target

_FAMILIES = (  # What models call one is often another of these.
    {"javascript", "typescript", "tsx"},
    {"c", "cpp"},
)
_NO_LANGUAGE = {"", "text", "txt", "plaintext", "code", "plain", "output", "diff", "patch"}
_WORD = re.compile(r"\w+")


@attrs.frozen
class Placed:
    """The new text of the target's span, and the imports that it needs and the document has not."""

    text: str
    imports: tuple[str, ...] = ()


def place(parsed: Parsed, spot: Spot, target: Target) -> Placed:
    """The new text of a span, if the blocks of an answer can be read in one way only. Raises Misfit."""
    blocks = parsed.blocks or tuple(_bare(parsed.prose, spot, target))
    if not blocks:
        raise Misfit("it holds no code")
    found: dict[str, Placed] = {}
    reasons: list[str] = []
    unchanged = False
    for block in blocks:
        try:
            placed = _fit(block, spot, target)
        except Misfit as misfit:
            reasons.append(str(misfit))
            continue
        if _same(placed.text, spot.text[target.start : target.end]):
            unchanged = True
        else:
            found.setdefault(placed.text, placed)
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise Misfit("it holds different versions of the code")
    raise Misfit("it changes nothing" if unchanged else reasons[0])


def _fit(block: Block, spot: Spot, target: Target) -> Placed:
    if spot.tree is None:
        return Placed(fitted(block.text.strip("\r\n"), spot, target))
    return _Fitting(spot, spot.tree, target).fit(block)


def document_style(spot: Spot, target: Target) -> tuple[Style, str, bool]:
    """The style at a target, its indentation, and whether it begins a line."""
    line = spot.text.rfind("\n", 0, target.start) + 1
    begins = line == target.start
    return (
        style_of(spot.text, line),
        indentation(spot.text[line:] if begins else spot.text[line : target.start]),
        begins,
    )


def fitted(code: str, spot: Spot, target: Target, *, lift: bool = False) -> str:
    """``code`` with the indentation and the line ends of a target."""
    style, base, begins = document_style(spot, target)
    known = set(lines_of(spot.text[target.start : target.end]))
    strings = _string_lines(code, spot.language) if spot.language else set()
    lines = reindent(code, base, style, strings=strings, known=known, lift=lift)
    if not begins:
        lines[0] = lines[0].lstrip(" \t")
    return style.newline.join(lines)


class _Fitting:
    """One target in a document that has a syntax tree, and the blocks that are made to fit it."""

    def __init__(self, spot: Spot, tree: Tree, target: Target) -> None:
        self._spot = spot
        self._tree = tree
        self._target = target

    def fit(self, block: Block) -> Placed:
        """Raises Misfit."""
        if not is_language(block.tag, self._tree.language):
            raise Misfit(f"its code is in another language than {self._tree.language.title}")
        code = block.text.strip("\r\n")
        scope = self._target.scope
        if scope is None:
            return self._lines(*self._tried(code))
        imported, code = split_imports(code, self._tree.language)
        text, after = self._tried(code)
        if not no_worse(self._tree, after) and (inner := self._alone(code, scope)) is not None:
            text, after = self._tried(inner)
        placed = self._definition(text, after, scope)
        return attrs.evolve(placed, imports=(*missing_imports(self._tree, imported), *placed.imports))

    def _alone(self, code: str, scope: Scope) -> str | None:
        """The definition, out of code that may stand in a file of its own, but not in the place of the target."""
        tree = parse(code, self._tree.language)
        found = [each for each in scopes(tree) if each.name == scope.name] if tree is not None else []
        if tree is None or not found or not _depth(tree, found[0]):
            return None
        same = [each for each in found if each.signature == scope.signature]
        each = (same or found)[0]
        return code[slice(*whole_lines(code, each.start, each.end))]

    def _tried(self, code: str) -> tuple[str, Tree]:
        """The code in the place of the target: the first way to indent it that parses, or else the likeliest one."""
        spot, target = self._spot, self._target
        likely = _wants_lift(code, document_style(spot, target)[1])
        first: tuple[str, Tree] | None = None
        for lift in (likely, not likely):
            text = fitted(code, spot, target, lift=lift)
            after = self._tree.edited(target.start, target.end, text)
            if after is None:
                continue
            if no_worse(self._tree, after):
                return text, after
            first = first or (text, after)
        if first is None:
            raise Misfit("it cannot be parsed")
        return first

    def _lines(self, text: str, after: Tree) -> Placed:
        """Selected lines. Whoever answers with more than those has not understood."""
        target, outer = self._target, self._spot.function
        if outer is not None and outer.start < target.start:
            end = target.start + len(text)
            if any(each.name == outer.name for each in scopes(after) if target.start <= each.start < end):
                raise Misfit(f"it holds all of `{outer.name}` in place of the selected lines")
        return Placed(text)

    def _definition(self, text: str, after: Tree, scope: Scope) -> Placed:
        """A definition: what is above and below it in the answer goes where it belongs, or is dropped."""
        start, depth = self._target.start, _depth(self._tree, scope)
        end = start + len(text)
        last = end + len("\r\n")  # A comment at the end of a line reaches over the CR behind it.
        named = [each for each in scopes(after) if each.name == scope.name and start <= each.start and each.end < last]
        if not named:
            raise Misfit(f"`{scope.name}` is not in it" if no_worse(self._tree, after) else "it has a syntax error")
        level = [each for each in named if _depth(after, each) == depth]
        if not level:
            return self._inner(after, min(named, key=lambda each: _depth(after, each)), depth)
        found = next((each for each in level if each.signature == scope.signature), level[0])
        parts = list(pieces(after, start, end, found))
        kept = "".join(self._kept(parts, scope)).strip("\r\n")
        return Placed(kept, missing_imports(self._tree, (part.text for part in parts if part.is_import)))

    def _inner(self, after: Tree, scope: Scope, depth: int) -> Placed:
        """The answer repeats what the definition is in; only the definition is taken, and imports above it all."""
        start = self._target.start
        first, last = whole_lines(after.text, scope.start, scope.end)
        text, tree = self._tried(after.text[first:last])
        again = [each for each in scopes(tree) if each.name == scope.name and each.start >= start]
        if not again or _depth(tree, again[0]) != depth:
            raise Misfit(f"`{scope.name}` is not where it belongs in it")
        above = pieces(after, start, scope.start, scope)
        return Placed(text, missing_imports(self._tree, (part.text for part in above if part.is_import)))

    def _kept(self, parts: list[Piece], scope: Scope) -> Iterator[str]:
        """The definition, and those new ones beside it that it needs; examples of its use are not among them."""
        known = self._known()
        kept = {index for index, part in enumerate(parts) if part.is_target}
        while True:
            used = {word for index in kept for word in _WORD.findall(parts[index].text)}
            more = {
                index
                for index, part in enumerate(parts)
                if index not in kept and used & set(part.names) and not known & set(part.names)
            }
            if not more:
                break
            kept |= more
        is_commented = comment_above(self._tree, scope.start) is not None
        for index in sorted(kept):
            part = parts[index]
            yield part.text[part.comment_end :] if part.is_target and is_commented else part.text

    def _known(self) -> set[str]:
        """Names that the document defines outside of the target."""
        start, end = self._target.start, self._target.end
        return {each.name for each in definitions(self._tree) if each.start >= end or each.end <= start}


def _bare(prose: str, spot: Spot, target: Target) -> Iterator[Block]:
    """An answer without a fence, if it is code: a definition by its header, lines by what they share with the old."""
    if spot.language is None or not prose:
        return
    lines = lines_of(prose)
    if target.scope is not None:
        old = {line.strip() for line in lines_of(spot.text[target.start : target.end])[:1]}
        word = re.compile(rf"(?<!\w){re.escape(target.scope.name)}(?!\w)")
        first = next(iter(old)).split()[:1]
        for index, line in enumerate(lines):
            if line.strip() in old or (word.search(line) and line.split()[:1] == first):
                yield Block("\n".join(lines[index:]), "", closed=True)
                return
    elif spot.language.block_style not in ("markup", "flat"):
        old = {line.strip() for line in lines_of(spot.text[target.start : target.end]) if line.strip()}
        if any(line.strip() in old for line in lines):
            yield Block(prose, "", closed=True)


def _depth(tree: Tree, scope: Scope) -> int:
    return sum(each.start <= scope.start and scope.end <= each.end for each in scopes(tree)) - 1


def _same(new: str, old: str) -> bool:
    return [line.rstrip() for line in lines_of(new)] == [line.rstrip() for line in lines_of(old)]


def _wants_lift(code: str, base: str) -> bool:
    """Whether only the first line was written without the indentation of the file."""
    lines = [line for line in lines_of(code) if line.strip()]
    rest = [len(indentation(line)) for line in lines[1:]]
    return bool(base and rest) and not indentation(lines[0]) and min(rest) >= len(base) and rest[-1] == len(base)


def is_language(tag: str, language: Language) -> bool:
    """Whether code whose fence says ``tag`` may be in a language; what is not known may be."""
    if tag in _NO_LANGUAGE:
        return True
    named = languages.by_name(tag) or languages.of_path(PurePath(f"x.{tag}"))
    if named is None or named is language:
        return True
    return any({named.name, language.name} <= family for family in _FAMILIES)


def _string_lines(code: str, language: Language) -> set[int]:
    """Numbers of the lines that begin inside a string."""
    tree = parse(code, language)
    if tree is None:
        return set()
    index = LineIndex(code)
    starts = (index.offset(number, 0, Encoding.UTF32) for number in range(index.line_count))
    return {number for number, start in enumerate(starts) if number and kind_at(tree, start) == "string"}
