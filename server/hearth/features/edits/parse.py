"""What a model answered, taken apart: blocks of code, passages with their replacements, and the prose around."""

from __future__ import annotations

import re

import attrs

from .style import lines_of

_FENCE = re.compile(r"^(?P<blank>[ \t]*)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
_ONE_LINE = re.compile(r"^[ \t]*```(?P<code>[^`\n]+)```[ \t]*$")
_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_UNFINISHED_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>", re.DOTALL)
_SEARCH = re.compile(r"^[ \t]*<{5,9}[ \t]*(?:SEARCH|ORIGINAL)\b.*$", re.IGNORECASE)
_DIVIDE = re.compile(r"^[ \t]*={5,9}[ \t]*$")
_REPLACE = re.compile(r"^[ \t]*>{5,9}[ \t]*(?:REPLACE|UPDATED)?\b.*$", re.IGNORECASE)
_HUNK = re.compile(r"^@@.*@@|^@@\s*$")
_DIFF_TAGS = ("diff", "patch", "udiff")
_CLOSING_BLANKS = 3
"""Blanks that the closing fence may have more than the opening one; a fence in a docstring has more."""


@attrs.frozen
class Block:
    """One fenced block."""

    text: str
    tag: str
    """The language that its fence names, in lower case; empty if none."""
    closed: bool


@attrs.frozen
class Replacement:
    """A passage and what to put in its place."""

    search: str
    replace: str


@attrs.frozen
class Parsed:
    """An answer. ``broken`` says what is wrong with its form; empty if nothing is."""

    blocks: tuple[Block, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    prose: str = ""
    broken: str = ""


def parse(answer: str) -> Parsed:
    """Take an answer apart."""
    answer = _THOUGHT.sub("", answer)
    if _UNFINISHED_THOUGHT.match(answer):
        return Parsed(broken="it ends before the answer begins")
    lines = lines_of(answer)
    if any(map(_SEARCH.match, lines)):
        return _passages(lines)
    blocks, prose = _blocks(lines)
    diffs = [block for block in blocks if _is_diff(block)]
    if diffs:
        found = tuple(each for block in diffs for each in _hunks(lines_of(block.text)))
        broken = "" if all(block.closed for block in diffs) else "it ends in the middle of a diff"
        return Parsed(replacements=found, prose=prose, broken=broken)
    return Parsed(tuple(blocks), prose=prose)


def _blocks(lines: list[str]) -> tuple[list[Block], str]:
    blocks: list[Block] = []
    prose: list[str] = []
    inside: list[str] = []
    opened: re.Match[str] | None = None
    for line in lines:
        match = _FENCE.match(line)
        if opened is None:
            single = _ONE_LINE.match(line)
            if single is not None:
                blocks.append(Block(single["code"], "", closed=True))
            elif match is not None:
                opened, inside = match, []
            else:
                prose.append(line)
        elif match is not None and _closes(match, opened):
            blocks.append(_block(opened, inside, closed=True))
            opened = None
        else:
            inside.append(line)
    if opened is not None:
        blocks.append(_block(opened, inside, closed=False))
    return [block for block in blocks if block.text.strip()], "\n".join(prose).strip()


def _closes(match: re.Match[str], opened: re.Match[str]) -> bool:
    mark, first = match["mark"], opened["mark"]
    near = len(match["blank"].expandtabs(4)) <= len(opened["blank"].expandtabs(4)) + _CLOSING_BLANKS
    return not match["info"].strip() and mark[0] == first[0] and len(mark) >= len(first) and near


def _block(opened: re.Match[str], lines: list[str], *, closed: bool) -> Block:
    blank = opened["blank"]
    inner = [line[len(blank) :] if blank and line.startswith(blank) else line for line in lines]
    tag = opened["info"].strip().split()[0].lower() if opened["info"].strip() else ""
    return Block("\n".join(inner).strip("\n"), tag.strip("{}."), closed=closed)


def _passages(lines: list[str]) -> Parsed:
    found: list[Replacement] = []
    state, search, replace = "out", list[str](), list[str]()
    for line in lines:
        if state == "out" and _SEARCH.match(line):
            state, search, replace = "search", [], []
        elif state == "search" and _DIVIDE.match(line):
            state = "replace"
        elif state == "replace" and _REPLACE.match(line):
            found.append(Replacement("\n".join(search), "\n".join(replace)))
            state = "out"
        elif _SEARCH.match(line):
            return Parsed(replacements=tuple(found), broken="a passage begins before the one above it has ended")
        elif state != "out":
            (search if state == "search" else replace).append(line)
    return Parsed(replacements=tuple(found), broken="" if state == "out" else "it ends in the middle of a passage")


def _is_diff(block: Block) -> bool:
    lines = lines_of(block.text)
    return any(map(_HUNK.match, lines)) or (
        block.tag in _DIFF_TAGS and any(line.startswith(("-", "+")) for line in lines)
    )


def _hunks(lines: list[str]) -> list[Replacement]:
    """The hunks of a unified diff. What stands before the first `@@` is a hunk too, if no file names do."""
    found: list[Replacement] = []
    search, replace = list[str](), list[str]()

    def end() -> None:
        if search != replace:
            found.append(Replacement("\n".join(search), "\n".join(replace)))
        search.clear()
        replace.clear()

    for line in lines:
        if _HUNK.match(line):
            end()
        elif line.startswith(("--- ", "+++ ", "diff --git", "index ")) and not search and not replace:
            continue
        elif line.startswith("-"):
            search.append(line[1:])
        elif line.startswith("+"):
            replace.append(line[1:])
        elif not line.startswith("\\"):
            search.append(line[1:] if line.startswith(" ") else line)
            replace.append(line[1:] if line.startswith(" ") else line)
    end()
    return found
