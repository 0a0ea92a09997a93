"""How models read *fill in the middle*: one TOML file per family below ``fim/``, rendered to a prompt.

For servers that take only a raw prompt. Whoever can hand prefix and suffix over separately (``/infill``, ``suffix``)
should: then tokens are put in by number, and nothing in the user's text can be mistaken for one.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import attrs

from .specials import Specials

NAMES = (
    "hearth", "qwen", "starcoder", "codellama", "deepseek", "codegemma", "codestral", "granite", "granite4",
    "seed_coder",
)  # fmt: skip
"""The families, in the order in which a model's name is compared with them. A new one is a file and a name here."""

_FOLDER = "fim"
_FIELDS = ("prefix", "suffix", "path", "text", "repository")
_PLACES = {f"{{{name}}}": name for name in _FIELDS}
Pieces = tuple[str, ...]


@attrs.frozen
class FimFormat:
    """One family's format. ``pieces`` are literal text, or a place such as ``{prefix}`` that is a whole piece."""

    name: str
    matches: tuple[str, ...]
    """Regular expressions that are searched in a model's name, without regard to case."""
    prompt: Pieces
    stop: tuple[str, ...]
    """Control tokens that end an answer, at most four."""
    specials: Specials
    repository: Pieces = ()
    """Opens a prompt of several files; empty if the family was not trained on such."""
    file: Pieces = ()
    """One other file."""
    behind: Pieces = ()
    """The current file behind others, in place of ``prompt``."""

    def render(
        self, prefix: str, suffix: str, *, path: str = "", repository: str = "", files: Sequence[tuple[str, str]] = ()
    ) -> str:
        """The raw prompt. ``files`` are (path, text) pairs, dropped where the family knows no prompt of several files.

        Control tokens spelled out in any of the texts are blunted by :class:`Specials`; what the model answers goes
        through :meth:`Specials.restoring`.
        """
        blunt = self.specials.blunt
        values = {
            "prefix": blunt(prefix),
            "suffix": blunt(suffix),
            "path": blunt(path),
            "repository": blunt(repository),
        }
        if not (files and self.file):
            return "".join(_fill(self.prompt, values))
        parts = _fill(self.repository, values) if repository else []
        for other, text in files:
            parts += _fill(self.file, {"path": blunt(other), "text": blunt(text)})
        return "".join([*parts, *_fill(self.behind, values)])


@attrs.frozen
class InstructFormat:
    """The words that ask a model without such tokens."""

    system: str
    question: Pieces

    def ask(self, prefix: str, suffix: str, path: str = "") -> str:
        """The user's turn."""
        return "".join(_fill(self.question, {"prefix": prefix, "suffix": suffix, "path": path}))


def named(name: str) -> FimFormat | None:
    """The format called ``name`` (``seed-coder`` and ``seed_coder`` are the same), or None."""
    key = name.strip().lower().replace("-", "_")
    return _load(key) if key in NAMES else None


def for_model(model: str) -> FimFormat | None:
    """The format of the family that ``model``, a name or a path, belongs to; None if none is known."""
    leaf = re.split(r"[/\\]", model.strip().rstrip("/\\"))[-1]
    for each in (leaf, model):
        for name in NAMES:
            found = _load(name)
            if any(re.search(pattern, each, re.IGNORECASE) for pattern in found.matches):
                return found
    return None


def commented(path: str, text: str, comment: str) -> str:
    """Text of another file as comments, for models that know no prompt of several files."""
    mark = comment or "//"
    lines = [f"{mark} {path}:", *(f"{mark} {line}".rstrip() for line in text.rstrip("\n").split("\n"))]
    return "\n".join(lines) + "\n"


@functools.cache
def instruct() -> InstructFormat:
    """How to ask in words."""
    values = _table("_instruct")
    return InstructFormat(values["system"].strip(), tuple(values["question"]))


@functools.cache
def any_specials() -> Specials:
    """The control tokens of every family: for a server whose model is unknown."""
    every = {token for name in NAMES for token in _load(name).specials.tokens if token not in _TAGS}
    return Specials(tuple(sorted(every | set(_table("_chat")["specials"]))))


@functools.cache
def chat_specials() -> Specials:
    """The control tokens that take turns in chats."""
    return Specials(tuple(_table("_chat")["specials"]))


_TAGS = frozenset({"<s>", "</s>", "<pr>", "<think>", "</think>", "<mask>", "<NAME>", "<EMAIL>", "<KEY>", "<PASSWORD>"})
"""Control tokens of a family that are ordinary text elsewhere (HTML, prose): blunted for their own family only."""


@functools.cache
def _load(name: str) -> FimFormat:
    values = _table(name)
    pieces = {key: tuple(values.get(key, ())) for key in ("repository", "file", "behind")}
    return FimFormat(
        name=values["name"],
        matches=tuple(values["matches"]),
        prompt=tuple(values["prompt"]),
        stop=tuple(values["stop"]),
        specials=Specials(tuple(values["specials"])),
        **pieces,
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(_FOLDER, f"{name}.toml").read_text(encoding="utf-8"))


def _fill(pieces: Pieces, values: Mapping[str, str]) -> list[str]:
    return [values[_PLACES[piece]] if piece in _PLACES else piece for piece in pieces]
