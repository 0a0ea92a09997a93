"""A conversation as a Markdown document: turns below the headings *You* and *Hearth*, code by links to its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from hearth.core.errors import InputError
from hearth.providers.base import Message, Role

SUFFIX = ".chat.md"
YOU, HEARTH = "## You", "## Hearth"

_ROLES = {YOU: Role.USER, HEARTH: Role.ASSISTANT}
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
_LINK = re.compile(r"\[[^\]\n]*\]\((?P<uri>[\w+.-]+:[^\s()#]+)(?:#L(?P<first>\d+)(?:-L?(?P<last>\d+))?)?\)")
_NOTE = re.compile(r"^(?:Sources: |> )")
_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_CHARS = 40


@attrs.frozen
class Link:
    """Lines of a document that a question is about."""

    uri: str
    first: int = 0
    """First line, from 0."""
    last: int | None = None
    """The last line, from 0; None for all of the document."""


@attrs.frozen
class Written:
    """What a document says."""

    question: str
    """The last turn of the user."""
    history: tuple[Message, ...]
    """The turns before it, oldest first."""
    link: Link | None
    """The first link of the conversation's latest turn that has one."""


def read(text: str) -> Written:
    """Read a document; one without headings is all question. Raises InputError if nothing has been asked."""
    turns = [(role, body) for role, body in _turns(text) if body]
    if not turns or turns[-1][0] is not Role.USER:
        raise InputError("There is no question.", hint=f"Write one at the end of the document, below `{YOU}`.")
    asked = [body for role, body in turns if role is Role.USER]
    link = next((found for body in reversed(asked) if (found := _link(body)) is not None), None)
    history = tuple(Message(role, _said(role, body)) for role, body in turns[:-1])
    return Written(turns[-1][1], history, link)


def is_asking(text: str) -> bool:
    """Whether the last turn is a question that has no answer."""
    turns = [role for role, body in _turns(text) if body]
    return bool(turns) and turns[-1] is Role.USER


def last_turn(text: str) -> int:
    """Number of the line, from 0, at which the last turn begins."""
    return max((number for number, line, fenced in _lines(text) if not fenced and line in _ROLES), default=0)


def begun(title: str, question: str, name: str, link: Link | None) -> str:
    """A new document with its first question, which may be empty."""
    lines = [f"# {_one_line(title)}", "", YOU, ""]
    if link is not None:
        where = "" if link.last is None else f"#L{link.first + 1}-L{link.last + 1}"
        shown = name if link.last is None else f"{name}, lines {link.first + 1} to {link.last + 1}"
        lines += [f"About [{_one_line(shown)}]({link.uri.replace('(', '%28').replace(')', '%29')}{where}):", ""]
    return "\n".join([*lines, question, ""]) if question else "\n".join([*lines, ""])


def file_name(stamp: str, title: str) -> str:
    """Name of a new document."""
    slug = _SLUG.sub("-", title.lower()).strip("-")[:_SLUG_CHARS].strip("-")
    return f"{stamp}-{slug or 'chat'}{SUFFIX}"


class _Fences:
    """Which fence is open, line by line."""

    def __init__(self) -> None:
        self.mark = ""
        """The marks that close it; empty outside of one."""

    def line(self, line: str) -> None:
        """Take a line without blanks at its end."""
        fence = _FENCE.match(line)
        if fence and not self.mark:
            self.mark = fence[1]
        elif fence and fence[1].startswith(self.mark) and line.strip() == fence[1]:
            self.mark = ""


class Escape:
    """Keeps an answer from speaking for the user: what looks like a heading of a turn is made plain text, and code that
    is open when it ends is closed, or what the user says next would be part of it.
    """

    def __init__(self) -> None:
        self._line = ""
        self._is_begun = False
        self._written = ""
        """Of the line that is being written."""
        self._fences = _Fences()

    def feed(self, text: str) -> str:
        """What may be written of the answer so far. The start of a heading is held back until it is one, or is not."""
        out = []
        for part in text.splitlines(keepends=True):
            self._line += part
            if self._line.endswith("\n") or not self._may_become_heading():
                out.append(self._taken())
        return "".join(out)

    def end(self) -> str:
        """The rest; nothing when it is asked for again."""
        rest = self._taken()
        self._fences.line(self._written.rstrip())
        mark, self._fences.mark, self._written = self._fences.mark, "", ""
        return f"{rest}\n{mark}" if mark else rest

    def _may_become_heading(self) -> bool:
        if self._is_begun:
            return False
        return any(heading.startswith(self._line.rstrip()) or self._line.startswith(heading) for heading in _ROLES)

    def _taken(self) -> str:
        line, self._line = self._line, ""
        whole, self._is_begun = not self._is_begun, not line.endswith("\n") and (self._is_begun or bool(line))
        taken = f"\\{line}" if whole and line.strip() in _ROLES else line
        *done, self._written = f"{self._written}{taken}".split("\n")
        for each in done:
            self._fences.line(each.rstrip())
        return taken


def _turns(text: str) -> Iterator[tuple[Role, str]]:
    role: Role | None = None
    body: list[str] = []
    headed = any(not fenced and line in _ROLES for _, line, fenced in _lines(text))
    for _, line, fenced in _lines(text):
        if not fenced and line in _ROLES:
            if role is not None:
                yield role, "\n".join(body).strip()
            role, body = _ROLES[line], []
        else:
            body.append(line)
    if role is not None or not headed:
        yield role or Role.USER, "\n".join(body).strip()


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """(number, line without blanks at its end, whether it is inside a fence)."""
    fences = _Fences()
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n")):
        line, inside = raw.rstrip(), bool(fences.mark)
        fences.line(line)
        yield number, line, inside


def _said(role: Role, body: str) -> str:
    """A turn without the notes that Hearth put into it."""
    if role is Role.USER:
        return body
    return "\n".join(line for line in body.split("\n") if not _NOTE.match(line)).strip()


def _link(body: str) -> Link | None:
    match = _LINK.search(body)
    if match is None:
        return None
    if match["first"] is None:
        return Link(match["uri"])
    first = max(0, int(match["first"]) - 1)
    return Link(match["uri"], first, max(first, int(match["last"] or match["first"]) - 1))


def _one_line(text: str) -> str:
    return " ".join(text.replace("[", "(").replace("]", ")").split())
