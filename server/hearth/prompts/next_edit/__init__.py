"""How models that predict the next edit are asked: one TOML file per family beside this one, and what renders them.

A window of lines around the cursor is shown, with what was changed lately, and the model writes the window anew. The
sources of each format are named in its file.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import attrs

from hearth.prompts import fim
from hearth.prompts.specials import Specials

NAMES = ("sweep2", "sweep", "zeta2", "zeta")
"""The families, in the order in which a model's name is compared with them. A new one is a file and a name here."""

_PLACE = re.compile(r"\{(\w+)\}")


@attrs.frozen
class Piece:
    """A part of a prompt: a control token of the model by its spelling, or text."""

    text: str
    control: bool = False


@attrs.frozen
class Change:
    """Something that was edited, as whole lines without the end of the last one."""

    path: str
    old: str = attrs.field(repr=False)
    new: str = attrs.field(repr=False)
    diff: str = attrs.field(repr=False)
    """The same with ``@@``, ``-`` and ``+``, without names of files."""
    first: int = 1
    """Number of the first line of ``old``, in the document as it was."""

    @property
    def lines(self) -> str:
        """Numbers of the first and the last line of ``old``."""
        return _numbers(self.first, self.old)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is shown of it."""
        return self.path, self.old, self.new, self.diff


@attrs.frozen
class Shown:
    """What a model is shown of a document; each text but ``before`` and ``after`` consists of whole lines."""

    path: str
    before: str = attrs.field(repr=False)
    """The lines to rewrite, up to the cursor."""
    after: str = attrs.field(repr=False)
    """And behind it, without the last line end."""
    original: str = attrs.field(repr=False)
    """The same lines before the last change."""
    above: str = attrs.field(default="", repr=False)
    """Lines above them, each with its end."""
    below: str = attrs.field(default="", repr=False)
    is_top: bool = False
    """The first line shown is the first of the document."""
    first: int = 1
    """Number of the first line to rewrite."""

    @property
    def lines(self) -> str:
        """Numbers of the first and the last line to rewrite."""
        return _numbers(self.first, self.before + self.after)

    @property
    def file(self) -> str:
        """All lines that are shown, without the last line end."""
        return f"{self.above}{self.before}{self.after}\n{self.below}".removesuffix("\n")

    @property
    def prefill(self) -> str:
        """The lines to rewrite above the cursor's, each with its end."""
        return self.before[: self.before.rfind("\n") + 1]

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is shown."""
        return self.path, self.before + self.after, self.original, self.above, self.below


@attrs.frozen
class NextEditFormat:
    """One family's format. Pieces are literal text, or a place such as ``{before}`` that is a whole piece."""

    name: str
    matches: tuple[str, ...]
    """Regular expressions that are searched in a model's name, without regard to case."""
    around: int
    """Lines above the cursor's, and below, that are rewritten."""
    context: int
    """Lines more on each side that are shown."""
    changes: int
    """Most changes that are shown."""
    change_lines: int
    """Lines that are shown on each side of a change."""
    family: str
    """Of :mod:`hearth.prompts.fim`, whose vocabulary it has."""
    control: tuple[str, ...]
    """The model's control tokens: those of that vocabulary."""
    prompt: tuple[str, ...]
    change: tuple[str, ...]
    """One change in ``{changes}``."""
    history: tuple[str, ...]
    """Holds ``{changes}``; left out where there are none."""
    stop: tuple[str, ...]
    """Control tokens that end an answer."""
    markers: tuple[str, ...] = ()
    """Spellings that mean something in a prompt and are no tokens: they cannot be told apart from a user's text, so a
    text that holds one is not shown."""
    begins: str = ""
    """What may stand before the lines in an answer."""
    ends: str = ""
    """What must stand behind them; empty where a stop token ends them."""
    cursor: str = ""
    """The marker of the cursor, which answers may have."""
    top: str = ""
    """Stands before the first line of a document."""
    none: str = ""
    """An answer that says that nothing follows."""

    @property
    def prefills(self) -> bool:
        """Whether a prompt ends with the lines above the cursor's, and an answer begins behind them."""
        return "{prefill}" in self.prompt

    @property
    def shows_original(self) -> bool:
        """Whether a prompt shows the lines before the last change."""
        return "{original}" in self.prompt

    @property
    def specials(self) -> Specials:
        """What is blunted in a user's text for a server that reads control tokens out of all text."""
        return _specials(self.control)

    def takes(self, texts: Sequence[str]) -> bool:
        """Whether no text holds a marker."""
        return not any(marker in text for marker in self.markers for text in texts)

    def render(self, shown: Shown, changes: Sequence[Change] = ()) -> tuple[Piece, ...]:
        """The prompt, ``changes`` in the order of time."""
        told = [each for each in changes if self.takes(each.texts)][-self.changes :]
        parts: list[Piece] = []
        for each in told:
            values = {"path": each.path, "old": each.old, "new": each.new, "diff": each.diff, "lines": each.lines}
            self._fill(parts, self.change, values)
        history: list[Piece] = []
        if told:
            self._fill(history, self.history, {}, {"changes": parts})
        values = {
            "path": shown.path,
            "before": shown.before,
            "after": shown.after,
            "original": shown.original,
            "above": shown.above,
            "below": shown.below,
            "file": shown.file,
            "lines": shown.lines,
            "prefill": shown.prefill,
            "top": self.top if shown.is_top else "",
        }
        prompt: list[Piece] = []
        self._fill(prompt, self.prompt, values, {"history": history})
        return tuple(prompt)

    def _fill(
        self,
        out: list[Piece],
        pieces: Sequence[str],
        values: Mapping[str, str],
        parts: Mapping[str, Sequence[Piece]] | None = None,
    ) -> None:
        for piece in pieces:
            place = _PLACE.fullmatch(piece)
            name = place.group(1) if place else ""
            if parts is not None and name in parts:
                found = list(parts[name])
            else:
                found = [Piece(values[name] if place else piece, not place and piece in self.control)]
            for each in found:
                _append(out, each)


def _numbers(first: int, text: str) -> str:
    return f"{first}:{first + text.count(chr(10))}"


def _append(out: list[Piece], piece: Piece) -> None:
    """Text that follows text is one piece with it: cut in two it would be other tokens."""
    if out and not out[-1].control and not piece.control:
        out[-1] = Piece(out[-1].text + piece.text)
    elif piece.text:
        out.append(piece)


def named(name: str) -> NextEditFormat | None:
    """The format called ``name``, or None."""
    return _load(name) if name in NAMES else None


def for_model(*names: str) -> NextEditFormat | None:
    """The format of the family that a model belongs to by one of its names or paths; None if none is known."""
    for model in names:
        parts = re.split(r"[/\\]", model.strip().rstrip("/\\"))
        # Of a path only the folder that it is in, which may be named after the model: others have a person's names.
        for each in (parts[-1], "/".join(parts[-2:])):
            for name in NAMES:
                found = _load(name)
                if any(re.search(pattern, each, re.IGNORECASE) for pattern in found.matches):
                    return found
    return None


@functools.cache
def _specials(tokens: tuple[str, ...]) -> Specials:
    return Specials(tokens)


@functools.cache
def _load(name: str) -> NextEditFormat:
    values: dict[str, Any] = tomllib.loads(
        resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    )
    lists: dict[str, Any] = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    family = fim.named(values["family"])
    if family is None:
        raise ValueError(f"{name}.toml names no family of models: {values['family']!r}")
    # `<filename>` and its like are tokens that only this format uses.
    control = tuple(dict.fromkeys((*family.specials.tokens, *lists.get("control", ()))))
    return NextEditFormat(**{**values, **lists, "control": control})
