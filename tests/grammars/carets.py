"""Samples that say themselves what is found in them, in comments under the line that they speak of.

    def area(self): ...
    #   ^ @definition.method in Shape

The arrow stands under a character of the name; ``<-`` in its place stands for the column in which the comment begins.
What is said: ``@definition.<kind>`` or ``@reference.<kind>``, after ``in`` the names of the scopes around it; or
``@import <dots><module>[:<name>][ as <alias>]`` under the first character of the import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from hearth.core.text import Encoding, LineIndex
from hearth.syntax.imports import imports
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree, parse
from hearth.syntax.scope import enclosing
from hearth.syntax.tags import definitions, references

SAID = re.compile(r"^(?P<indent>\s*)(?P<mark>\S{1,4}?)(?P<space>\s*)(?P<arrow>\^|<-) (?P<text>@.+?)\s*(?:\*/|-->)?$")


@attrs.frozen(order=True)
class Claim:
    """What is at a place: ``line`` and ``column`` are those of a code point in the sample."""

    line: int
    column: int
    text: str


def said(source: str) -> Iterator[Claim]:
    """The claims of a sample."""
    code = -1
    for number, line in enumerate(source.split("\n")):
        match = SAID.match(line)
        if match is None:
            code = number
        elif match["arrow"] == "<-":
            yield Claim(code, len(match["indent"]), match["text"])
        else:
            yield Claim(code, match.start("arrow"), match["text"])


def found(source: str, language: Language) -> Iterator[Claim]:
    """All that could be claimed of a sample, at the first character of each name."""
    tree = parse(source, language)
    assert tree is not None
    lines = LineIndex(source)
    for role, tags in (("definition", definitions(tree)), ("reference", references(tree))):
        for tag in tags:
            around = _around(tree, tag.name_start, tag.name)
            yield _claim(lines, tag.name_start, f"@{role}.{tag.kind}{around}")
    for each in imports(tree):
        name = f":{each.name}" if each.name else ""
        alias = f" as {each.alias}" if each.alias else ""
        yield _claim(lines, each.start, f"@import {'.' * each.level}{each.module}{name}{alias}")


def _around(tree: Tree, offset: int, name: str) -> str:
    names = []
    for scope in enclosing(tree, offset):
        own = offset < scope.body_start and scope.name == name
        names += [part for part in (scope.owner, "" if own else scope.name) if part]
    return f" in {'.'.join(names)}" if names else ""


def _claim(lines: LineIndex, offset: int, text: str) -> Claim:
    return Claim(*lines.position(offset, Encoding.UTF32), text)


def annotated(source: str, language: Language) -> str:
    """A plain sample with everything that is found in it; read what it says before you believe it."""
    opening, closing = (language.line_comment, "") if language.line_comment else (language.block_comment or ("#", ""))
    by_line: dict[int, list[Claim]] = {}
    for claim in sorted(set(found(source, language))):
        by_line.setdefault(claim.line, []).append(claim)
    result = []
    for number, line in enumerate(source.split("\n")):
        result.append(line)
        for claim in by_line.get(number, []):
            lead = len(opening)
            arrow = f"{opening}{' ' * (claim.column - lead)}^" if claim.column >= lead else None
            text = arrow or f"{' ' * claim.column}{opening} <-"
            result.append(f"{text} {claim.text}{' ' + closing if closing else ''}")
    return "\n".join(result)
