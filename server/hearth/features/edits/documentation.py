"""Documentation of definitions: where each language keeps it, and how a plain text becomes it."""

from __future__ import annotations

import re

import attrs

from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree
from hearth.syntax.regions import flat
from hearth.syntax.scope import Scope

from .style import indentation, lines_of


@attrs.frozen
class CommentStyle:
    """Marks of a documentation comment. ``first`` and ``last`` stand on lines of their own; empty for none."""

    line: str
    first: str = ""
    last: str = ""
    inside: bool = False
    """It stands in the body, as a string."""


_BLOCK = CommentStyle(" * ", "/**", " */")
_STYLES = {
    "python": CommentStyle("", '"""', '"""', inside=True),
    **dict.fromkeys(
        ("javascript", "typescript", "tsx", "java", "kotlin", "scala", "php", "c", "cpp"),
        _BLOCK,
    ),
    **dict.fromkeys(("rust", "swift", "csharp"), CommentStyle("/// ")),
    "go": CommentStyle("// "),
    "lua": CommentStyle("--- "),
    **dict.fromkeys(("ruby", "bash"), CommentStyle("# ")),
}
_MARKS = re.compile(
    r"^[ \t]*(?:/\*\*?|\*/|\*(?!\*)|///?!?|---?|#+)?[ \t]?(?P<text>.*?)[ \t]*(?:\*/)?[ \t]*$",
)
_STRING = re.compile(r"""^[ \t]*[rRuU]{0,2}(?P<quote>\"\"\"|'''|"|')(?P<body>.*?)(?P=quote)[ \t]*$""", re.DOTALL)
_MOST_LINES = 60


def style_of(language: Language) -> CommentStyle | None:
    """How the language is documented; None for those that Hearth does not document."""
    return _STYLES.get(language.name)


def existing(tree: Tree, scope: Scope) -> tuple[int, int] | None:
    """Where the documentation of a definition stands, in code points, without its indentation; None if it has none."""
    style = style_of(tree.language)
    if style is None:
        return None
    if style.inside:
        char = tree.offsets.char
        for region in flat(tree, tree.offsets.byte(scope.start), tree.offsets.byte(scope.end)):
            if char(region.start) == scope.start and region.doc is not None and region.kind == scope.kind:
                return char(region.doc[0]), char(region.doc[1])
        return None
    return comment_above(tree, scope.start)


def comment_above(tree: Tree, start: int) -> tuple[int, int] | None:
    """The comment on the lines directly above an offset, without its indentation."""
    text, language = tree.text, tree.language
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():
        return None
    first = end = line
    opening, closing = language.block_comment or ("", "")
    while first > 0:
        above = text.rfind("\n", 0, first - 1) + 1
        code = text[above:first].strip()
        if closing and code.endswith(closing) and first == end:
            opened = text.rfind(opening, 0, first)
            return (opened, above + len(text[above:first].rstrip())) if opened >= 0 else None
        if not language.line_comment or not code.startswith(language.line_comment) or code.startswith("#!"):
            break
        first = above
    if first == end:
        return None
    return first + len(indentation(text[first:end])), first + len(text[first:end].rstrip())


def plain(block: str) -> list[str]:
    """The lines of a documentation that a model wrote, in whatever form, without its marks; no blank ones around."""
    match = _STRING.match(block.strip("\r\n"))
    if match is not None:
        lines = _dedented(lines_of(match["body"]))
    else:
        lines = [_MARKS.sub(lambda each: each["text"], line) for line in lines_of(block)]
        lines = lines if _is_marked(block) else _dedented(lines_of(block))
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    return [line.rstrip() for line in lines[:_MOST_LINES]]


def is_documentation(block: str) -> bool:
    """Whether a text is a string or a comment and nothing else."""
    return _STRING.match(block.strip("\r\n")) is not None or _is_marked(block)


def _is_marked(block: str) -> bool:
    lines = [line.strip() for line in lines_of(block) if line.strip()]
    if lines and lines[0].startswith("/*"):
        return lines[-1].endswith("*/")
    return bool(lines) and all(line.startswith(("//", "#", "--", "*")) for line in lines)


def _dedented(lines: list[str]) -> list[str]:
    """The first line of a string stands behind its quotes, so it says nothing about the indentation."""
    rest = [len(indentation(line)) for line in lines[1:] if line.strip()]
    least = min(rest, default=0)
    return [lines[0].strip(), *(line[least:] for line in lines[1:])] if lines else []


def written(lines: list[str], style: CommentStyle) -> list[str]:
    """The documentation as it stands in the file, without indentation."""
    if style.inside:
        return _docstring(lines)
    safe = [line.replace("*/", "* /") for line in lines] if style.first else lines
    inner = [(style.line + line).rstrip() for line in safe]
    return [style.first, *inner, style.last] if style.first else inner


def _docstring(lines: list[str]) -> list[str]:
    safe = [line.replace('"""', "'''") for line in lines]
    raw = "r" if any("\\" in line for line in safe) else ""
    if safe[-1].endswith(('"', "\\")):
        safe[-1] += " "
    if len(safe) == 1:
        return [f'{raw}"""{safe[0]}"""']
    return [f'{raw}"""{safe[0]}', *safe[1:], '"""']
